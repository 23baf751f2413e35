"""exp, exp2, expm1, and the parts of an exponential that other functions are made of.

For x = k ln 2 + r with an integer k and abs(r) <= ln(2) / 2, exp(x) = 2^k (1 + expm1(r)), and expm1(r) = r + r² q(r)
with a polynomial q. ln 2 is the sum of a high part with so few bits that k times it is exact, and of a low part.

Source: W. J. Cody and W. Waite (1980), "Software Manual for the Elementary Functions".
"""

import math

from chainrule.execute.llvm.elementary.coefficients import EXP, EXP2, EXPM1, LN2
from chainrule.execute.llvm.elementary.double_word import DoubleWord, fast_two_sum, one_plus
from chainrule.execute.llvm.elementary.lanes import Lanes, copy_sign, multiply_add
from chainrule.execute.llvm.elementary.polynomial import polynomial
from chainrule.execute.llvm.elementary.scaling import nearest_integer, power_of_two, scale, scale_twofold

__all__ = [
    "exp",
    "exp2",
    "exp_reduced",
    "exp_twofold",
    "expm1",
    "expm1_reduced",
    "overflow",
    "reduce",
    "reduce_twofold",
    "underflow",
]


def overflow(x: Lanes) -> float:
    """An exponent of 2 for which the power is infinite, not much greater than need be."""
    return x.unit.format.bias + 1.5


def underflow(x: Lanes) -> float:
    """An exponent of 2 for which the power is 0, not much less than need be."""
    return -(x.unit.format.bias + x.unit.format.precision + 0.5)


def reduce(x: Lanes) -> tuple[Lanes, Lanes]:
    """Split x, not far beyond the limits of overflow and underflow, into k ln 2 + r, with r rounded."""
    ln2_high, ln2_low = LN2.of(x.unit.format)
    k = nearest_integer(x, math.log2(math.e))
    return k, multiply_add(k, -ln2_low, multiply_add(k, -ln2_high, x))


def reduce_twofold(x: Lanes, low: Lanes | float = 0.0) -> tuple[Lanes, DoubleWord]:
    """Split x + low in the same way, with r to twice the precision."""
    ln2_high, ln2_low = LN2.of(x.unit.format)
    k = nearest_integer(x, math.log2(math.e))
    return k, fast_two_sum(multiply_add(k, -ln2_high, x), multiply_add(k, -ln2_low, low))


def exp_reduced(r: Lanes) -> Lanes:
    """Compute e^r for abs(r) <= ln(2) / 2."""
    return multiply_add(multiply_add(polynomial(EXP, r), r, 1.0), r, 1.0)


def expm1_reduced(r: DoubleWord) -> DoubleWord:
    """Compute e^r - 1 for abs(r) <= ln(2) / 2, to a small part of an ulp of e^r."""
    low = multiply_add(r.high, r.low, r.low)  # (1 + r) r.low
    return fast_two_sum(r.high, multiply_add(r.high * r.high, polynomial(EXPM1, r.high), low))


def exp_twofold(x: Lanes, low: Lanes | float = 0.0) -> DoubleWord:
    """Compute exp(x + low) for x <= 0."""
    k, r = reduce_twofold(x.at_least(underflow(x) * math.log(2)), low)
    return scale_twofold(one_plus(expm1_reduced(r)), k)


def exp(x: Lanes) -> Lanes:
    """Exponential."""
    k, r = reduce(x.at_least(underflow(x) * math.log(2)).at_most(overflow(x) * math.log(2)))
    return scale(exp_reduced(r), k)


def exp2(x: Lanes) -> Lanes:
    """Power of 2; exact for integers."""
    x = x.at_least(underflow(x)).at_most(overflow(x))
    k = nearest_integer(x, 1.0)
    f = x - k
    return scale(multiply_add(polynomial(EXP2, f), f, 1.0), k)


def expm1(x: Lanes) -> Lanes:
    """Exponential minus 1, with all digits near 0, from 2^k - 1 and the reduced argument."""
    format = x.unit.format
    k, r = reduce_twofold(x.at_least(-math.log(2) * (format.precision + 2)).at_most(overflow(x) * math.log(2)))
    e = expm1_reduced(r)
    minus, rest = fast_two_sum(1.0, -power_of_two(-k.at_most(format.precision + 2.0)))
    high, low = fast_two_sum(minus, e.high)
    return copy_sign(scale(high + (low + (rest + e.low)), k), x)
