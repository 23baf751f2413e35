"""Differences, integrals, interpolation, filters, polynomials and rounding."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.tracing.operands import Array, as_array, as_tracer, axis_of, no_out
from chainrule.tracing.origin import untraceable

__all__ = ["ROWS"]


def _along(axis: int, start: int | None, end: int | None) -> tuple[slice, ...]:
    return (*(slice(None),) * axis, slice(start, end))


# --- differences and integrals ------------------------------------------------------------------------------


def _diff(a: Array, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Array:
    ends = [each if each is None else as_array(each) for each in (prepend, append)]
    x = as_tracer(a, *ends)
    along = axis_of(x, axis)
    if prepend is not None or append is not None:
        before, after = (None if each is None else _edge(each, x, along) for each in ends)
        x = np.concatenate([each for each in (before, x, after) if each is not None], axis=along)
    return _differences(x, int(n), along)


def _edge(value: Array, x: Array, axis: int) -> Array:
    """A number as the first or last slice of x."""
    if np.ndim(value) > 0:
        return value
    return np.broadcast_to(value, (*x.shape[:axis], 1, *x.shape[axis + 1 :]))


def _differences(x: Array, n: int, axis: int) -> Array:
    if n < 0:
        raise ValueError(f"order must be non-negative but got {n}")
    if n == 0:
        return x
    x = _differences(x, n - 1, axis)
    difference = np.not_equal if x.dtype.kind == "b" else np.subtract
    return difference(x[_along(axis, 1, None)], x[_along(axis, None, -1)])


def _ediff1d(ary: Array, to_end: Any = None, to_begin: Any = None) -> Array:
    parts = [to_begin, np.diff(np.ravel(ary)), to_end]
    return np.concatenate([np.ravel(as_array(each)).astype(ary.dtype) for each in parts if each is not None])


def _trapezoid(y: Array, x: Array = None, dx: Any = 1.0, axis: int = -1) -> Array:
    y = as_array(y)
    along = axis_of(y, axis)
    steps = dx if x is None else _steps(as_array(x), np.ndim(y), along)
    return np.sum(steps * (y[_along(along, 1, None)] + y[_along(along, None, -1)]) / 2.0, along)


def _steps(x: Array, ndim: int, axis: int) -> Array:
    """The distances between sample points, shaped so that they broadcast against the samples."""
    if np.ndim(x) > 1:
        return np.diff(x, axis=axis)
    return np.reshape(np.diff(x), [-1 if i == axis else 1 for i in range(ndim)])


def _gradient(f: Array, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    x = as_tracer(f, *varargs)
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    axes = [*range(x.ndim)] if axis is None else [axis_of(x, each) for each in np.ravel(axis)]
    spacings = varargs * len(axes) if len(varargs) == 1 else varargs or (1.0,) * len(axes)
    if len(spacings) != len(axes):
        raise TypeError("np.gradient takes one spacing, or one for each axis")
    if len(axes) == 1:
        return _slope(x, as_array(spacings[0]), axes[0], edge_order)
    return tuple(_slope(x, as_array(h), each, edge_order) for h, each in zip(spacings, axes, strict=True))


def _slope(x: Array, spacing: Array, axis: int, edge_order: int) -> Array:
    """Central differences inside, one-sided ones at both ends."""
    n = x.shape[axis]
    if n < edge_order + 1:
        raise ValueError(f"np.gradient needs {edge_order + 1} entries along an axis, there are {n}")
    steps = np.broadcast_to(spacing, (n - 1,)) if np.ndim(spacing) == 0 else np.diff(spacing * 1.0)
    slopes = np.moveaxis(np.diff(x, axis=axis), axis, -1) / steps  # between neighbors
    before, after = steps[:-1], steps[1:]
    inside = (slopes[..., :-1] * after + slopes[..., 1:] * before) / (before + after)
    first, last = slopes[..., :1], slopes[..., -1:]
    if edge_order == 2:
        first = first + (first - slopes[..., 1:2]) * steps[:1] / (steps[:1] + steps[1:2])
        last = last + (last - slopes[..., -2:-1]) * steps[-1:] / (steps[-1:] + steps[-2:-1])
    return np.moveaxis(np.concatenate([first, inside, last], axis=-1).astype(x.dtype), -1, axis)


# --- interpolation and filters ------------------------------------------------------------------------------


def _interp(x: Array, xp: Array, fp: Array, left: Any = None, right: Any = None, period: None = None) -> Array:
    if period is not None:
        raise untraceable("np.interp is traced without period=; write np.interp(x % period, xp, fp)")
    x, xp, fp = (as_array(each) for each in (x, xp, fp))
    x, xp, fp = (as_tracer(each, x, xp, fp).astype(np.float64) for each in (x, xp, fp))
    below = np.clip(np.searchsorted(xp, x, "right") - 1, 0, max(xp.size - 2, 0))
    above = np.minimum(below + 1, xp.size - 1)
    slope = np.where(above == below, 0, (fp[above] - fp[below]) / (xp[above] - xp[below]))
    inside = slope * (x - xp[below]) + fp[below]
    high = np.where(x >= xp[-1], np.where(x > xp[-1], fp[-1] if right is None else right, fp[-1]), inside)
    return np.where(x < xp[0], fp[0] if left is None else left, high)


def _convolve(a: Array, v: Array, mode: str = "full") -> Array:
    long, short = (np.atleast_1d(each) for each in (a, v))
    if np.size(long) < np.size(short):
        long, short = short, long
    return _correlation(long, np.flip(short), mode)


def _correlate(a: Array, v: Array, mode: str = "valid") -> Array:
    a, v = (np.atleast_1d(each) for each in (a, v))
    if np.size(a) < np.size(v):
        return np.flip(_correlation(v, a, mode))
    return _correlation(a, v, mode)


def _correlation(long: Array, short: Array, mode: str) -> Array:
    """The inner products of the short one with every piece of the long one, which is continued by zeros."""
    n, k = np.size(long), np.size(short)
    if not k:
        raise ValueError("an empty array cannot be convolved")
    reach = {"full": (k - 1, k - 1), "same": (k // 2, k - 1 - k // 2), "valid": (0, 0)}[mode]
    padded = np.pad(as_tracer(long, long, short), reach)
    starts = np.arange(n + sum(reach) - k + 1)
    return padded[starts[:, None] + np.arange(k)] @ short


# --- polynomials and rounding -------------------------------------------------------------------------------


def _polyval(p: Array, x: Array) -> Array:
    coefficients, x = as_array(p), as_array(x)
    return _horner([coefficients[i] for i in range(np.shape(coefficients)[0])], x)


def _horner(coefficients: Sequence[Array], x: Array) -> Array:
    *others, last = coefficients
    return (_horner(others, x) if others else np.zeros_like(x)) * x + last


def _vander(x: Array, N: int | None = None, increasing: bool = False) -> Array:
    columns = np.arange(x.shape[0] if N is None else int(N))
    base = np.expand_dims(x.astype(np.promote_types(x.dtype, int)), 1)
    return base ** (columns if increasing else columns[::-1])


def _round(a: Array, decimals: Any = 0, out: None = None) -> Array:
    no_out(out)
    digits = int(decimals)
    factor = 10 ** abs(digits)
    if a.dtype.kind == "b" or (a.dtype.kind == "f" and digits == 0):
        return np.rint(a)
    if a.dtype.kind == "f" and digits > 0:
        return np.rint(a * float(factor)) / float(factor)
    if a.dtype.kind == "f":
        return np.rint(a / float(factor)) * float(factor)
    if digits >= 0:
        return a.copy()
    return np.rint(a / factor).astype(a.dtype) * factor


_SINC_SERIES = (-1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1.0)  # of sin(y) / y, in powers of y^2


def _sinc(x: Array) -> Array:
    """Near 0 by its series, which gives the derivatives that the quotient loses by cancellation."""
    y = np.pi * x
    near = np.abs(y) < 0.25  # the next term of the series is below 1e-17 there
    return np.where(near, _horner(_SINC_SERIES, y * y), np.sin(y) / y)


ROWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "diff": _diff,
        "ediff1d": _ediff1d,
        "trapezoid": _trapezoid,
        "gradient": _gradient,
        "interp": _interp,
        "convolve": _convolve,
        "correlate": _correlate,
        "polyval": _polyval,
        "vander": _vander,
        "round": _round,
        "around": _round,
        "fix": lambda x, out=None: np.trunc(x),
        "sinc": _sinc,
    }
)
