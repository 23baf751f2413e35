"""Quotients, and the error function."""

from chainrule.transforms.identity import Identity, cancels
from chainrule.transforms.patterns import erf, erfc, numbers, reals

__all__ = ["QUOTIENTS"]

x, a, b = reals("xab")
(c,) = numbers("c")

_HAMMING = "R. W. Hamming (1973), Numerical methods for scientists and engineers, chapter 3"

QUOTIENTS = (
    Identity(
        "difference of reciprocals",
        1 / a - 1 / b,
        (b - a) / a / b,
        "the reciprocals of near numbers are nearly equal",
        _HAMMING,
        when=cancels(b - a),
    ),
    Identity(
        "second difference of reciprocals",
        1 / (x + c) - 2 / x + 1 / (x - c),
        2 * c**2 / (x * (x + c) * (x - c)),
        "the reciprocals of near numbers are nearly equal",
        _HAMMING,
    ),
    Identity("erfc", 1 - erf(x), erfc(x), "erf rounds to 1"),
    Identity("erfc", 1 + erf(x), erfc(-x), "erf rounds to -1"),
    Identity("erf", 1 - erfc(x), erf(x), "near 0 erfc rounds to 1"),
)
