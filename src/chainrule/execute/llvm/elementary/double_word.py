"""Sums of two floats, high + low, that carry about twice the precision of one.

The exact sum is Møller's and Knuth's, the exact product Dekker's, or one fused instruction. The names are those of
M. Joldes, J.-M. Muller and V. Popescu (2017), "Tight and rigorous error bounds for basic building blocks of
double-word arithmetic", ACM Transactions on Mathematical Software 44.
"""

from typing import NamedTuple

from chainrule.execute.llvm.elementary.lanes import Lanes, multiply_add, sqrt

__all__ = [
    "DoubleWord",
    "divide",
    "fast_two_sum",
    "one_plus",
    "product",
    "residual",
    "square_root",
    "two_product",
    "two_sum",
]


class DoubleWord(NamedTuple):
    """The unevaluated sum of two numbers, the second about an ulp of the first or less."""

    high: Lanes
    low: Lanes


def fast_two_sum(x: Lanes | float, y: Lanes) -> DoubleWord:
    """The exact sum if abs(x) >= abs(y), or if x is a multiple of the last bit of y."""
    high = x + y
    return DoubleWord(high, y - (high - x))


def one_plus(x: DoubleWord) -> DoubleWord:
    """Add 1 to a double word between -1 and 1."""
    high, rest = fast_two_sum(1.0, x.high)
    return DoubleWord(high, rest + x.low)


def two_sum(x: Lanes, y: Lanes) -> DoubleWord:
    """The exact sum."""
    high = x + y
    from_y = high - x
    return DoubleWord(high, (x - (high - from_y)) + (y - from_y))


def two_product(x: Lanes, y: Lanes) -> DoubleWord:
    """The exact product, unless it is so small that its last bits are lost."""
    high = x * y
    return DoubleWord(high, -residual(high, x, y))


def product(x: DoubleWord, y: DoubleWord) -> DoubleWord:
    """The product, to a few units of the last place of its low part."""
    high, rest = two_product(x.high, y.high)
    return DoubleWord(high, multiply_add(x.high, y.low, multiply_add(x.low, y.high, rest)))


def divide(x: DoubleWord, y: DoubleWord) -> DoubleWord:
    """The quotient, to a few units of the last place of its low part."""
    inverse = 1.0 / y.high
    high = x.high * inverse
    return DoubleWord(high, (residual(x.high, high, y.high) + (x.low - high * y.low)) * inverse)


def square_root(x: DoubleWord) -> DoubleWord:
    """The square root of a number that is not negative, to a few units of the last place of its low part."""
    high = sqrt(x.high)
    twice = (high + high).at_least(x.high.unit.format.least_normal)  # 0 has the root 0
    return DoubleWord(high, (residual(x.high, high, high) + x.low) / twice)


def residual(z: Lanes, x: Lanes, y: Lanes) -> Lanes:
    """Compute z - x y, exact if z is x y rounded, or z / x is y rounded."""
    if x.unit.target.fma:
        return multiply_add(-x, y, z)
    x_high, x_low = _halves(x)
    y_high, y_low = _halves(y)
    return (((z - x_high * y_high) - x_high * y_low) - x_low * y_high) - x_low * y_low


def _halves(x: Lanes) -> tuple[Lanes, Lanes]:
    """Split into the leading half of the bits and the rest; products of halves are exact (Veltkamp 1968)."""
    scaled = x * (2.0 ** ((x.unit.format.precision + 1) // 2) + 1.0)
    high = scaled - (scaled - x)
    return high, x - high
