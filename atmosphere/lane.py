"""Scalar functions that a loop over particles can vectorise.

A loop over 16-32 particles runs eight at a time when everything in it is inlined arithmetic. The library exponential
is a call and stops that, so the density lookup has its own: argument reduction to |r| <= ln(2)/2, a polynomial, and
the power of two written into the exponent bits (Cody and Waite 1980, chapter 6). Relative error below 4e-16 for -700
<= x <= 700, held by tests/unit/test_atmosphere_kernels.py.
"""

import math

import numpy as np
from llvmlite import ir
from numba import config, njit, types
from numba.extending import intrinsic

# No "nnan": a NaN must stay a NaN. The flags let LLVM fuse multiply-adds in lanes.
LANE_OPTIONS = {"cache": True, "error_model": "numpy", "forceinline": True, "fastmath": {"contract", "nsz", "arcp"}}

_LOG2_E = 1.0 / math.log(2.0)
_LN2_HIGH = 6.93147180369123816490e-01  # ln 2 in two parts, so that n * ln 2 is exact: Cody and Waite 1980
_LN2_LOW = 1.90821492927058770002e-10
_ROUNDING = 6755399441055744.0  # 1.5 * 2**52: adding it leaves the nearest integer in the low bits
_INVERSE_FACTORIALS = tuple(1.0 / math.factorial(k) for k in range(13))


@intrinsic
def _compiled_bits_of(typing_context, value):
    """Bit pattern of a float64 as an int64."""

    def codegen(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), codegen


@intrinsic
def _compiled_float_of(typing_context, bits):
    """The float64 with the bit pattern of an int64."""

    def codegen(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), codegen


def _plain_bits_of(value):
    return np.float64(value).view(np.int64)


def _plain_float_of(bits):
    return bits.view(np.float64)


# Without compilation (NUMBA_DISABLE_JIT) an intrinsic cannot be called.
_bits_of = _plain_bits_of if config.DISABLE_JIT else _compiled_bits_of
_float_of = _plain_float_of if config.DISABLE_JIT else _compiled_float_of


@njit(**LANE_OPTIONS)
def exponential(x: float) -> float:
    """Exponential function without a call or a branch.

    Parameters
    ----------
    x : float
        Exponent; below -700 it is taken as -700 (e^-700 = 1e-304 serves as zero), above 700 the result is meaningless.

    Returns
    -------
    float
        exp(x) to 4e-16; NaN for NaN.
    """
    c = _INVERSE_FACTORIALS
    x = -700.0 if x < -700.0 else x
    shifted = x * _LOG2_E + _ROUNDING
    n = shifted - _ROUNDING
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    p = c[12]
    p = p * r + c[11]
    p = p * r + c[10]
    p = p * r + c[9]
    p = p * r + c[8]
    p = p * r + c[7]
    p = p * r + c[6]
    p = p * r + c[5]
    p = p * r + c[4]
    p = p * r + c[3]
    p = p * r + c[2]
    p = p * r + 1.0
    p = p * r + 1.0
    return p * _float_of((_bits_of(shifted) + np.int64(1023)) << np.int64(52))
