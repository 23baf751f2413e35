"""Errors in units in the last place (ulp) against 50-digit arithmetic, on inputs that reach every exponent."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import mpmath as mp
import numpy as np

DTYPES = (np.float16, np.float32, np.float64)

Reference = Callable[..., Any]  # written with mpmath


def inputs(dtype: Any, low: float = -math.inf, high: float = math.inf, count: int = 500) -> np.ndarray:
    """Random bit patterns, the limits of the dtype, and an even spread where functions bend; between low and high."""
    rng = np.random.default_rng(0)
    patterns = np.frombuffer(rng.bytes(count * np.dtype(dtype).itemsize), dtype)
    limits = np.finfo(dtype)
    special = np.array([0.0, limits.smallest_subnormal, limits.tiny, limits.eps, limits.max], dtype)
    even = np.concatenate([rng.uniform(-width, width, count // 2) for width in (1.0, 12.0, 110.0, 760.0)])
    x = np.concatenate([patterns[np.isfinite(patterns)], special, -special, even.astype(dtype)])
    return x[(x >= low) & (x <= high)]


def exact(reference: Reference, *args: np.ndarray) -> list[Any]:
    """The values of a reference for each row of numbers."""
    with mp.workdps(50):
        return [reference(*(mp.mpf(float(x)) for x in row)) for row in zip(*args, strict=True)]


def ulps(values: np.ndarray, references: Iterable[Any]) -> np.ndarray:
    """The errors of values of one dtype; 0 for an infinity where the reference overflows or is one."""
    return np.array([_error(value, reference) for value, reference in zip(values, references, strict=True)])


def largest_error(function: Callable[..., Any], reference: Reference, *args: np.ndarray) -> float:
    """The largest error of a function of one or several numbers."""
    return float(np.max(ulps(function(*args), exact(reference, *args))))


def _error(value: Any, reference: Any) -> float:
    with np.errstate(over="ignore"):
        rounded = float(value.dtype.type(float(reference)))
    if not (math.isfinite(value) and math.isfinite(rounded)):
        return 0.0 if float(value) == rounded else math.inf
    limits = np.finfo(value.dtype)
    exponent = max(math.frexp(rounded)[1] - 1, limits.minexp) if rounded else limits.minexp
    with mp.workdps(50):
        return float(mp.ldexp(abs(mp.mpf(float(value)) - reference), limits.nmant - exponent))
