"""How wrong a floating-point number is, in bits, and the float next to a number of the referee."""

import math
from typing import Any

import numpy as np
from mpmath import libmp

from chainrule.execute.referee.bounds import magnitude
from chainrule.execute.referee.interval import Bound

__all__ = ["bits_of_error", "rounded", "width"]

Array = Any
_INTEGERS: dict[int, tuple[Any, Any]] = {2: (np.int16, np.uint16), 4: (np.int32, np.uint32), 8: (np.int64, np.uint64)}


def bits_of_error(value: Array, truth: Array) -> Array:
    r"""Herbie's measure, :math:`\log_2(1 + n)` with n the number of steps from float to float between value and truth.

    0: exact; 1: off by one unit in the last place; about k when the last k bits are wrong. NaN in the place of a
    number, or the reverse, has all bits wrong: 64, 32 or 16. An infinity stands one step beyond the greatest number;
    -0 is 0.

    Args:
        value: what was computed: floats of one dtype.
        truth: the right numbers, rounded to the same dtype.

    Source: P. Panchekha, A. Sanchez-Stern, J. R. Wilcox and Z. Tatlock (2015), "Automatically improving accuracy for
    floating point expressions", PLDI 2015, section 2.

    Example:
        >>> bits_of_error(np.array([1.0, 1.0, np.nan]), np.array([1.0, 1.0 + 2**-52, 1.0]))
        array([ 0.,  1., 64.])
    """
    value = np.asarray(value)
    truth = np.asarray(truth, value.dtype)
    a, b = _steps_from_zero(value), _steps_from_zero(truth)
    unsigned = _INTEGERS[value.dtype.itemsize][1]
    between = np.subtract(np.maximum(a, b).astype(unsigned), np.minimum(a, b).astype(unsigned))
    bits = np.log2(between.astype(np.float64) + 1.0)
    nans = np.isnan(value), np.isnan(truth)
    return np.where(nans[0] | nans[1], np.where(nans[0] & nans[1], 0.0, float(width(value.dtype))), bits)[()]


def width(dtype: np.dtype[Any]) -> int:
    """The number of bits of a float: the error of NaN in the place of a number."""
    return 8 * dtype.itemsize


def _steps_from_zero(x: Array) -> Array:
    """The position of a float among all floats, 0 for ±0: the bits as an integer, reversed for negative numbers."""
    signed = _INTEGERS[x.dtype.itemsize][0]
    bits = np.ascontiguousarray(x).view(signed).reshape(x.shape)
    return np.where(bits < 0, signed(np.iinfo(signed).min) - bits, bits)


def rounded(x: Bound, dtype: np.dtype[Any]) -> float:
    """The nearest float of a dtype, subnormal numbers and infinity included."""
    if not x[1]:
        return float(libmp.to_float(x))
    limits = np.finfo(dtype)
    digits = min(limits.nmant + 1, magnitude(x) - int(limits.minexp) + limits.nmant)
    if digits < 0:
        return -0.0 if x[0] else 0.0
    if digits == 0:  # between half of the least subnormal number and all of it; its half goes to 0
        least = float(limits.smallest_subnormal)
        return math.copysign(0.0 if x[1] == 1 else least, -1.0 if x[0] else 1.0)
    sign, mantissa, exponent, _ = libmp.mpf_pos(x, digits, "n")
    if magnitude((sign, mantissa, exponent, int(mantissa).bit_length())) > limits.maxexp:
        return -math.inf if sign else math.inf
    return math.ldexp(-int(mantissa) if sign else int(mantissa), int(exponent))
