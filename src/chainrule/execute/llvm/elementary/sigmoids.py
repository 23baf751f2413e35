"""tanh and sigmoid, whose small values keep all their digits."""

import math

from chainrule.execute.llvm.elementary.coefficients import TANH
from chainrule.execute.llvm.elementary.double_word import DoubleWord, fast_two_sum, residual
from chainrule.execute.llvm.elementary.exponential import exp_reduced, expm1_reduced, reduce, reduce_twofold, underflow
from chainrule.execute.llvm.elementary.lanes import Lanes, absolute, copy_sign, multiply_add, where
from chainrule.execute.llvm.elementary.polynomial import polynomial
from chainrule.execute.llvm.elementary.scaling import scale, scale_within

__all__ = ["exp_of_negative", "sigmoid", "tanh"]


def tanh(x: Lanes) -> Lanes:
    """Hyperbolic tangent: x + x z p(z) with z = x² up to 1, from there on 1 - 2 / (exp(2x) + 1)."""
    y = absolute(x).at_most(0.5 * math.log(2) * (x.unit.format.precision + 4))  # beyond, tanh rounds to 1
    z = y * y
    small = multiply_add(y, z * polynomial(TANH, z), y)
    k, r = reduce(y + y)
    large = 1.0 - 2.0 / (scale_within(exp_reduced(r), k) + 1.0)
    return copy_sign(where(y < 1.0, small, large), x)


def exp_of_negative(x: Lanes, low: Lanes | None = None) -> DoubleWord:
    """Compute exp(x + low) for x <= 0."""
    k, r = reduce_twofold(x.at_least(underflow(x) * math.log(2)))
    e = expm1_reduced(r if low is None else DoubleWord(r.high, r.low + low))
    high, rest = fast_two_sum(1.0, e.high)
    return DoubleWord(scale(high, k), scale(rest + e.low, k))


def sigmoid(x: Lanes) -> Lanes:
    """Logistic function: e / (1 + e) with e = exp(-abs(x)) for negative x, else 1 / (1 + e)."""
    e = exp_of_negative(-absolute(x))
    high, low = fast_two_sum(1.0, e.high)
    low = low + e.low
    negative = x < 0.0
    numerator = DoubleWord(where(negative, e.high, 1.0), where(negative, e.low, 0.0))
    inverse = 1.0 / high
    quotient = numerator.high * inverse
    rest = residual(numerator.high, quotient, high) + (numerator.low - quotient * low)
    return multiply_add(rest, inverse, quotient)
