"""Numbers of the referee: intervals with bounds of any precision, beside floats for what is exact.

A number of the referee is one of three:

- an ``Interval``, which holds the truth between two finite bounds;
- a Python float, for ±0, ±inf and NaN: these are exact, and mean what IEEE 754 says;
- ``UNKNOWN``, when so many bits do not tell whether there is a value at all, as for 1/x with x around 0.

The bounds are numbers of ``mpmath.libmp``, whose functions take the precision and the direction of rounding, and keep
no state. Exponents are unbounded there.
"""

import math
from typing import Any, TypeAlias

from mpmath import libmp

__all__ = [
    "DOWN",
    "UNKNOWN",
    "UP",
    "Bound",
    "Interval",
    "Number",
    "Unknown",
    "greatest",
    "high",
    "hull",
    "interval",
    "is_finite",
    "least",
    "low",
    "number",
]

Bound: TypeAlias = Any  # a number of mpmath.libmp
Number: TypeAlias = Any  # Interval | float | Unknown; entries of object arrays

DOWN, UP = "f", "c"  # directions of rounding: floor, ceiling


class Unknown:
    """What is not known with so many bits; so is all that is computed from it."""

    __slots__ = ()

    def _unknown(self, other: object = None) -> "Unknown":
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _unknown

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


class Interval:
    """All real numbers from ``low`` to ``high``; never the number 0 alone, which is a float.

    Example:
        >>> third = interval(1.0, 53) / interval(3.0, 53)
        >>> third * interval(3.0, 53)
        Interval(0.99999999999999989, 1.0000000000000002)
    """

    __slots__ = ("high", "low", "precision")

    def __init__(self, low: Bound, high: Bound, precision: int) -> None:
        self.low, self.high, self.precision = low, high, precision

    @property
    def sign(self) -> int:
        """The sign of all its numbers; 0 if they have not the same."""
        if libmp.mpf_sign(self.low) > 0:
            return 1
        return -1 if libmp.mpf_sign(self.high) < 0 else 0

    @property
    def is_point(self) -> bool:
        """Is it one number, hence exact?"""
        return bool(self.low == self.high)

    def __neg__(self) -> "Interval":
        return Interval(libmp.mpf_neg(self.high), libmp.mpf_neg(self.low), self.precision)

    def __add__(self, other: Number) -> Number:
        if isinstance(other, (float, int)):  # NumPy's sums of objects begin with the integer 0
            return self if math.isfinite(other) else other
        if not isinstance(other, Interval):
            return NotImplemented
        return number(
            libmp.mpf_add(self.low, other.low, self.precision, DOWN),
            libmp.mpf_add(self.high, other.high, self.precision, UP),
            self.precision,
        )

    __radd__ = __add__

    def __sub__(self, other: Number) -> Number:
        return self + -other

    def __rsub__(self, other: Number) -> Number:
        return -self + other

    def __mul__(self, other: Number) -> Number:
        if isinstance(other, float):
            return self._times_exact(other)
        if not isinstance(other, Interval):
            return NotImplemented
        pairs = [(a, b) for a in self._ends() for b in other._ends()]
        return number(
            least([libmp.mpf_mul(a, b, self.precision, DOWN) for a, b in pairs]),
            greatest([libmp.mpf_mul(a, b, self.precision, UP) for a, b in pairs]),
            self.precision,
        )

    __rmul__ = __mul__

    def __truediv__(self, other: "Interval") -> Number:
        """The quotient by an interval; by exact numbers see ``functions``."""
        if not other.sign:
            return UNKNOWN
        pairs = [(a, b) for a in self._ends() for b in other._ends()]
        return number(
            least([libmp.mpf_div(a, b, self.precision, DOWN) for a, b in pairs]),
            greatest([libmp.mpf_div(a, b, self.precision, UP) for a, b in pairs]),
            self.precision,
        )

    def _times_exact(self, other: float) -> Number:
        """The product with ±0, ±inf or NaN."""
        if math.isnan(other) or self.sign:
            return other * (self.sign or 1)
        return other if other == 0.0 else UNKNOWN

    def _ends(self) -> tuple[Bound, ...]:
        return (self.low,) if self.is_point else (self.low, self.high)

    def __repr__(self) -> str:
        return f"Interval({libmp.to_str(self.low, 17)}, {libmp.to_str(self.high, 17)})"


_EXACT = {libmp.fzero: 0.0, libmp.finf: math.inf, libmp.fninf: -math.inf}


def number(low: Bound, high: Bound, precision: int) -> Number:
    """What lies between two bounds: an exact number if both are 0 or infinite, nothing known if one is infinite."""
    if low == high and low in _EXACT:
        return _EXACT[low]
    return Interval(low, high, precision) if _is_real(low) and _is_real(high) else UNKNOWN


def _is_real(bound: Bound) -> bool:
    return bound not in (libmp.finf, libmp.fninf, libmp.fnan)


def interval(value: float, precision: int) -> Interval:
    """An exact number as an interval; it may be 0 here."""
    bound = libmp.from_float(float(value))
    return Interval(bound, bound, precision)


def is_finite(x: Number) -> bool:
    """Is this certainly a real number?"""
    return isinstance(x, Interval) or (isinstance(x, float) and math.isfinite(x))


def low(x: Interval | float) -> Bound:
    """The lower bound."""
    return x.low if isinstance(x, Interval) else libmp.from_float(x)


def high(x: Interval | float) -> Bound:
    """The upper bound."""
    return x.high if isinstance(x, Interval) else libmp.from_float(x)


def hull(x: Number, y: Number, precision: int) -> Number:
    """The least interval that holds both numbers."""
    if isinstance(x, Unknown) or isinstance(y, Unknown) or not (is_finite(x) and is_finite(y)):
        return UNKNOWN
    return number(least([low(x), low(y)]), greatest([high(x), high(y)]), precision)


def least(bounds: list[Bound]) -> Bound:
    """The least of several bounds."""
    found = bounds[0]
    for each in bounds[1:]:
        if libmp.mpf_lt(each, found):
            found = each
    return found


def greatest(bounds: list[Bound]) -> Bound:
    """The greatest of several bounds."""
    found = bounds[0]
    for each in bounds[1:]:
        if libmp.mpf_gt(each, found):
            found = each
    return found
