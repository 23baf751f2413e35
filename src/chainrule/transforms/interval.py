"""An interval of real numbers, open or closed at its ends, and whether it holds whole numbers only."""

import math
from dataclasses import dataclass

__all__ = ["EVERYTHING", "Range"]

_INF = math.inf


@dataclass(frozen=True)
class Range:
    """An interval of real numbers.

    Attributes:
        low, high: its ends.
        without_low, without_high: the end does not belong to it.
        is_integer: it holds whole numbers only.
    """

    low: float = -_INF
    high: float = _INF
    without_low: bool = False
    without_high: bool = False
    is_integer: bool = False

    @property
    def positive(self) -> bool:
        """Are all its numbers above 0?"""
        return self.low > 0 or (self.low == 0 and self.without_low)

    @property
    def nonnegative(self) -> bool:
        """Is none of its numbers below 0?"""
        return self.low >= 0

    @property
    def negative(self) -> bool:
        """Are all its numbers below 0?"""
        return (-self).positive

    @property
    def nonpositive(self) -> bool:
        """Is none of its numbers above 0?"""
        return self.high <= 0

    @property
    def nonzero(self) -> bool:
        """Is 0 not among its numbers?"""
        return self.positive or self.negative

    @property
    def bounded(self) -> bool:
        """Does it have two ends?"""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def __neg__(self) -> "Range":
        return Range(0.0 - self.high, 0.0 - self.low, self.without_high, self.without_low, self.is_integer)

    def __and__(self, other: "Range") -> "Range":
        low, without_low = max((self.low, self.without_low), (other.low, other.without_low))
        high, closed_high = min((self.high, not self.without_high), (other.high, not other.without_high))
        return Range(low, high, without_low, not closed_high, self.is_integer or other.is_integer)

    def __or__(self, other: "Range") -> "Range":
        low, without_low = min((self.low, self.without_low), (other.low, other.without_low))
        high, closed_high = max((self.high, not self.without_high), (other.high, not other.without_high))
        return Range(low, high, without_low, not closed_high, self.is_integer and other.is_integer)

    def __str__(self) -> str:
        left = "(" if self.without_low or self.low == -_INF else "["
        right = ")" if self.without_high or self.high == _INF else "]"
        return f"{left}{self.low:g}, {self.high:g}{right}"


EVERYTHING = Range()
