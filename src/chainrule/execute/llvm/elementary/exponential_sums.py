"""Logarithms of sums and differences of exponentials: softplus, logaddexp, log1mexp."""

import math

from chainrule.execute.llvm.elementary.double_word import DoubleWord, one_plus, two_sum
from chainrule.execute.llvm.elementary.exponential import exp_twofold, expm1_reduced, reduce_twofold, underflow
from chainrule.execute.llvm.elementary.lanes import Lanes, absolute, copy_sign, where
from chainrule.execute.llvm.elementary.logarithm import log_of_sum
from chainrule.execute.llvm.elementary.scaling import scale_twofold

__all__ = ["log1mexp", "logaddexp", "softplus"]


def softplus(x: Lanes) -> Lanes:
    """Logarithm of 1 + exp(x), as max(x, 0) + log1p(exp(-abs(x)))."""
    return where(x < math.inf, _plus_log1p(x.at_least(0.0), exp_twofold(-absolute(x))), x)


def logaddexp(x: Lanes, y: Lanes) -> Lanes:
    """Logarithm of exp(x) + exp(y), as max(x, y) + log1p(exp(-abs(x - y)))."""
    larger, smaller = where(x > y, x, y), where(x > y, y, x)
    difference, rest = two_sum(smaller, -larger)
    value = _plus_log1p(larger, exp_twofold(difference, rest))
    value = where(difference < underflow(x) * math.log(2), larger + 0.0, value)  # also where rest is of any size
    return where(x.equals(y), x + math.log(2), value)


def log1mexp(x: Lanes) -> Lanes:
    """Logarithm of 1 - exp(x) for x < 0; -inf at 0, NaN above."""
    k, r = reduce_twofold(x.at_least(underflow(x) * math.log(2)))
    e = expm1_reduced(r)
    power = scale_twofold(one_plus(e), k)
    rest = one_plus(DoubleWord(-power.high, -power.low))
    near = k.equals(0.0)  # here 1 - exp(x) is -e, and 1 - (1 + e) would lose digits
    high, low = where(near, -e.high, rest.high), where(near, -e.low, rest.low)
    tiny = high < x.unit.format.least_normal
    digits = float(x.unit.format.precision)
    high, low = log_of_sum(where(tiny, high * 2.0**digits, high), low, where(tiny, -digits, 0.0))
    value = where(x < 0.0, copy_sign(high + low, x), math.nan)
    return where(x.equals(0.0), -math.inf, value)


def _plus_log1p(x: Lanes, e: DoubleWord) -> Lanes:
    """Compute x + log(1 + e) for 0 <= e <= 1."""
    high, low = log_of_sum(*one_plus(e))
    total, rest = two_sum(x, high)
    return total + (rest + low)
