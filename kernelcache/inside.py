"""Kernels that kernels alone call, compiled without their doors from Python and from C.

Beside each kernel numba compiles two functions that unpack its arguments, one for calls from Python and one for calls
from C. Where a model with all its numbers goes from kernel to kernel these take a third of the time of compilation, and
nobody calls them. Without its door a call from Python would end the process; here it is refused in a sentence.
"""

import functools
from collections.abc import Callable
from typing import Any

from numba import njit
from numba.core.dispatcher import Dispatcher

_WITHOUT_DOORS = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def inner_njit(**options: Any) -> Callable[[Callable], Any]:
    """`numba.njit` for a kernel that only kernels call.

    Without the compiler (``NUMBA_DISABLE_JIT=1``) the function stays as it is, and anybody may call it.

    Parameters
    ----------
    **options
        Those of `numba.njit`.
    """

    def decorated(function: Callable) -> Any:
        kernel = njit(**options, **_WITHOUT_DOORS)(function)
        if isinstance(kernel, Dispatcher):
            kernel.add_overload = functools.partial(_known_to_kernels, kernel)
            kernel._compile_for_args = functools.partial(_refused, kernel)
        return kernel

    return decorated


def _known_to_kernels(kernel: Any, compiled: Any) -> None:
    """As `add_overload` of numba, but that a call from Python does not find it."""
    kernel.overloads[tuple(compiled.signature.args)] = compiled


def _refused(kernel: Any, *given: Any, **named: Any) -> None:
    raise TypeError(
        f"{kernel.__name__}: only kernels can call it (kernelcache.inside); call it in a function of your own with "
        "@njit, or its plain form `py_func`"
    )
