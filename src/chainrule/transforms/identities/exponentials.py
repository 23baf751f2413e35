"""Exponentials: differences of them, and shares in sums of them."""

from chainrule.transforms.identities.sources import HAMMING, KAHAN, MACHLER
from chainrule.transforms.identity import Identity, above, cancels, sum_of_exponentials, varies
from chainrule.transforms.patterns import (
    WRITTEN,
    absolute,
    cosh,
    exp,
    expm1,
    log,
    log1mexp,
    log1p,
    log_softmax,
    negative,
    numbers,
    power,
    reals,
    sigmoid,
    sinh,
    softmax,
    softplus,
    tanh,
    where,
)

__all__ = ["EXPONENTIALS"]

x, y, a, b = reals("xyab")
(c,) = numbers("c")


EXPONENTIALS = (
    # --- differences ----------------------------------------------------------------------------------------
    Identity(
        "hyperbolic sine",
        exp(x) - exp(-x),
        2 * sinh(x),
        "near 0 the two exponentials are nearly equal, and their difference loses the digits of x",
        KAHAN,
    ),
    Identity(
        "hyperbolic cosine",
        exp(x) + exp(-x),
        2 * cosh(x),
        "the sum of both exponentials is one function, which is told apart from 1 near 0",
    ),
    Identity(
        "cosh - 1",
        cosh(x) - 1,
        2 * sinh(x / 2) ** 2,
        "near 0 cosh x rounds to 1, and the difference loses all digits",
        KAHAN,
    ),
    Identity(
        "expm1",
        exp(x) - 1,
        expm1(x),
        "near 0 exp(x) rounds to 1, and the difference loses the digits of x",
        KAHAN,
    ),
    # --- quotients ------------------------------------------------------------------------------------------
    Identity(
        "exp / expm1",
        exp(x) / expm1(x),
        where(x > 1, -1 / expm1(-x), WRITTEN),
        "both overflow, and infinity / infinity is not a number",
    ),
    Identity(
        "tanh",
        sinh(x) / cosh(x),
        tanh(x),
        "both overflow, and infinity / infinity is not a number",
    ),
    Identity(
        "tanh",
        expm1(x) / (1 + exp(x)),
        tanh(x / 2),
        "both overflow, and infinity / infinity is not a number",
    ),
    Identity(
        "expm1(2x) / expm1(x)",
        expm1(2 * x) / expm1(x),
        1 + exp(x),
        "the numerator overflows long before the quotient does",
    ),
    # --- shares ---------------------------------------------------------------------------------------------
    Identity(
        "sigmoid",
        exp(x) / (1 + exp(x)),
        sigmoid(x),
        "both exponentials overflow, and infinity / infinity is not a number",
        MACHLER,
    ),
    Identity(
        "share of exponentials",
        exp(x) / (exp(x) + y),
        sigmoid(x - log(y)),
        "exp overflows, and infinity / infinity is not a number",
        when=sum_of_exponentials(y),
    ),
    Identity(
        "sigmoid",
        1 / (1 + exp(x)),
        sigmoid(-x),
        "exp overflows, and what follows from it, such as the slope, is 0 or not a number",
        MACHLER,
    ),
    Identity(
        "sigmoid of a difference",
        1 / (exp(x) + c),
        sigmoid(log(c) - x) / c,
        "exp overflows, and the slope becomes infinity / infinity",
        when=above(c, 0),
    ),
    # --- sigmoids -------------------------------------------------------------------------------------------
    Identity(
        "1 - sigmoid",
        1 - sigmoid(x),
        sigmoid(-x),
        "sigmoid(x) rounds to 1 from x = 37 on (float32: 17), and the difference to 0",
        MACHLER,
    ),
    Identity(
        "sigmoid(x) exp(-x)",
        sigmoid(x) * exp(-x),
        sigmoid(-x),
        "sigmoid underflows while exp overflows",
    ),
    Identity(
        "odds",
        sigmoid(x) / sigmoid(-x),
        exp(x),
        "the denominator underflows",
    ),
    Identity(
        "1 - tanh",
        1 - tanh(x),
        2 * sigmoid(-2 * x),
        "tanh(x) rounds to 1 from x = 19 on, and the difference to 0",
    ),
    Identity(
        "1 + tanh",
        1 + tanh(x),
        2 * sigmoid(2 * x),
        "tanh(x) rounds to -1 from x = -19 on, and the sum to 0",
    ),
    Identity(
        "1 - tanh^2",
        1 - tanh(x) ** 2,
        where(absolute(x) < 0.25, WRITTEN, 1 / cosh(x) ** 2),
        "tanh(x) rounds to 1 from x = 19 on, and the difference to 0",
    ),
    # --- exponentials of logarithms -------------------------------------------------------------------------
    Identity(
        "exponentials that meet",
        exp(x) * exp(y),
        exp(x + y),
        "one overflows while the other one underflows",
        when=cancels(x + y),
    ),
    Identity(
        "difference of powers",
        power(a, y) - power(b, y),
        where(absolute(a - b) < b / 2, power(b, y) * expm1(y * log1p((a - b) / b)), WRITTEN),
        "the powers of near numbers are nearly equal",
        HAMMING,
        when=cancels(a - b),
    ),
    Identity(
        "power near 1",
        power(1 + x, y) - 1,
        where(absolute(x) < 0.5, expm1(y * log1p(x)), WRITTEN),
        "1 + x rounds, and the power is nearly 1",
        KAHAN,
    ),
    Identity(
        "power near 1",
        power(1 + x, y),
        where(absolute(x) < 0.5, exp(y * log1p(x)), WRITTEN),
        "1 + x rounds, and the power makes much of what is lost",
        KAHAN,
        when=varies(y),
    ),
    Identity("minus minus", negative(negative(x)), x, "what other identities leave"),
    Identity("exp of log softmax", exp(log_softmax(x)), softmax(x), "a detour that rounds twice"),
    Identity("exp of log sigmoid", exp(-softplus(x)), sigmoid(-x), "a detour that rounds twice"),
    Identity("exp of log(1 - exp)", exp(log1mexp(x)), -expm1(x), "a detour that rounds twice"),
)
