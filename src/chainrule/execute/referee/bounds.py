"""Real functions of one number of ``mpmath.libmp``, to a given number of bits; relative errors are a few units.

What libmp has is taken as it is; here is what it lacks, and the guard without which an exponent of 2^4000 bits would be
computed in full.
"""

from collections.abc import Callable

from mpmath import libmp

from chainrule.execute.referee.interval import Bound

__all__ = [
    "FAR", "arccosh", "cbrt", "cosh", "erf", "erfc", "exp", "exp2", "expm1", "log", "log1mexp", "log1p", "magnitude",
    "sigmoid", "sinh", "softplus", "tanh",
]  # fmt: skip

FAR = 4000  # where |x| >= 2^FAR, exp and its kin are taken for their limits

Function = Callable[[Bound, int], Bound]

log = libmp.mpf_log


def magnitude(x: Bound) -> int:
    """The least n with |x| < 2^n; very low for 0."""
    return int(x[2] + x[3]) if x[1] else -(10**9)


def _guarded(function: Function, below: Bound, above: Bound, far: int = FAR) -> Function:
    """The function, and its limits far out."""

    def call(x: Bound, precision: int) -> Bound:
        if magnitude(x) <= far:
            return function(x, precision)
        return above if libmp.mpf_sign(x) > 0 else below

    return call


exp = _guarded(libmp.mpf_exp, libmp.fzero, libmp.finf)
sinh = _guarded(libmp.mpf_sinh, libmp.fninf, libmp.finf)
cosh = _guarded(libmp.mpf_cosh, libmp.finf, libmp.finf)
tanh = _guarded(libmp.mpf_tanh, libmp.fnone, libmp.fone)
erf = _guarded(libmp.mpf_erf, libmp.fnone, libmp.fone)
erfc = _guarded(libmp.mpf_erfc, libmp.ftwo, libmp.fzero, far=FAR // 8)  # it falls like exp(-x^2)


def exp2(x: Bound, precision: int) -> Bound:
    """The exponential of x log 2, the product with as many bits as its size takes."""
    spare = precision + max(0, min(magnitude(x), FAR))
    return exp(libmp.mpf_mul(x, libmp.mpf_ln2(spare), spare), precision)


def log1p(x: Bound, precision: int) -> Bound:
    """The logarithm of 1 + x."""
    small = max(0, -magnitude(x))
    if small > precision:  # x - x^2/2
        return libmp.mpf_sub(x, libmp.mpf_shift(libmp.mpf_mul(x, x), -1), precision)
    return libmp.mpf_log(libmp.mpf_add(libmp.fone, x, 2 * precision + x[3]), precision)


def expm1(x: Bound, precision: int) -> Bound:
    """The difference e^x - 1."""
    small = max(0, -magnitude(x))
    if small > precision:  # x + x^2/2
        return libmp.mpf_add(x, libmp.mpf_shift(libmp.mpf_mul(x, x), -1), precision)
    return libmp.mpf_sub(exp(x, precision + small + 2), libmp.fone, precision)


def softplus(x: Bound, precision: int) -> Bound:
    """The logarithm of 1 + e^x, for x > 0 as x + log(1 + e^-x)."""
    tail = log1p(exp(libmp.mpf_neg(libmp.mpf_abs(x)), precision), precision)
    return libmp.mpf_add(x, tail, precision) if libmp.mpf_sign(x) > 0 else tail


def log1mexp(x: Bound, precision: int) -> Bound:
    """The logarithm of 1 - e^x for x < 0."""
    if libmp.mpf_gt(x, libmp.fnone):
        return libmp.mpf_log(libmp.mpf_neg(expm1(x, precision)), precision)
    return log1p(libmp.mpf_neg(exp(x, precision)), precision)


def sigmoid(x: Bound, precision: int) -> Bound:
    """1 / (1 + e^-x)."""
    denominator = libmp.mpf_add(libmp.fone, exp(libmp.mpf_neg(x), precision), precision)
    return libmp.mpf_div(libmp.fone, denominator, precision)


def cbrt(x: Bound, precision: int) -> Bound:
    """The cube root, negative for negative numbers."""
    root = libmp.mpf_cbrt(libmp.mpf_abs(x), precision)
    return libmp.mpf_neg(root) if libmp.mpf_sign(x) < 0 else root


def arccosh(x: Bound, precision: int) -> Bound:
    """The logarithm of 1 + t + sqrt(t (t + 2)) with t = x - 1."""
    t = libmp.mpf_sub(x, libmp.fone, precision + x[3])
    root = libmp.mpf_sqrt(libmp.mpf_mul(t, libmp.mpf_add(t, libmp.ftwo, precision)), precision)
    return log1p(libmp.mpf_add(t, root, precision), precision)
