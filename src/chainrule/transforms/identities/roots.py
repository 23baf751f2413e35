"""Roots: of sums of squares, and differences of roots."""

from chainrule.transforms.identity import Identity, above, cancels
from chainrule.transforms.patterns import WRITTEN, absolute, cbrt, hypot, numbers, reals, sqrt, where

__all__ = ["ROOTS"]

x, y, a, b = reals("xyab")
(c,) = numbers("c")

_HAMMING = "R. W. Hamming (1973), Numerical methods for scientists and engineers, chapter 3"
_GOLDBERG = "D. Goldberg (1991), What every computer scientist should know about floating-point arithmetic"

ROOTS = (
    Identity("root of a square", sqrt(x**2), absolute(x), "the square overflows or underflows; at 0 the slope is 0 / 0"),
    Identity("hypotenuse", sqrt(x**2 + y**2), hypot(x, y), "the squares overflow or underflow"),
    Identity("hypotenuse", sqrt(x**2 + c), hypot(x, sqrt(c)), "the square overflows", when=above(c, 0)),
    Identity(
        "difference of roots",
        sqrt(a) - sqrt(b),
        (a - b) / (sqrt(a) + sqrt(b)),
        "the roots of near numbers are nearly equal",
        _HAMMING,
        when=cancels(a - b),
    ),
    Identity(
        "difference of cube roots",
        cbrt(a) - cbrt(b),
        (a - b) / (cbrt(a) ** 2 + cbrt(a) * cbrt(b) + cbrt(b) ** 2),
        "the roots of near numbers are nearly equal",
        _HAMMING,
        when=cancels(a - b),
    ),
    Identity(
        "difference of reciprocal roots",
        1 / sqrt(a) - 1 / sqrt(b),
        (b - a) / (sqrt(a) * sqrt(b) * (sqrt(a) + sqrt(b))),
        "the roots of near numbers are nearly equal",
        _HAMMING,
        when=cancels(b - a),
    ),
    Identity(
        "root of a quadratic",
        sqrt(x**2 + y) - x,
        where(x > 0, y / (sqrt(x**2 + y) + x), WRITTEN),
        "where the root is nearly x, the difference cancels",
        _GOLDBERG,
    ),
    Identity(
        "root of a quadratic",
        sqrt(x**2 + y) + x,
        where(x < 0, y / (sqrt(x**2 + y) - x), WRITTEN),
        "where the root is nearly -x, the sum cancels",
        _GOLDBERG,
    ),
)
