"""Means, variances, quantiles and covariances."""

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.tracing.numpy_functions.roots import root
from chainrule.tracing.operands import Array, Axis, as_array, as_tracer, axes_of, length_along, no_out
from chainrule.tracing.origin import untraceable
from chainrule.tracing.recording import is_number

__all__ = ["ROWS"]

_HALF = np.dtype(np.float16)


def _mean(a: Array, axis: Axis = None, dtype: Any = None, out: None = None, keepdims: bool = False) -> Array:
    x = as_tracer(a)
    count = length_along(x, axis)
    if dtype is None and x.dtype == _HALF:  # NumPy adds in float32 here
        return (np.sum(x, axis, np.float32, out, keepdims) / count).astype(_HALF)
    working = dtype or (np.float64 if x.dtype.kind in "biu" else None)
    return np.sum(x, axis, working, out, keepdims) / count


def _var(
    a: Array,
    axis: Axis = None,
    dtype: Any = None,
    out: None = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    mean: Array = None,
    correction: float = 0,
) -> Array:
    x = as_tracer(a)
    x = x if dtype is None and x.dtype.kind == "f" else x.astype(dtype or np.float64)
    centered = x - (np.mean(x, axis=axis, keepdims=True) if mean is None else mean)
    degrees = max(length_along(x, axis) - max(ddof, correction), 0)
    return np.sum(centered * centered, axis=axis, out=out, keepdims=keepdims) / degrees


def _deviation(variance: Callable[..., Array]) -> Callable[..., Array]:
    """The square root of a variance, with the same arguments."""

    @functools.wraps(variance)
    def deviation(*args: Any, **kwargs: Any) -> Array:
        return root(variance(*args, **kwargs))

    return deviation


def _average(
    a: Array, axis: Axis = None, weights: Array = None, returned: bool = False, *, keepdims: bool = False
) -> Any:
    if weights is None and not returned:
        return np.mean(a, axis=axis, keepdims=keepdims)
    if weights is None:
        mean = np.mean(a, axis=axis, keepdims=keepdims)
        return mean, np.full_like(mean, length_along(a, axis))
    shaped = _shaped_weights(as_array(weights), a, axis)
    total = np.sum(shaped, axis=axis, keepdims=keepdims)
    if not returned:
        return np.sum(a * shaped, axis=axis, keepdims=keepdims) / total
    mean = np.sum(a * shaped, axis=axis, keepdims=keepdims) / total
    return mean, total if total.shape == mean.shape else np.broadcast_to(total, mean.shape).copy()


def _shaped_weights(weights: Array, a: Array, axis: Axis) -> Array:
    """Weights of the entries along some axes, in the dtype of the average, shaped so that they broadcast."""
    dtype = np.result_type(a.dtype, weights.dtype, *([] if a.dtype.kind == "f" else [np.float64]))
    if np.shape(weights) == np.shape(a):
        return weights.astype(dtype)
    if axis is None or np.shape(weights) != tuple(np.shape(a)[each] for each in axes_of(a, axis)):
        raise ValueError("weights need the shape of the array, or that of the axes that are averaged")
    kept = [n if each in axes_of(a, axis) else 1 for each, n in enumerate(np.shape(a))]
    return np.reshape(weights.astype(dtype), kept)


# --- ignoring NaN -------------------------------------------------------------------------------------------


def _nan_mean(a: Array, axis: Axis = None, dtype: Any = None, out: None = None, keepdims: bool = False) -> Array:
    total = np.nansum(a, axis=axis, dtype=dtype, out=out, keepdims=keepdims)
    count = np.sum(~np.isnan(a), axis=axis, keepdims=keepdims)
    return np.true_divide(total, count.astype(total.dtype if total.dtype.kind == "f" else np.float64))


def _nan_var(
    a: Array, axis: Axis = None, dtype: Any = None, out: None = None, ddof: float = 0, keepdims: bool = False
) -> Array:
    known = ~np.isnan(a)
    centered = np.where(known, a - np.nanmean(a, axis=axis, dtype=dtype, keepdims=True), 0)
    squares = np.sum(centered * centered, axis=axis, out=out, keepdims=keepdims)
    degrees = np.sum(known, axis=axis, keepdims=keepdims) - ddof
    return squares / np.where(degrees > 0, degrees, np.nan).astype(squares.dtype)


# --- quantiles ----------------------------------------------------------------------------------------------


def _sorted_last(a: Array, axis: Axis, keepdims: bool) -> Array:
    """The entries along the axes in order, as a new last axis."""
    axes = axes_of(a, axis)
    others = [i for i in range(a.ndim) if i not in axes]
    shape = [1 if i in axes else n for i, n in enumerate(a.shape) if keepdims or i not in axes]
    return np.sort(np.reshape(np.transpose(a, (*others, *axes)), (*shape, length_along(a, axis))))


def _median(
    a: Array, axis: Axis = None, out: None = None, overwrite_input: bool = False, keepdims: bool = False
) -> Array:
    no_out(out)
    x = _sorted_last(a, axis, keepdims)
    n = x.shape[-1]
    middle = np.mean(x[..., max(n - 1, 0) // 2 : n // 2 + 1], axis=-1)
    return np.where(np.any(np.isnan(x), axis=-1), np.nan, middle)


def _quantile(
    a: Array,
    q: Any,
    axis: Axis = None,
    out: None = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
) -> Array:
    no_out(out)
    if method != "linear":
        raise untraceable(f"a quantile with method={method!r} is not traced, only method='linear'")
    x = _sorted_last(a, axis, keepdims)
    steps = np.asarray(q, x.dtype if is_number(q) and x.dtype.kind == "f" else None) * (x.shape[-1] - 1)
    if not np.all((steps >= 0) & (steps <= x.shape[-1] - 1)):
        raise ValueError("quantiles must be in the range [0, 1], percentiles in [0, 100]")
    return _between(x, steps)


def _between(x: Array, steps: np.ndarray[Any, Any]) -> Array:
    """The numbers at these fractional positions of the last axis, as new first axes; NaN if one entry is."""
    below = np.floor(steps).astype(np.intp)
    above = np.minimum(below + 1, x.shape[-1] - 1)
    t = np.reshape(steps - np.floor(steps), (*steps.shape, *(1,) * (x.ndim - 1)))
    entries = np.moveaxis(x, -1, 0)
    low, high = entries[below], entries[above]
    between = np.where(t < 0.5, low + (high - low) * t, high - (high - low) * (1 - t))
    return np.where(np.any(np.isnan(x), axis=-1), np.nan, between)


@functools.wraps(_quantile)
def _percentile(a: Array, q: Any, *args: Any, **kwargs: Any) -> Array:
    hundred = a.dtype.type(100) if a.dtype.kind == "f" else 100
    return _quantile(a, np.true_divide(q, hundred), *args, **kwargs)


# --- covariances --------------------------------------------------------------------------------------------


def _cov(
    m: Array, y: Array = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None, dtype: Any = None
) -> Array:
    rows = [_as_rows(each, rowvar) for each in ((m,) if y is None else (m, y))]
    x = np.concatenate(rows, axis=0)
    x = x.astype(dtype or np.result_type(x.dtype, np.float64))
    centered = x - np.mean(x, axis=1, keepdims=True)
    degrees = max(x.shape[1] - ((0 if bias else 1) if ddof is None else ddof), 0)
    return np.squeeze(centered @ centered.T / degrees)


def _as_rows(x: Array, rowvar: bool) -> Array:
    x = as_array(x)
    return np.atleast_2d(x) if rowvar or np.ndim(x) < 2 else np.transpose(x)


def _corrcoef(x: Array, y: Array = None, rowvar: bool = True, *, dtype: Any = None) -> Array:
    c = _cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return c / c
    deviations = np.sqrt(np.diagonal(c))
    return np.clip(c / deviations[:, None] / deviations[None, :], -1, 1)


ROWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "mean": _mean,
        "var": _var,
        "std": _deviation(_var),
        "average": _average,
        "nanmean": _nan_mean,
        "nanvar": _nan_var,
        "nanstd": _deviation(_nan_var),
        "median": _median,
        "quantile": _quantile,
        "percentile": _percentile,
        "cov": _cov,
        "corrcoef": _corrcoef,
    }
)
