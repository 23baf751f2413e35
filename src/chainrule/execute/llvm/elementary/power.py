"""Power: 2^(y log2(x)), with the logarithm to so many bits that their product with y still has enough.

For x = 2^k (1 + f) and s = f / (2 + f), log(1 + f) = 2 artanh(s) = 2 s (1 + z (1/3 + z q(z))) with z = s² and a
polynomial q; all but the innermost product in double words.
"""

import math

from chainrule.execute.llvm.elementary.coefficients import ARTANH_SERIES, EXP2, LOG2_E, ONE_THIRD
from chainrule.execute.llvm.elementary.double_word import (
    DoubleWord,
    divide,
    fast_two_sum,
    one_plus,
    product,
    two_product,
)
from chainrule.execute.llvm.elementary.exponential import overflow, underflow
from chainrule.execute.llvm.elementary.lanes import Lanes, Mask, absolute, copy_sign, multiply_add, where
from chainrule.execute.llvm.elementary.logarithm import split_all
from chainrule.execute.llvm.elementary.polynomial import polynomial
from chainrule.execute.llvm.elementary.scaling import nearest_integer, scale

__all__ = ["power"]


def power(x: Lanes, y: Lanes) -> Lanes:
    """Raise x to the power of y; where it matters whether y is an odd integer, or one at all, as IEEE 754 says."""
    base = absolute(x)
    value = _power_of_positive(base, y)
    value = where(base.equals(0.0), where(y < 0.0, math.inf, 0.0), value)
    value = where(base.equals(math.inf), where(y < 0.0, 0.0, math.inf), value)
    whole = _is_integer(y)
    value = where(whole & ~_is_integer(y * 0.5), copy_sign(value, x), value)
    value = where(whole | ~((x < 0.0) & (base < math.inf)), value, math.nan)
    value = where(x.equals(x) & y.equals(y), value, math.nan)
    return where(x.equals(1.0) | y.equals(0.0), 1.0, value)


def _power_of_positive(x: Lanes, y: Lanes) -> Lanes:
    """For x neither 0 nor infinite."""
    limit = 2.0 ** (x.unit.format.precision + 12)  # such a power is 1, 0 or infinite
    y = y.at_least(-limit).at_most(limit)
    logarithm = _log2_twofold(x)
    high, rest = two_product(y, logarithm.high)
    low = multiply_add(y, logarithm.low, rest).at_least(-0.01).at_most(0.01)  # is greater only where high is too great
    high = high.at_least(underflow(x)).at_most(overflow(x))
    k = nearest_integer(high, 1.0)
    f, f_low = fast_two_sum(high - k, low)
    return scale(multiply_add(polynomial(EXP2, f), f, f_low * math.log(2)) + 1.0, k)


def _log2_twofold(x: Lanes) -> DoubleWord:
    k, f = split_all(x)
    zero = x.unit.number(0.0)
    s = divide(DoubleWord(f, zero), fast_two_sum(2.0, f))
    z = product(s, s)
    third_high, third_low = ONE_THIRD.of(x.unit.format)
    inner, rest = fast_two_sum(third_high, z.high * polynomial(ARTANH_SERIES, z.high))
    artanh = product(s, one_plus(product(z, DoubleWord(inner, rest + third_low))))
    factor = DoubleWord(*(x.unit.number(2.0 * part) for part in LOG2_E.of(x.unit.format)))
    fraction = product(artanh, factor)
    high, rest = fast_two_sum(k, fraction.high)
    return fast_two_sum(high, rest + fraction.low)


def _is_integer(x: Lanes) -> Mask:
    size = absolute(x)
    integers = 2.0**x.unit.format.fraction_bits  # from here on all floats are
    return (size >= integers) | ((size + integers) - integers).equals(size)
