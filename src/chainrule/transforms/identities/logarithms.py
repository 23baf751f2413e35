"""Logarithms: of sums near 1, of sums of exponentials, of quotients, and differences of logarithms."""

import math

from chainrule.transforms.identities.sources import BLANCHARD, HAMMING, KAHAN, MACHLER
from chainrule.transforms.identity import Identity, above, all_of, cancels, even, positive, stays, sum_of_exponentials
from chainrule.transforms.patterns import (
    WRITTEN,
    absolute,
    arccosh,
    arcsinh,
    arctanh,
    cosh,
    exp,
    expm1,
    log,
    log1mexp,
    log1p,
    log_softmax,
    logaddexp,
    logsumexp,
    numbers,
    power,
    reals,
    sigmoid,
    sinh,
    softmax,
    softplus,
    sqrt,
    total,
    where,
    xlogy,
)

__all__ = ["LOGARITHMS"]

x, y, a, b = reals("xyab")
(c,) = numbers("c")


LOGARITHMS = (
    # --- of exponentials ------------------------------------------------------------------------------------
    Identity("log of exp", log(exp(x)), x, "exp overflows or underflows in between"),
    Identity("softplus", log(1 + exp(x)), softplus(x), "exp overflows, or is lost in 1 + exp(x)", MACHLER),
    Identity("softplus", log1p(exp(x)), softplus(x), "exp overflows", MACHLER),
    Identity("log(1 - exp)", log(1 - exp(x)), log1mexp(x), "exp(x) near 1 or near 0 loses its digits", MACHLER),
    Identity("log(1 - exp)", log(-expm1(x)), log1mexp(x), "expm1(x) far out rounds to -1", MACHLER),
    Identity("log(1 - exp)", log1p(-exp(x)), log1mexp(x), "exp(x) near 1 loses its digits", MACHLER),
    Identity("log(exp - 1)", log(expm1(x)), x + log1mexp(-x), "exp overflows", MACHLER),
    Identity("log of a multiple", log(c * exp(x)), x + log(c), "exp overflows or underflows", when=above(c, 0)),
    Identity("log of a product", log(exp(x) * y), x + log(y), "exp overflows or underflows", when=positive(y)),
    Identity("logaddexp", log(exp(x) + exp(y)), logaddexp(x, y), "exp overflows or underflows", BLANCHARD),
    Identity(
        "logaddexp",
        log(c * exp(x) + y),
        logaddexp(x + log(c), log(y)),
        "exp overflows or underflows",
        BLANCHARD,
        when=all_of(above(c, 0), sum_of_exponentials(y)),
    ),
    Identity(
        "log of a difference",
        log(exp(x) - exp(y)),
        x + log1mexp(y - x),
        "exp overflows, or nearly equal exponentials are subtracted",
        MACHLER,
    ),
    Identity("logsumexp", log(total(exp(x))), logsumexp(x), "exp overflows or underflows", BLANCHARD),
    Identity(
        "logsumexp",
        log(c * total(exp(x))),
        logsumexp(x) + log(c),
        "exp overflows or underflows",
        BLANCHARD,
        when=above(c, 0),
    ),
    Identity(
        "log softmax", log(softmax(x)), log_softmax(x), "a small probability underflows, one near 1 rounds", BLANCHARD
    ),
    Identity("log sigmoid", log(sigmoid(x)), -softplus(-x), "sigmoid underflows, or rounds to 1", MACHLER),
    Identity(
        "log cosh",
        log(cosh(x)),
        where(
            absolute(x) < 1,
            log1p(2 * sinh(x / 2) ** 2),
            absolute(x) + softplus(-2 * absolute(x)) - math.log(2),
        ),
        "cosh overflows, and near 0 it rounds to 1",
    ),
    Identity(
        "log sinh",
        log(sinh(x)),
        x + log1mexp(-2 * x) - math.log(2),
        "sinh overflows",
    ),
    # --- of powers ------------------------------------------------------------------------------------------
    Identity("log of a root", log(sqrt(x)), log(x) / 2, "the root of a number near 1 is nearer to 1"),
    Identity("log of a square", log(x**2), 2 * log(absolute(x)), "the square overflows or underflows"),
    Identity("log of an even power", log(power(x, c)), c * log(absolute(x)), "the power overflows", when=even(c)),
    Identity("log of a power", log(power(x, c)), c * log(x), "the power overflows or underflows", when=positive(x)),
    Identity("log of a reciprocal", log(1 / x), -log(x), "the reciprocal of a tiny number overflows"),
    Identity("arsinh", log(x + sqrt(x**2 + 1)), arcsinh(x), "the square overflows, and negative x cancel", KAHAN),
    Identity("arcosh", log(x + sqrt(x**2 - 1)), arccosh(x), "the square overflows", KAHAN),
    # --- near 1 ---------------------------------------------------------------------------------------------
    Identity(
        "artanh",
        log((1 + x) / (1 - x)),
        2 * arctanh(x),
        "near 0 the quotient rounds to 1",
    ),
    Identity("artanh", log1p(x) - log1p(-x), 2 * arctanh(x), "two logarithms for one"),
    Identity("log1p", log(1 + x), log1p(x), "near 0 the sum 1 + x rounds, and loses the digits of x"),
    Identity(
        "log(1 + x^2)",
        log1p(x**2),
        where(absolute(x) < 1e150, WRITTEN, 2 * log(absolute(x))),
        "the square overflows; beyond 1e150 the 1 does not count",
    ),
    # --- differences ----------------------------------------------------------------------------------------
    Identity(
        "difference of logarithms",
        log(a) - log(b),
        where(absolute(a - b) < b / 2, log1p((a - b) / b), WRITTEN),
        "the logarithms of near numbers are nearly equal",
        HAMMING,
        when=cancels(a - b),
    ),
    Identity(
        "difference of logarithms",
        log1p(a) - log(b),
        where(absolute(1 + a - b) < b / 2, log1p((1 + a - b) / b), WRITTEN),
        "the logarithms of near numbers are nearly equal",
        HAMMING,
        when=cancels(1 + a - b),
    ),
    Identity(
        "difference of x log x",
        a * log(a) - xlogy(b, b),
        where(b > 1, (a - b) * log(a) + b * log1p((a - b) / b), WRITTEN),
        "both terms are nearly equal where b is large",
        HAMMING,
        when=cancels(a - b),
    ),
    Identity(
        "x log x",
        x * log(x),
        xlogy(x, x),
        "at 0 it is 0 times infinity, which is not a number; the limit is 0",
        when=stays(log(x)),
    ),
)
