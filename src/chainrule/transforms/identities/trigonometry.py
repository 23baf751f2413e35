"""Trigonometric functions: differences that cancel."""

from chainrule.transforms.identities.sources import HAMMING, KAHAN
from chainrule.transforms.identity import Identity, cancels
from chainrule.transforms.patterns import arccos, arcsin, arctan, arctan2, cos, reals, sin, sqrt, tan

__all__ = ["TRIGONOMETRY"]

x, y, a, b = reals("xyab")


TRIGONOMETRY = (
    Identity(
        "1 - cos",
        1 - cos(x),
        2 * sin(x / 2) ** 2,
        "near 0 cos x rounds to 1, and the difference loses all digits",
        HAMMING,
    ),
    Identity("1 - sin^2", 1 - sin(x) ** 2, cos(x) ** 2, "near a right angle sin x rounds to 1"),
    Identity("1 - cos^2", 1 - cos(x) ** 2, sin(x) ** 2, "near 0 cos x rounds to 1"),
    Identity(
        "arccos near 1",
        arccos(1 - x),
        2 * arcsin(sqrt(x / 2)),
        "near 0 the argument 1 - x rounds to 1, where arccos is steep",
        KAHAN,
    ),
    Identity(
        "half angle",
        sin(x / 2) ** 2 / sin(x),
        tan(x / 2) / 2,
        "numerator and denominator vanish together",
        HAMMING,
    ),
    Identity(
        "difference of sines",
        sin(a) - sin(b),
        cos(b) * sin(a - b) - 2 * sin(b) * sin((a - b) / 2) ** 2,
        "the sines of near angles are nearly equal",
        HAMMING,
        when=cancels(a - b),
    ),
    Identity(
        "difference of cosines",
        cos(a) - cos(b),
        -sin(b) * sin(a - b) - 2 * cos(b) * sin((a - b) / 2) ** 2,
        "the cosines of near angles are nearly equal",
        HAMMING,
        when=cancels(a - b),
    ),
    Identity(
        "difference of tangents",
        tan(a) - tan(b),
        sin(a - b) / (cos(b) * (cos(b) * cos(a - b) - sin(b) * sin(a - b))),
        "the tangents of near angles are nearly equal",
        HAMMING,
        when=cancels(a - b),
    ),
    Identity(
        "difference of angles",
        arctan(a) - arctan(b),
        arctan2(a - b, 1 + a * b),
        "far out both angles are nearly a right one",
        HAMMING,
        when=cancels(a - b),
    ),
)
