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

__all__ = ["REFERENCES", "Reference", "Values", "patterns", "reference_values", "ulps"]

Function = Callable[..., Any]


@dataclass(frozen=True)
class Reference:
    """A function of one number, in mpmath and in float64, and where it is a finite real number."""

    exact: Function
    double: Function
    low: float = -math.inf
    high: float = math.inf


REFERENCES = {
    "exp": Reference(mp.exp, np.exp),
    "exp2": Reference(lambda x: mp.mpf(2) ** x, np.exp2),
    "expm1": Reference(mp.expm1, np.expm1),
    "log": Reference(mp.log, np.log, low=5e-324),
    "log1p": Reference(mp.log1p, np.log1p, low=-1 + 2**-52),
    "sigmoid": Reference(lambda x: 1 / (1 + mp.exp(-x)), scipy.special.expit),
    "softplus": Reference(lambda x: mp.log1p(mp.exp(x)), lambda x: np.logaddexp(0, x)),
    "tanh": Reference(mp.tanh, np.tanh),
}


@dataclass(frozen=True)
class Values:
    """Inputs, and the values of the reference as sums of two float64 numbers."""

    x: np.ndarray
    high: np.ndarray
    low: np.ndarray | float = 0.0


def patterns(step: int, start: int = 0, stop: int = 2**32) -> np.ndarray:
    """Every ``step``-th float32: each exponent, both signs, subnormal numbers, infinities, NaN."""
    return np.arange(start, stop, step, dtype=np.uint64).astype(np.uint32).view(np.float32)


@cache
def reference_values(name: str, dtype: Any) -> Values:
    """Numbers of all sizes and the exact values there."""
    reference = REFERENCES[name]
    if dtype is np.float32:
        return float32_values(reference, np.concatenate([patterns(65_537), inputs(np.float32)]))
    x = inputs(np.float64, reference.low, reference.high)
    values = exact(reference.exact, x)
    high = np.array([float(value) for value in values])
    low = [float(value - each) if math.isfinite(each) else 0.0 for value, each in zip(values, high, strict=True)]
    return Values(x, high, np.array(low))


def float32_values(reference: Reference, x: np.ndarray) -> Values:
    with np.errstate(all="ignore"):
        return Values(x, np.asarray(reference.double(x.astype(np.float64)), np.float64))


def ulps(y: np.ndarray, values: Values) -> np.ndarray:
    """Errors in units in the last place; what is not finite must be the same as in the reference, and NaN be NaN."""
    limits = np.finfo(y.dtype)
    with np.errstate(all="ignore"):
        rounded = values.high.astype(y.dtype)
        exponent = np.maximum(np.frexp(values.high)[1] - 1, limits.minexp)
        error = np.abs((y.astype(np.float64) - values.high) - values.low)
        error = np.ldexp(error, limits.nmant - exponent)
    same = (y == rounded) | (np.isnan(y) & np.isnan(rounded))
    return np.where(np.isfinite(y) & np.isfinite(rounded), error, np.where(same, 0.0, np.inf))
