"""Roots: of sums of squares, and differences of roots."""

from chainrule.transforms.identities.sources import HAMMING
from chainrule.transforms.identity import Identity, above, all_of, cancels, square_number
from chainrule.transforms.patterns import WRITTEN, absolute, cbrt, divided, hypot, numbers, reals, sqrt, where

__all__ = ["ROOTS"]

x, y, a, b = reals("xyab")
(c,) = numbers("c")

_GOLDBERG = "D. Goldberg (1991), What every computer scientist should know about floating-point arithmetic"

ROOTS = (
    Identity(
        "root of a square", sqrt(x**2), absolute(x), "the square overflows or underflows; at 0 the slope is 0 / 0"
    ),
    Identity("hypotenuse", sqrt(x**2 + y**2), hypot(x, y), "the squares overflow or underflow"),
    Identity("hypotenuse", sqrt(x**2 + c), hypot(x, sqrt(c)), "the square overflows", when=above(c, 0)),
    Identity(
        "hypotenuse - leg",
        hypot(x, c) - c,
        x * divided(x, hypot(x, c) + c),
        "near 0 the hypotenuse rounds to the leg",
        HAMMING,
        when=above(c, 0),
    ),
    Identity(
        "1 - cosine of an angle",
        1 - x / hypot(x, c),
        where(x > 0, c / hypot(x, c) * (c / (hypot(x, c) + x)), WRITTEN),
        "far out the hypotenuse is nearly the leg",
    ),
    Identity(
        "root near a number",
        sqrt(a) - c,
        (a - c**2) / (sqrt(a) + c),
        "the root of a number near c^2 is nearly c",
        HAMMING,
        when=all_of(above(c, 0), cancels(a - c**2)),
    ),
    Identity(
        "difference of roots",
        sqrt(a) - sqrt(b),
        (a - b) / (sqrt(a) + sqrt(b)),
        "the roots of near numbers are nearly equal",
        HAMMING,
        when=cancels(a - b),
    ),
    Identity(
        "difference of cube roots",
        cbrt(a) - cbrt(b),
        (a - b) / (cbrt(a) ** 2 + cbrt(a) * cbrt(b) + cbrt(b) ** 2),
        "the roots of near numbers are nearly equal",
        HAMMING,
        when=cancels(a - b),
    ),
    Identity(
        "difference of reciprocal roots",
        1 / sqrt(a) - 1 / sqrt(b),
        (b - a) / (sqrt(a) * sqrt(b) * (sqrt(a) + sqrt(b))),
        "the roots of near numbers are nearly equal",
        HAMMING,
        when=cancels(b - a),
    ),
    Identity(
        "difference of squares",
        x**2 - y**2,
        where(absolute(absolute(x) - absolute(y)) < absolute(y) / 2, (x - y) * (x + y), WRITTEN),
        "the squares of near numbers are nearly equal, and rounded",
        _GOLDBERG,
    ),
    Identity(
        "difference from a square",
        c - x**2,
        where(absolute(absolute(x) - sqrt(c)) < sqrt(c) / 2, (sqrt(c) - x) * (sqrt(c) + x), WRITTEN),
        "the square of a number near the root of c is nearly c, and rounded",
        _GOLDBERG,
        when=square_number(c),
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
