"""Sums over axes: shares, logarithms of shares, variances."""

from chainrule.transforms.identities.sources import BLANCHARD
from chainrule.transforms.identity import (
    Identity,
    has_stable_logarithm,
    one_axis,
    one_in_all,
)
from chainrule.transforms.patterns import (
    absolute,
    divided,
    exp,
    exp2,
    floor,
    isfinite,
    kept,
    largest,
    log,
    log2,
    logsumexp,
    moved,
    numbers,
    reals,
    softmax,
    sqrt,
    total,
    where,
)

__all__ = ["REDUCTIONS"]

x, y = reals("xy")
(c,) = numbers("c")

_NORM = "J. L. Blue (1978), A portable Fortran program to find the Euclidean norm of a vector"
_VARIANCE = "T. F. Chan, G. H. Golub and R. J. LeVeque (1983), Algorithms for computing the sample variance"

m = largest(absolute(x))
s = exp2(floor(log2(where(m > 0, m, 1))))  # a power of 2: it rounds nothing, and has no slope

REDUCTIONS = (
    Identity(
        "softmax",
        exp(x) / kept(total(exp(x))),
        softmax(x),
        "exp overflows, and infinity / infinity is not a number",
        BLANCHARD,
        when=one_axis,
    ),
    Identity(
        "share of a sum",
        exp(x) / total(exp(y)),
        exp(x - logsumexp(y)),
        "exp overflows, and infinity / infinity is not a number",
        BLANCHARD,
    ),
    Identity(
        "logarithm of selected entries",
        log(moved(y)),
        moved(log(y)),
        "a small probability underflows, one near 1 rounds; the logarithm is taken before",
        BLANCHARD,
        when=has_stable_logarithm(y),
    ),
    Identity(
        "length of a vector",
        sqrt(total(x**2)),
        where((m > 0) & isfinite(m), s * sqrt(total(divided(x, kept(s)) ** 2)), m),
        "the squares overflow or underflow, and at 0 the slope is 0 / 0",
        _NORM,
    ),
    Identity(
        "variance",
        total(x**2) - c * total(x) ** 2,
        total((x - kept(c * total(x))) ** 2),
        "the mean square and the square of the mean are nearly equal",
        _VARIANCE,
        when=one_in_all(c, x),
    ),
)
