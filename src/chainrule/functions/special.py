"""Logarithms and products that plain formulas get wrong near 0 and far out."""

import math

import numpy as np

from chainrule.functions.activations import softplus
from chainrule.functions.protocol import Array, array_function, composition

__all__ = ["log1mexp", "log1pexp", "logaddexp", "xlogy"]


@composition
def logaddexp(x: Array, y: Array, /) -> Array:
    """Logarithm of a sum of two exponentials, log(exp(x) + exp(y)) = x + log(1 + exp(y - x)) for x > y.

    Domain: all real x, y and ±inf.  Range: (max(x, y), max(x, y) + log 2].
    Limits: ~ x as x -> inf, y as x -> -inf.  Derivatives: sigmoid(x - y) by x, sigmoid(y - x) by y.

    This is NumPy's ufunc. Where exp(x) + exp(y) is nearly 1 the value is nearly 0, and its error is relative to both.

    Example:
        >>> logaddexp(1000.0, 1000.5)
        np.float64(1000.9740769841801)
    """
    return np.logaddexp(x, y)


@composition
def log1pexp(x: Array, /) -> Array:
    """Logarithm of 1 + exp(x): softplus under the name that it has in statistics.

    Domain: all real x.  Range: (0, inf).  Limits: ~ exp(x) as x -> -inf, ~ x as x -> inf.  Derivative: sigmoid(x).

    Source: M. Mächler (2012), "Accurately computing log(1 - exp(-|a|))", vignette of the R package Rmpfr.

    Example:
        >>> log1pexp([-40.0, 0.0, 1000.0])
        array([4.24835426e-18, 6.93147181e-01, 1.00000000e+03])
    """
    return softplus(x)


@array_function
def log1mexp(x: Array, /) -> Array:
    """Logarithm of 1 - exp(x), for x <= 0.

    Domain: x <= 0, NaN for x > 0.  Range: (-inf, 0).  Limits: ~ -exp(x) as x -> -inf, ~ log(-x) as x -> 0 (-inf at 0).
    Derivative: 1 / (1 - exp(-x)) = 1 / -expm1(-x).

    Each branch keeps the half of the digits that the other loses; they change places where exp(x) = 1/2.

    Source: M. Mächler (2012), "Accurately computing log(1 - exp(-|a|))", vignette of the R package Rmpfr.

    Example:
        >>> log1mexp([-1e-20, -1.0, -50.0])
        array([-4.60517019e+01, -4.58675145e-01, -1.92874985e-22])
    """
    return np.where(x > -math.log(2.0), np.log(-np.expm1(x)), np.log1p(-np.exp(x)))


@array_function
def xlogy(x: Array, y: Array, /) -> Array:
    """The product x log(y), which is 0 where x = 0, whatever y is, unless y is NaN.

    Domain: y >= 0, NaN for y < 0 unless x = 0.  Range: all reals.  Limits: 0 as x = y -> 0, as in entropies.
    Derivatives: log(y) by x, x / y by y.

    Example:
        >>> xlogy([0.0, 0.0, 2.0], [0.0, np.nan, 1.5])
        array([0.        ,        nan, 0.81093022])
    """
    return np.where((x == 0.0) & ~np.isnan(y), 0.0, x * np.log(y))
