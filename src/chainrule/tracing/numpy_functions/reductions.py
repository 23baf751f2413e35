"""Sums, products, extremes and what is counted, over axes or running along one axis."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.tracing.operands import Array, Axis, as_tracer, axes_of, axis_of, length_along, no_out
from chainrule.tracing.recording import apply

__all__ = ["ROWS"]


def _summing(op: str) -> Callable[..., Array]:
    """Reductions that let the user choose the dtype."""

    def reduce(a: Array, axis: Axis = None, dtype: Any = None, out: None = None, keepdims: bool = False) -> Array:
        no_out(out)
        x = as_tracer(a)
        x = x if dtype is None else x.astype(dtype)
        return apply(op, x, axes=axes_of(x, axis), keepdims=bool(keepdims))

    return reduce


def _choosing(op: str) -> Callable[..., Array]:
    def reduce(a: Array, axis: Axis = None, out: None = None, keepdims: bool = False) -> Array:
        no_out(out)
        return apply(op, a, axes=axes_of(a, axis), keepdims=bool(keepdims))

    return reduce


def _running(op: str) -> Callable[..., Array]:
    def accumulate(a: Array, axis: int | None = None, dtype: Any = None, out: None = None) -> Array:
        no_out(out)
        x = a if dtype is None else a.astype(dtype)
        if axis is None:
            return apply(op, np.ravel(x), axis=0)
        return apply(op, x, axis=axis_of(x, axis))

    return accumulate


def _cumulative(op: str, first: int) -> Callable[..., Array]:
    """The array API's name for running sums and products."""
    accumulate = _running(op)

    def call(
        x: Array, /, *, axis: int | None = None, dtype: Any = None, out: None = None, include_initial: bool = False
    ) -> Array:
        along = axis_of(x, 0 if axis is None else axis)
        if not include_initial:
            return accumulate(x, along, dtype, out)
        results = accumulate(x, along, dtype, out)
        start = np.full_like(np.take(results, [0] if results.shape[along] else [], along), first)
        return np.concatenate([start, results], axis=along)

    return call


def _ptp(a: Array, axis: Axis = None, out: None = None, keepdims: bool = False) -> Array:
    return np.max(a, axis=axis, keepdims=keepdims, out=out) - np.min(a, axis=axis, keepdims=keepdims)


def _count_nonzero(a: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    return np.sum(np.not_equal(a, 0), axis=axis, dtype=np.intp, keepdims=keepdims)


# --- ignoring NaN -------------------------------------------------------------------------------------------


def _ignoring_nan(function: Callable[..., Array], instead: float) -> Callable[..., Array]:
    def reduce(a: Array, axis: Axis = None, dtype: Any = None, out: None = None, keepdims: bool = False) -> Array:
        return function(_without_nan(a, instead), axis=axis, dtype=dtype, out=out, keepdims=keepdims)

    return reduce


def _without_nan(a: Array, instead: float) -> Array:
    return np.where(np.isnan(a), instead, a) if a.dtype.kind == "f" else a


def _running_without_nan(function: Callable[..., Array], instead: float) -> Callable[..., Array]:
    def accumulate(a: Array, axis: int | None = None, dtype: Any = None, out: None = None) -> Array:
        return function(_without_nan(a, instead), axis=axis, dtype=dtype, out=out)

    return accumulate


def _nan_extreme(function: Callable[..., Array], instead: float) -> Callable[..., Array]:
    """The greatest entry that is a number; NaN where there is none."""

    def reduce(a: Array, axis: Axis = None, out: None = None, keepdims: bool = False) -> Array:
        if a.dtype.kind != "f":
            return function(a, axis=axis, out=out, keepdims=keepdims)
        none = np.all(np.isnan(a), axis=axis, keepdims=keepdims)
        return np.where(none, np.nan, function(_without_nan(a, instead), axis=axis, out=out, keepdims=keepdims))

    return reduce


ROWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "sum": _summing("sum"),
        "prod": _summing("prod"),
        "max": _choosing("max"),
        "amax": _choosing("max"),
        "min": _choosing("min"),
        "amin": _choosing("min"),
        "all": _choosing("all"),
        "any": _choosing("any"),
        "argmax": _choosing("argmax"),
        "argmin": _choosing("argmin"),
        "ptp": _ptp,
        "count_nonzero": _count_nonzero,
        "size": lambda a, axis=None: length_along(a, axis),
        "cumsum": _running("cumsum"),
        "cumprod": _running("cumprod"),
        "cumulative_sum": _cumulative("cumsum", 0),
        "cumulative_prod": _cumulative("cumprod", 1),
        "nansum": _ignoring_nan(np.sum, 0),
        "nanprod": _ignoring_nan(np.prod, 1),
        "nanmax": _nan_extreme(np.max, -np.inf),
        "nanmin": _nan_extreme(np.min, np.inf),
        "nancumsum": _running_without_nan(np.cumsum, 0),
        "nancumprod": _running_without_nan(np.cumprod, 1),
    }
)
