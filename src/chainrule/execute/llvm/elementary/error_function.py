"""The error function and its complement.

erf(x) is x + x p(x²) up to 1 and 1 - exp(q(x)) beyond; for x >= 3/4, erfc(x) is exp(-x²) (5/4 + r(t)) / (1 + 2x) with
t = (x - 3) / (x + 3). p, q and r are polynomials. The form for erfc is that of M. M. Shepherd and J. G. Laframboise
(1981), "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 <= x < inf", Mathematics of Computation 36.
"""

from chainrule.execute.llvm.elementary.coefficients import ERF, ERFC, LOG_ERFC
from chainrule.execute.llvm.elementary.double_word import (
    DoubleWord,
    fast_two_sum,
    one_plus,
    product,
    residual,
    two_product,
)
from chainrule.execute.llvm.elementary.exponential import exp_reduced, expm1_reduced, reduce, reduce_twofold
from chainrule.execute.llvm.elementary.formats import Table
from chainrule.execute.llvm.elementary.lanes import Lanes, absolute, copy_sign, multiply_add, where
from chainrule.execute.llvm.elementary.polynomial import polynomial
from chainrule.execute.llvm.elementary.scaling import scale, scale_within

__all__ = ["erf", "erfc"]

_ERF_IS_ONE = Table(float32="0x1p+2", float64="0x1.8p+2")  # from 4 and 6 on
_ERFC_IS_ZERO = Table(float32="0x1.48p+3", float64="0x1.b8p+4")  # from 10.25 and 27.5 on
_CENTER = 0.75


def erf(x: Lanes) -> Lanes:
    """Error function."""
    y = absolute(x).at_most(*_ERF_IS_ONE.of(x.unit.format))
    small = multiply_add(y, polynomial(ERF, y * y), y)
    k, r = reduce(polynomial(LOG_ERFC, y))
    large = 1.0 - scale_within(exp_reduced(r), k)
    return copy_sign(where(y < 1.0, small, large), x)


def erfc(x: Lanes) -> Lanes:
    """Complementary error function, right where 1 - erf(x) has no digits left."""
    y = absolute(x)
    one, rest = fast_two_sum(1.0, -x)
    center = one + multiply_add(-x, polynomial(ERF, x * x), rest)
    k, tail = _tail(y.at_least(_CENTER).at_most(*_ERFC_IS_ZERO.of(x.unit.format)))
    right = scale(tail.high + tail.low, k)
    return where(y <= _CENTER, center, where(x < 0.0, 2.0 - right, right))


def _tail(y: Lanes) -> tuple[Lanes, DoubleWord]:
    """Compute erfc(y) for y >= 3/4 as two to the power of an integer times a double word."""
    square, rest = two_product(y, y)
    k, r = reduce_twofold(-square, -rest)
    return k, product(one_plus(expm1_reduced(r)), _scaled(y))


def _scaled(y: Lanes) -> DoubleWord:
    """Compute exp(y²) erfc(y) for y >= 3/4."""
    divisor, rest = fast_two_sum(y + y, y.unit.number(1.0))
    other = y + 3.0
    inverse = 1.0 / (divisor * other)  # one division for two
    quotient = other * inverse
    low = quotient * (residual(y.unit.number(1.0), quotient, divisor) - quotient * rest)
    t = (y - 3.0) * (divisor * inverse)
    return product(DoubleWord(quotient, low), fast_two_sum(1.25, polynomial(ERFC, t)))
