"""What the elementary functions of the native engine are compared with.

For float64 the reference is mpmath; for float32 it is NumPy's and SciPy's float64, which can take millions of numbers.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import mpmath as mp
import numpy as np
import scipy.special

from accuracy import exact, inputs

__all__ = ["REFERENCES", "Reference", "Values", "float32_values", "patterns", "reference_values", "ulps"]

Function = Callable[..., Any]


@dataclass(frozen=True)
class Reference:
    """A function in mpmath and in float64; the former is asked only between low and high, where it is finite and real.

    ``inside`` says for which pairs a function of two numbers is asked.
    """

    exact: Function
    double: Function
    low: float = -math.inf
    high: float = math.inf
    arity: int = 1
    inside: Function = lambda x, y: np.full(x.shape, True)


def log1mexp(x: np.ndarray) -> np.ndarray:
    return np.where(x <= 0, np.where(x > -0.7, np.log(-np.expm1(x)), np.log1p(-np.exp(x))), np.nan)


def xlogy(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(y), np.nan, scipy.special.xlogy(x, y))


def not_cancelled(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Where log(exp(x) + exp(y)) is not near 0: there its error is relative to x and y."""
    return ~(np.abs(np.logaddexp(x, y)) < np.maximum(np.abs(x), np.abs(y)) / 4)


REFERENCES = {
    "sqrt": Reference(mp.sqrt, np.sqrt, low=0.0),
    "cbrt": Reference(lambda x: mp.sign(x) * mp.cbrt(abs(x)), np.cbrt),
    "exp": Reference(mp.exp, np.exp),
    "exp2": Reference(lambda x: mp.mpf(2) ** x, np.exp2),
    "expm1": Reference(mp.expm1, np.expm1),
    "log": Reference(mp.log, np.log, low=5e-324),
    "log2": Reference(lambda x: mp.log(x, 2), np.log2, low=5e-324),
    "log10": Reference(mp.log10, np.log10, low=5e-324),
    "log1p": Reference(mp.log1p, np.log1p, low=-1 + 2**-52),
    "log1mexp": Reference(lambda x: mp.log(-mp.expm1(x)) if x > -1 else mp.log1p(-mp.exp(x)), log1mexp, high=-5e-324),
    "sin": Reference(mp.sin, np.sin),
    "cos": Reference(mp.cos, np.cos),
    "tan": Reference(mp.tan, np.tan),
    "arcsin": Reference(mp.asin, np.arcsin, low=-1.0, high=1.0),
    "arccos": Reference(mp.acos, np.arccos, low=-1.0, high=1.0),
    "arctan": Reference(mp.atan, np.arctan),
    "sinh": Reference(mp.sinh, np.sinh),
    "cosh": Reference(mp.cosh, np.cosh),
    "tanh": Reference(mp.tanh, np.tanh),
    "arcsinh": Reference(mp.asinh, np.arcsinh),
    "arccosh": Reference(mp.acosh, np.arccosh, low=1.0),
    "arctanh": Reference(mp.atanh, np.arctanh, low=-1 + 2**-53, high=1 - 2**-53),
    "sigmoid": Reference(lambda x: 1 / (1 + mp.exp(-x)), scipy.special.expit),
    "softplus": Reference(lambda x: mp.log1p(mp.exp(x)), lambda x: np.logaddexp(0, x)),
    "erf": Reference(mp.erf, scipy.special.erf),
    "erfc": Reference(mp.erfc, scipy.special.erfc, low=-30.0, high=30.0),
    "power": Reference(mp.power, np.power, low=0.0, arity=2, inside=lambda x, y: x > 0),
    "hypot": Reference(mp.hypot, np.hypot, arity=2),
    "arctan2": Reference(mp.atan2, np.arctan2, arity=2, inside=lambda x, y: (x != 0) & (y != 0)),
    "logaddexp": Reference(
        lambda x, y: max(x, y) + mp.log1p(mp.exp(-abs(x - y))), np.logaddexp, arity=2, inside=not_cancelled
    ),
    "xlogy": Reference(lambda x, y: x * mp.log(y), xlogy, arity=2, inside=lambda x, y: y > 0),
}


@dataclass(frozen=True)
class Values:
    """Inputs, the values of the reference there, and what is missing to the exact values, in ulps of float64."""

    x: tuple[np.ndarray, ...]
    y: np.ndarray
    missing: np.ndarray | float = 0.0


def patterns(step: int, start: int = 0, stop: int = 2**32) -> np.ndarray:
    """Every ``step``-th float32: each exponent, both signs, subnormal numbers, infinities, NaN."""
    return np.arange(start, stop, step, dtype=np.uint64).astype(np.uint32).view(np.float32)


def pairs(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers with others of any size, of about the same size, and near 1 with great ones (for powers)."""
    rng = np.random.default_rng(1)
    other, near, factor = rng.permutation(x), 1 + rng.uniform(-0.01, 0.01, x.size), rng.uniform(-8, 8, x.size)
    with np.errstate(all="ignore"):
        second = np.concatenate([other, x * factor, rng.uniform(-1e4, 1e4, x.size)])
        return np.concatenate([x, x, near]).astype(x.dtype), second.astype(x.dtype)


@cache
def reference_values(name: str, dtype: Any) -> Values:
    """Numbers of all sizes and the exact values there."""
    reference = REFERENCES[name]
    if dtype is np.float32:
        x = np.concatenate([patterns(65_537), inputs(np.float32)])
        return float32_values(reference, *((x,) if reference.arity == 1 else pairs(x)))
    x = inputs(np.float64, reference.low, reference.high, count=300 // reference.arity)
    return exact_values(reference, *((x,) if reference.arity == 1 else asked(reference, *pairs(x))))


def asked(reference: Reference, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(all="ignore"):
        inside = np.isfinite(y) & reference.inside(x.astype(np.float64), y.astype(np.float64))
    return x[inside], y[inside]


def float32_values(reference: Reference, *x: np.ndarray) -> Values:
    x = x if reference.arity == 1 else asked(reference, *x)
    with np.errstate(all="ignore"):
        return Values(x, np.asarray(reference.double(*(each.astype(np.float64) for each in x)), np.float64))


def exact_values(reference: Reference, *x: np.ndarray) -> Values:
    values = exact(reference.exact, *x)
    y = np.array([float(value) for value in values])
    shift = bits_to_last_place(y, np.float64)
    missing = [float(mp.ldexp(value - mp.mpf(each), int(n))) for value, each, n in zip(values, y, shift, strict=True)]
    return Values(x, y, np.where(np.isfinite(y), missing, 0.0))


def bits_to_last_place(y: np.ndarray, dtype: Any) -> np.ndarray:
    """The power of 2 by which one unit in the last place of ``dtype`` becomes 1, where numbers are as great as y."""
    limits = np.finfo(dtype)
    return limits.nmant - np.maximum(np.frexp(y)[1] - 1, limits.minexp)


def ulps(y: np.ndarray, values: Values) -> np.ndarray:
    """Errors in units in the last place; what is not finite must be the same as in the reference, and NaN be NaN."""
    with np.errstate(all="ignore"):
        rounded = values.y.astype(y.dtype)
        difference = np.ldexp(y.astype(np.float64) - values.y, bits_to_last_place(values.y, y.dtype))
        error = np.abs(difference - values.missing)
    same = (y == rounded) | (np.isnan(y) & np.isnan(rounded))
    return np.where(np.isfinite(y) & np.isfinite(rounded), error, np.where(same, 0.0, np.inf))
