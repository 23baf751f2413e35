"""arcsin, arccos, arctan, arctan2: a polynomial near 0, and what symmetry makes of it elsewhere."""

import math

from chainrule.execute.llvm.elementary.coefficients import ARCSIN, ARCTAN, PI_2
from chainrule.execute.llvm.elementary.double_word import DoubleWord, divide, fast_two_sum, square_root
from chainrule.execute.llvm.elementary.lanes import Lanes, Mask, absolute, copy_sign, multiply_add, where
from chainrule.execute.llvm.elementary.polynomial import polynomial

__all__ = ["arccos", "arcsin", "arctan", "arctan2"]


def arcsin(x: Lanes) -> Lanes:
    """Inverse sine; beyond 1/2, π/2 less twice that of √((1 - x) / 2), and beyond 1 NaN."""
    y = absolute(x)
    outer = y > 0.5
    angle = _arcsin_of_half(y, outer)
    quarters = where(outer, 1.0, 0.0)
    return copy_sign(_add(quarters, where(outer, -2.0, 1.0), angle), x)


def arccos(x: Lanes) -> Lanes:
    """Inverse cosine: π/2 - arcsin(x) up to 1/2, beyond 2 arcsin(√((1 - x) / 2)), and π less that for -x."""
    y = absolute(x)
    outer, negative = y > 0.5, x < 0.0
    angle = _arcsin_of_half(y, outer)
    quarters = where(outer, where(negative, 2.0, 0.0), 1.0)
    factor = where(outer, where(negative, -2.0, 2.0), where(negative, 1.0, -1.0))
    return _add(quarters, factor, angle)


def arctan(x: Lanes) -> Lanes:
    """Inverse tangent; beyond 1 it is π/2 less that of 1 / x."""
    y = absolute(x).at_most(2.0**60)  # the angle is π/2 long before
    beyond = y > 1.0
    one, zero = x.unit.number(1.0), x.unit.number(0.0)
    inverse = divide(DoubleWord(one, zero), DoubleWord(y, zero))
    t = DoubleWord(where(beyond, inverse.high, y), where(beyond, inverse.low, 0.0))
    return copy_sign(_add(where(beyond, 1.0, 0.0), where(beyond, -1.0, 1.0), _arctan_up_to_one(t)), x)


def arctan2(y: Lanes, x: Lanes) -> Lanes:
    """The angle of the point (x, y), from -π to π; signs of zeros and infinities as IEEE 754 says."""
    height, width = absolute(y), absolute(x)
    steep = height > width
    t = _quotient(where(steep, width, height), where(steep, height, width))
    negative = copy_sign(x.unit.number(1.0), x) < 0.0
    quarters = where(steep, 1.0, where(negative, 2.0, 0.0))
    return copy_sign(_add(quarters, where(steep ^ negative, -1.0, 1.0), _arctan_up_to_one(t)), y)


def _quotient(small: Lanes, great: Lanes) -> DoubleWord:
    """The quotient of two numbers that are not negative, 0 for two zeros and 1 for two infinities."""
    format = small.unit.format
    infinite = great.equals(math.inf)
    small = where(infinite, where(small.equals(math.inf), 1.0, small * 0.0), small)
    great = where(infinite, 1.0, great)
    half = 2.0 ** (format.bias // 2)  # of the range of exponents: no product of parts shall be subnormal or infinite
    factor = where(great < 1.0, half, where(great > half, 1.0 / half, 1.0))
    divisor = (great * factor).at_least(1.0 / (half * half))  # if it is 0, so is the dividend
    zero = small.unit.number(0.0)
    return divide(DoubleWord(small * factor, zero), DoubleWord(divisor, zero))


def _arctan_up_to_one(t: DoubleWord) -> DoubleWord:
    z = t.high * t.high
    low = multiply_add(t.low * z, -0.5, t.low)  # nearly t.low times the derivative 1 / (1 + z)
    return DoubleWord(t.high, multiply_add(t.high * z, polynomial(ARCTAN, z), low))


def _arcsin_of_half(y: Lanes, outer: Mask) -> DoubleWord:
    """The inverse sine of y, or of √((1 - y) / 2)."""
    half = 0.5 - 0.5 * y
    root = square_root(DoubleWord(half, y.unit.number(0.0)))
    s = DoubleWord(where(outer, root.high, y), where(outer, root.low, 0.0))
    z = where(outer, half, y * y)
    return DoubleWord(s.high, multiply_add(s.high * z, polynomial(ARCSIN, z), s.low))


def _add(quarters: Lanes, factor: Lanes, angle: DoubleWord) -> Lanes:
    """Compute quarters π/2 + factor angle for 0, 1 or 2 quarters and a power of 2 as factor."""
    quarter_high, quarter_low, _ = PI_2.of(quarters.unit.format)
    high, rest = fast_two_sum(quarters * quarter_high, factor * angle.high)
    return high + (rest + multiply_add(factor, angle.low, quarters * quarter_low))
