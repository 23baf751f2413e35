"""Quotients, the error function, and products that need no factor."""

import math

from chainrule.transforms.identities.sources import HAMMING
from chainrule.transforms.identity import Identity, cancels
from chainrule.transforms.patterns import (
    WRITTEN,
    absolute,
    erf,
    erfc,
    inv,
    log,
    log1p,
    matmul,
    numbers,
    reals,
    sign,
    solve,
    where,
)

__all__ = ["QUOTIENTS"]

x, a, b = reals("xab")
(c,) = numbers("c")


HALF_LOG_PI = math.log(math.pi) / 2
u = 1 / (2 * x**2)

QUOTIENTS = (
    Identity(
        "difference of reciprocals",
        1 / a - 1 / b,
        (b - a) / a / b,
        "the reciprocals of near numbers are nearly equal",
        HAMMING,
        when=cancels(b - a),
    ),
    Identity(
        "second difference of reciprocals",
        1 / (x + c) - 2 / x + 1 / (x - c),
        2 * c**2 / (x * (x + c) * (x - c)),
        "the reciprocals of near numbers are nearly equal",
        HAMMING,
    ),
    Identity("erfc", 1 - erf(x), erfc(x), "erf rounds to 1"),
    Identity("erfc", 1 + erf(x), erfc(-x), "erf rounds to -1"),
    Identity("erf", 1 - erfc(x), erf(x), "near 0 erfc rounds to 1"),
    Identity(
        "log erfc",
        log(erfc(x)),
        where(x < 25, WRITTEN, log1p(-u + 3 * u**2 - 15 * u**3 + 105 * u**4) - x**2 - log(x) - HALF_LOG_PI),
        "erfc underflows; far out its asymptotic series is exact",
        "M. Abramowitz and I. A. Stegun (1964), Handbook of mathematical functions, 7.1.23",
    ),
    # --- products -------------------------------------------------------------------------------------------
    Identity("sign times size", sign(x) * absolute(x), x, "a detour, whose slope at 0 is 0"),
    Identity(
        "solve",
        matmul(inv(a), b),
        solve(a, b),
        "the inverse is rounded, and multiplies what is lost",
        "N. J. Higham (2002), Accuracy and stability of numerical algorithms, section 14.1",
    ),
)
