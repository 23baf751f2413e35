"""Square root, cube root and the length of a vector."""

import math

from llvmlite import ir

from chainrule.execute.llvm.elementary import lanes
from chainrule.execute.llvm.elementary.coefficients import INVERSE_CUBE_ROOT
from chainrule.execute.llvm.elementary.double_word import DoubleWord, fast_two_sum, square_root, two_product
from chainrule.execute.llvm.elementary.formats import FLOAT32, Table
from chainrule.execute.llvm.elementary.lanes import Lanes, absolute, copy_sign, multiply_add, where
from chainrule.execute.llvm.elementary.polynomial import polynomial
from chainrule.execute.llvm.elementary.scaling import nearest_integer, power_of_two, scale_within, split_octave

__all__ = ["cbrt", "hypot", "sqrt"]

# From the first on a square is too great to be added to another one, or may be; below the second it has lost digits, or
# may have; the third brings both to where squares are safe.
_SQUARES = Table(float32="0x1p+60 0x1p-40 0x1p+100", float64="0x1p+500 0x1p-400 0x1p+800")


def sqrt(x: Lanes) -> Lanes:
    """Square root, rounded once."""
    unit = x.unit
    is_wide = unit.target.avx512 and unit.format is FLOAT32 and unit.lanes == 16
    return _refined_root(x) if is_wide else lanes.sqrt(x)


def _refined_root(x: Lanes) -> Lanes:
    """Goldschmidt's steps from the processor's estimate of 1/√x to the root, which is rounded as the instruction does.

    Small numbers are scaled, so that no remainder is lost. That the last bit is right for every float32 was tried.

    Source: P. Markstein (2004), "Software division and square root using Goldschmidt's algorithms".
    """
    is_small, stays = x < 2.0**-64, x.equals(0.0) | x.equals(math.inf)
    v = where(is_small, x * 2.0**64, x)
    inverse = _inverse_root(v)
    root, half = v * inverse, inverse * 0.5
    error = multiply_add(-root, half, 0.5)
    root, half = multiply_add(root, error, root), multiply_add(half, error, half)
    root = multiply_add(multiply_add(-root, root, v), half, root)
    return where(stays, x, where(is_small, root * 2.0**-32, root))


def _inverse_root(x: Lanes) -> Lanes:
    """AVX-512's estimate of 1/√x, to 14 bits."""
    unit = x.unit
    all_lanes = ir.Constant(ir.IntType(16), -1)
    return Lanes(unit, unit.call("llvm.x86.avx512.rsqrt14.ps.512", unit.type, x.value, x.value, all_lanes))


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
