"""Kernels that kernels alone call are called by kernels, and refuse a call from Python."""

import numba
import numpy as np
import pytest
from numba import njit

from kernelcache.inside import inner_njit
from mcbelt.orbits import checks

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="without the compiler these are functions")


@inner_njit(error_model="numpy")
def doubled(x):
    return 2.0 * x


@njit
def quadrupled(x):
    return doubled(doubled(x))


def test_kernels_call_it_and_people_are_told_that_they_cannot():
    """Without its door, and without the refusal, the call would end the process; before and after it is compiled."""
    for _ in range(2):
        with pytest.raises(TypeError, match=r"doubled: only kernels can call it"):
            doubled(1.0)
        assert quadrupled(1.5) == 6.0
    assert doubled.py_func(1.5) == 3.0
    (compiled,) = doubled.overloads.values()
    assert compiled.fndesc.llvm_cpython_wrapper_name not in compiled.library.get_llvm_str()
    assert compiled.fndesc.llvm_cfunc_wrapper_name not in compiled.library.get_llvm_str()


def test_kernels_of_the_orbits_are_such():
    with pytest.raises(TypeError, match=r"turn: only kernels can call it"):
        checks.turn(np.zeros((1, 1)), 0, 0.0, 0.0)
