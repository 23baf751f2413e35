"""log, log2, log10, log1p, and the logarithm of a sum.

For x = 2^k (1 + f) with 1 + f between √½ and √2, log(x) = k ln 2 + log(1 + f), and log(1 + f) = f - f²/2 + f³ p(f)
with a polynomial p.
"""

import math
from typing import NamedTuple

from chainrule.execute.llvm.elementary.coefficients import LN2, LOG, LOG2_E, LOG10_2, LOG10_E
from chainrule.execute.llvm.elementary.double_word import DoubleWord, fast_two_sum, two_product, two_sum
from chainrule.execute.llvm.elementary.formats import Table
from chainrule.execute.llvm.elementary.lanes import Lanes, copy_sign, multiply_add, where
from chainrule.execute.llvm.elementary.polynomial import polynomial
from chainrule.execute.llvm.elementary.scaling import integer_number, power_of_two

__all__ = ["Split", "log", "log1p", "log2", "log10", "log_of_sum", "log_split", "split", "split_all", "xlogy"]


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


def split_all(x: Lanes) -> Split:
    """Take any positive number apart."""
    digits = float(x.unit.format.precision)
    tiny = x < x.unit.format.least_normal
    k, f = split(where(tiny, x * 2.0**digits, x))
    return Split(where(tiny, k - digits, k), f)


def log(x: Lanes) -> Lanes:
    """Natural logarithm; -inf at 0, NaN below."""
    high, low = log_split(*split_all(x))
    return _with_limits(high + low, x, 0.0)


def log2(x: Lanes) -> Lanes:
    """Logarithm to base 2, exact for powers of 2."""
    k, f = split_all(x)
    high, low = _add_multiple(k, f, LOG2_E)
    return _with_limits(high + low, x, 0.0)


def log10(x: Lanes) -> Lanes:
    """Logarithm to base 10."""
    k, f = split_all(x)
    log10_2_high, log10_2_low = LOG10_2.of(x.unit.format)
    high, low = _add_multiple(k * log10_2_high, f, LOG10_E)
    return _with_limits(high + multiply_add(k, log10_2_low, low), x, 0.0)


def log1p(x: Lanes) -> Lanes:
    """Compute log(1 + x); -inf at -1, NaN below."""
    high, low = log_of_sum(*two_sum(x, x.unit.number(1.0)))
    return copy_sign(_with_limits(high + low, x, -1.0), x)


def xlogy(x: Lanes, y: Lanes) -> Lanes:
    """The product x log(y), 0 where x = 0 unless y is NaN."""
    return where(x.equals(0.0) & y.equals(y), 0.0, x * log(y))


def log_of_sum(high: Lanes, low: Lanes, exponent: Lanes | None = None) -> DoubleWord:
    """The logarithm of (high + low) times two to the power of ``exponent``; ``high`` is positive and normal."""
    k, f = split(high)
    shrink = power_of_two(-k.at_most(high.unit.format.precision + 2.0))
    f, rest = fast_two_sum(f, low * shrink)
    log_high, log_low = log_split(k if exponent is None else k + exponent, f)
    return DoubleWord(log_high, log_low + multiply_add(-f, rest, rest))  # nearly rest times the derivative 1 / (1 + f)


def log_split(k: Lanes, f: Lanes) -> DoubleWord:
    """Compute k ln 2 + log(1 + f)."""
    ln2_high, ln2_low = LN2.of(f.unit.format)
    high = multiply_add(k, ln2_high, f)
    rest = f - multiply_add(k, -ln2_high, high)
    return DoubleWord(high, multiply_add(f * f, _tail(f), multiply_add(k, ln2_low, rest)))


def _add_multiple(x: Lanes, f: Lanes, factor: Table) -> DoubleWord:
    """Compute x + factor log(1 + f) for an x that is 0 or greater than the rest."""
    factor_high, factor_low = factor.of(f.unit.format)
    log_high, log_low = fast_two_sum(f, f * f * _tail(f))
    high, low = two_product(log_high, f.unit.number(factor_high))
    total, rest = fast_two_sum(x, high)
    low = multiply_add(log_high, factor_low, multiply_add(log_low, factor_high, low))
    return DoubleWord(total, rest + low)


def _tail(f: Lanes) -> Lanes:
    """Compute (log(1 + f) - f) / f²."""
    return multiply_add(f, polynomial(LOG, f), -0.5)


def _with_limits(value: Lanes, x: Lanes, pole: float) -> Lanes:
    """Put in -inf at the pole of a logarithm, NaN below it, and x itself where it is inf or NaN."""
    value = where(x < math.inf, value, x)
    value = where(x < pole, math.nan, value)
    return where(x.equals(pole), -math.inf, value)
