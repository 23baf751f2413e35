"""log, log2, log10, log1p, and functions that end in a logarithm.

For x = 2^k (1 + f) with 1 + f between √½ and √2, log(x) = k ln 2 + log(1 + f), and log(1 + f) = f - f²/2 + f³ p(f)
with a polynomial p.
"""

from typing import NamedTuple

from chainrule.execute.llvm.elementary.coefficients import LN2, LOG
from chainrule.execute.llvm.elementary.double_word import DoubleWord, fast_two_sum, two_sum
from chainrule.execute.llvm.elementary.lanes import Lanes, absolute, copy_sign, multiply_add, where
from chainrule.execute.llvm.elementary.polynomial import polynomial
from chainrule.execute.llvm.elementary.scaling import integer_number, power_of_two
from chainrule.execute.llvm.elementary.sigmoids import exp_of_negative

__all__ = ["Split", "log", "log1p", "log_of_sum", "log_split", "softplus", "split"]

_INFINITY = float("inf")


class Split(NamedTuple):
    """A positive number as 2^k (1 + f)."""

    k: Lanes
    f: Lanes


def split(x: Lanes) -> Split:
    """Take a positive normal number apart."""
    unit, format = x.unit, x.unit.format
    root = unit.number(0.5**0.5).bits()
    shifted = x.bits() + (unit.number(1.0).bits() - root)
    k = integer_number(shifted >> format.fraction_bits) - float(format.bias)
    mantissa = ((shifted & (2**format.fraction_bits - 1)) + root).number()
    return Split(k, mantissa - 1.0)


def log(x: Lanes) -> Lanes:
    """Natural logarithm; -inf at 0, NaN below."""
    format = x.unit.format
    tiny = x < format.least_normal
    k, f = split(where(tiny, x * 2.0**format.precision, x))
    k = where(tiny, k - float(format.precision), k)
    high, low = log_split(k, f)
    return _with_limits(high + low, x, 0.0)


def log1p(x: Lanes) -> Lanes:
    """Compute log(1 + x); -inf at -1, NaN below."""
    high, low = log_of_sum(*two_sum(x, x.unit.number(1.0)))
    return copy_sign(_with_limits(high + low, x, -1.0), x)


def softplus(x: Lanes) -> Lanes:
    """Compute log(1 + exp(x)) = max(x, 0) + log(1 + exp(-abs(x)))."""
    e = exp_of_negative(-absolute(x))
    one = fast_two_sum(1.0, e.high)
    high, low = log_of_sum(one.high, one.low + e.low)
    total, rest = two_sum(x.at_least(0.0), high)
    return where(x < _INFINITY, total + (rest + low), x)


def log_of_sum(high: Lanes, low: Lanes) -> DoubleWord:
    """The logarithm of a double word whose high part is positive and normal."""
    k, f = split(high)
    shrink = power_of_two(-k.at_most(high.unit.format.precision + 2.0))
    f, rest = fast_two_sum(f, low * shrink)
    log_high, log_low = log_split(k, f)
    return DoubleWord(log_high, log_low + rest)


def log_split(k: Lanes, f: Lanes) -> DoubleWord:
    """Compute k ln 2 + log(1 + f)."""
    ln2_high, ln2_low = LN2.of(f.unit.format)
    high = multiply_add(k, ln2_high, f)
    rest = f - multiply_add(k, -ln2_high, high)
    tail = multiply_add(f, polynomial(LOG, f), -0.5)
    return DoubleWord(high, multiply_add(f * f, tail, multiply_add(k, ln2_low, rest)))


def _with_limits(value: Lanes, x: Lanes, pole: float) -> Lanes:
    """Put in -inf at the pole of a logarithm, NaN below it, and x itself where it is inf or NaN."""
    value = where(x < _INFINITY, value, x)
    value = where(x < pole, float("nan"), value)
    return where(x.equals(pole), -_INFINITY, value)
