"""Whether a kernel is being compiled now, which takes seconds to minutes, and once: told to who wants to know."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from numba.core import event

WORDS = "compiling kernels, once for this version of the program"


class _Listener(event.Listener):
    """Counts the compilations that are inside one another: the outermost is told."""

    def __init__(self, begins: Callable[[], None], ends: Callable[[], None]) -> None:
        self._begins, self._ends, self._depth = begins, ends, 0

    def on_start(self, event: Any) -> None:
        self._depth += 1
        if self._depth == 1:
            self._begins()

    def on_end(self, event: Any) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._ends()


@contextlib.contextmanager
def told(begins: Callable[[], None], ends: Callable[[], None]) -> Iterator[None]:
    """While this lasts, a compilation in any thread is told where it begins and where it ends.

    A kernel that comes from the disk is none.
    """
    with event.install_listener("numba:compile", _Listener(begins, ends)):
        yield
