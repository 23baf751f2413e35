"""Cube root and the length of a vector."""

import math

from chainrule.execute.llvm.elementary.coefficients import INVERSE_CUBE_ROOT
from chainrule.execute.llvm.elementary.double_word import DoubleWord, fast_two_sum, square_root, two_product
from chainrule.execute.llvm.elementary.formats import Table
from chainrule.execute.llvm.elementary.lanes import Lanes, absolute, copy_sign, multiply_add, where
from chainrule.execute.llvm.elementary.polynomial import polynomial
from chainrule.execute.llvm.elementary.scaling import nearest_integer, power_of_two, scale_within, split_octave

__all__ = ["cbrt", "hypot"]

# From the first on a square is too great to be added to another one, or may be; below the second it has lost digits, or
# may have; the third brings both to where squares are safe.
_SQUARES = Table(float32="0x1p+60 0x1p-40 0x1p+100", float64="0x1p+500 0x1p-400 0x1p+800")


def cbrt(x: Lanes) -> Lanes:
    """Cube root: for abs(x) = 8^q v with v from 1 to 8, 2^q times v w² with w near the inverse cube root of v."""
    size = absolute(x)
    k, mantissa = split_octave(size)
    q = nearest_integer(k - 1.0, 1 / 3)
    rest = multiply_add(q, -3.0, k)
    v = mantissa * power_of_two(rest)
    step = where(rest.equals(0.0), 1.0, where(rest.equals(1.0), 2.0 ** (-1 / 3), 4.0 ** (-1 / 3)))
    w = polynomial(INVERSE_CUBE_ROOT, mantissa) * step
    for _ in range(x.unit.format.cube_root_steps):
        w = _nearer(w, v)
    value = copy_sign(scale_within(_last_step(v * (w * w), w, v), q), x)
    return where((size > 0.0) & (size < math.inf), value, x)


def _nearer(w: Lanes, v: Lanes) -> Lanes:
    """Halley's step for the inverse cube root: three times as many digits."""
    h = 1.0 - v * w * (w * w)
    return multiply_add(w * h, multiply_add(h, 2 / 9, 1 / 3), w)


def _last_step(root: Lanes, w: Lanes, v: Lanes) -> Lanes:
    """Newton's step for the cube root, with the exact cube."""
    square, square_low = two_product(root, root)
    cube, cube_low = two_product(square, root)
    excess = (cube - v) + multiply_add(square_low, root, cube_low)
    return multiply_add(excess * (w * w), -1 / 3, root)


def hypot(x: Lanes, y: Lanes) -> Lanes:
    """The square root of x² + y², infinite if one of both is, even if the other one is NaN."""
    x, y = absolute(x), absolute(y)
    larger, smaller = where(x > y, x, y), where(x > y, y, x)
    great, small, shift = _SQUARES.of(x.unit.format)
    factor = where(larger > great, 1.0 / shift, where(larger < small, shift, 1.0))
    back = where(larger > great, shift, where(larger < small, 1.0 / shift, 1.0))
    square, square_low = two_product(larger * factor, larger * factor)
    other, other_low = two_product(smaller * factor, smaller * factor)
    high, rest = fast_two_sum(square, other)
    root = square_root(DoubleWord(high, rest + (square_low + other_low)))
    value = where(high.equals(0.0), high, (root.high + root.low) * back)
    return where(larger.equals(math.inf) | smaller.equals(math.inf), math.inf, value)
