"""tanh and sigmoid, whose small values keep all their digits."""

import math

from chainrule.execute.llvm.elementary.coefficients import TANH
from chainrule.execute.llvm.elementary.double_word import DoubleWord, divide, one_plus
from chainrule.execute.llvm.elementary.exponential import exp_reduced, exp_twofold, reduce
from chainrule.execute.llvm.elementary.lanes import Lanes, absolute, copy_sign, multiply_add, where
from chainrule.execute.llvm.elementary.polynomial import polynomial
from chainrule.execute.llvm.elementary.scaling import scale_within

__all__ = ["sigmoid", "tanh"]


def tanh(x: Lanes) -> Lanes:
    """Hyperbolic tangent: x + x z p(z) with z = x² up to 1, from there on 1 - 2 / (exp(2x) + 1)."""
    y = absolute(x).at_most(0.5 * math.log(2) * (x.unit.format.precision + 4))  # beyond, tanh rounds to 1
    z = y * y
    small = multiply_add(y, z * polynomial(TANH, z), y)
    k, r = reduce(y + y)
    large = 1.0 - 2.0 / (scale_within(exp_reduced(r), k) + 1.0)
    return copy_sign(where(y < 1.0, small, large), x)


def sigmoid(x: Lanes) -> Lanes:
    """Logistic function: e / (1 + e) with e = exp(-abs(x)) for negative x, else 1 / (1 + e)."""
    e = exp_twofold(-absolute(x))
    negative = x < 0.0
    numerator = DoubleWord(where(negative, e.high, 1.0), where(negative, e.low, 0.0))
    high, low = divide(numerator, one_plus(e))
    return high + low
