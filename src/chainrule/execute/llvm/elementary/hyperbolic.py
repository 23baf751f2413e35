"""sinh, cosh and the inverse hyperbolic functions.

With abs(x) = k ln 2 + r, sinh(abs(x)) = 2^(k-1) ((1 - 4^-k) cosh(r) + (1 + 4^-k) sinh(r)), and cosh with the signs
exchanged; both of r are polynomials. The inverse functions are logarithms, but near 0 polynomials.
"""

import math

from chainrule.execute.llvm.elementary.coefficients import ARCSINH, ARCTANH, COSH, SINH
from chainrule.execute.llvm.elementary.double_word import (
    DoubleWord,
    divide,
    fast_two_sum,
    square_root,
    two_product,
    two_sum,
)
from chainrule.execute.llvm.elementary.exponential import overflow, reduce_twofold
from chainrule.execute.llvm.elementary.lanes import Lanes, absolute, copy_sign, multiply_add, where
from chainrule.execute.llvm.elementary.logarithm import log_of_sum
from chainrule.execute.llvm.elementary.polynomial import polynomial
from chainrule.execute.llvm.elementary.scaling import power_of_two, scale

__all__ = ["arccosh", "arcsinh", "arctanh", "cosh", "sinh"]


def sinh(x: Lanes) -> Lanes:
    """Hyperbolic sine."""
    k, s, c = _reduced(x)
    quarter = _quarter_to(k)
    minus, plus = fast_two_sum(1.0, -quarter), 1.0 + quarter
    summand, summand_low = two_product(plus, s.high)
    high, rest = fast_two_sum(minus.high, summand)
    low = multiply_add(minus.high, c, multiply_add(plus, s.low, minus.low + summand_low))
    return copy_sign(scale(high + (rest + low), k - 1.0), x)


def cosh(x: Lanes) -> Lanes:
    """Hyperbolic cosine."""
    k, s, c = _reduced(x)
    quarter = _quarter_to(k)
    plus, minus = fast_two_sum(1.0, quarter), 1.0 - quarter
    summand, summand_low = two_product(minus, s.high)
    high, rest = fast_two_sum(plus.high, summand)
    low = multiply_add(plus.high, c, multiply_add(minus, s.low, plus.low + summand_low))
    return scale(high + (rest + low), k - 1.0)


def _reduced(x: Lanes) -> tuple[Lanes, DoubleWord, Lanes]:
    """For abs(x) = k ln 2 + r: k, sinh(r) and cosh(r) - 1."""
    k, r = reduce_twofold(absolute(x).at_most((overflow(x) + 1.0) * math.log(2)))
    z = r.high * r.high
    return k, DoubleWord(r.high, multiply_add(r.high * z, polynomial(SINH, z), r.low)), z * polynomial(COSH, z)


def _quarter_to(k: Lanes) -> Lanes:
    """4^-k, or something negligible."""
    return power_of_two((k * -2.0).at_least(-2.0 * k.unit.format.precision))


def arcsinh(x: Lanes) -> Lanes:
    """Inverse hyperbolic sine: x + x z p(z) with z = x² up to 1/2, then log(x + √(x² + 1))."""
    y = absolute(x)
    square, low = two_product(y, y)
    small = multiply_add(y, square * polynomial(ARCSINH, square), y)
    root = square_root(_plus(two_sum(square, x.unit.number(1.0)), low))
    large = _log_of_two_terms(y, root)
    return where(y < math.inf, copy_sign(where(y <= 0.5, small, large), x), x)


def arccosh(x: Lanes) -> Lanes:
    """Inverse hyperbolic cosine, log(x + √(x² - 1)); NaN below 1."""
    square, low = two_product(x, x)
    root = square_root(_plus(fast_two_sum(square, x.unit.number(-1.0)), low))
    value = where(x >= 1.0, _log_of_two_terms(x, root), math.nan)
    return where(x < math.inf, value, x)


def arctanh(x: Lanes) -> Lanes:
    """Inverse hyperbolic tangent: x + x z p(z) with z = x² up to 1/2, then log((1 + x) / (1 - x)) / 2."""
    y = absolute(x)
    z = y * y
    small = multiply_add(y, z * polynomial(ARCTANH, z), y)
    quotient = divide(fast_two_sum(1.0, y), DoubleWord(1.0 - y, x.unit.number(0.0)))
    high, low = log_of_sum(*fast_two_sum(*quotient))
    value = where(y <= 0.5, small, 0.5 * (high + low))
    value = where(y < 1.0, value, where(y.equals(1.0), math.inf, math.nan))
    return copy_sign(value, x)


def _log_of_two_terms(x: Lanes, root: DoubleWord) -> Lanes:
    """The logarithm of x + √(x² ± 1), which is 2x for great x, where the square may be infinite."""
    great = x > 2.0 ** (x.unit.format.precision // 2 + 3)
    total = _plus(two_sum(root.high, x), root.low)
    high, low = where(great, x, total.high), where(great, 0.0, total.low)
    log_high, log_low = log_of_sum(high, low, where(great, 1.0, 0.0))
    return log_high + log_low


def _plus(x: DoubleWord, y: Lanes) -> DoubleWord:
    """Add what is of the size of the low part."""
    return DoubleWord(x.high, x.low + y)
