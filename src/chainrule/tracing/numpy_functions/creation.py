"""New arrays: like a traced one, between traced ends, or for assignment of traced entries (``like=``)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.tracing.operands import Array, as_array, as_tracer, plain_integers
from chainrule.tracing.origin import hands_on, untraceable
from chainrule.tracing.recording import apply, fresh, is_number
from chainrule.tracing.tracer import Tracer

__all__ = ["ROWS", "WITH_LIKE"]


@hands_on
def _full_like(
    a: Array,
    fill_value: Array,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: None = None,
) -> Array:
    x, sizes = as_tracer(a, fill_value), plain_integers(shape)
    wanted = np.dtype(dtype or x.dtype)
    value = as_tracer(np.asarray(fill_value, wanted) if is_number(fill_value) else fill_value, x)
    full = np.broadcast_to(value, x.shape if shape is None else tuple(np.ravel(sizes).tolist()))
    filled = apply("astype", full, dtype=wanted)
    return fresh(filled, x.value, order) if filled.ndim and x.ndim else filled


def _filled_like(value: float) -> Callable[..., Array]:
    def call(
        a: Array,
        dtype: Any = None,
        order: str = "K",
        subok: bool = True,
        shape: Any = None,
        *,
        device: None = None,
    ) -> Array:
        return _full_like(a, value, dtype, order, shape=shape)

    return call


def _linspace(
    start: Array,
    stop: Array,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: None = None,
) -> Any:
    first, last = as_array(start) * 1.0, as_array(stop) * 1.0
    delta, count = last - first, int(num)
    divisions = count - 1 if endpoint else count
    numbers = np.reshape(np.arange(count, dtype=delta.dtype), (-1,) + (1,) * np.ndim(delta))
    points = first + numbers * (delta / divisions if divisions else delta)
    exact = np.where(numbers == divisions, last, points) if divisions else points
    typed = exact if dtype is None else exact.astype(dtype)
    if retstep:
        return np.moveaxis(typed, 0, axis), delta / divisions if divisions else np.nan
    return np.moveaxis(typed, 0, axis)


ROWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "full_like": _full_like,
        "zeros_like": _filled_like(0),
        "ones_like": _filled_like(1),
        "empty_like": _filled_like(0),
        "linspace": _linspace,
    }
)


# --- np.zeros(shape, like=x) and its like -------------------------------------------------------------------


def _array(like: Tracer, object: Any, dtype: Any = None, *, copy: Any = True, ndmin: int = 0, **memory: Any) -> Array:
    """``np.array`` of numbers, arrays, tracers, and lists of them."""
    x = as_tracer(object, like)
    wanted = x.dtype if dtype is None else np.dtype(dtype)
    if isinstance(object, Tracer) and not copy and wanted == x.dtype and x.ndim >= ndmin:
        return x
    return np.reshape(apply("astype", x, dtype=wanted), (1,) * (ndmin - x.ndim) + x.shape)


def _as_array(like: Tracer, a: Any, dtype: Any = None, *args: Any, **memory: Any) -> Array:
    return _array(like, a, dtype, copy=None)


def _as_contiguous(like: Tracer, a: Any, dtype: Any = None) -> Array:
    x = _array(like, a, dtype, copy=None, ndmin=1)
    return x if x.value.flags.c_contiguous else x.copy()


def _plain(create: Callable[..., Any]) -> Callable[..., Array]:
    """An array of plain numbers that belongs to the trace."""

    def call(like: Tracer, *args: Any, **kwargs: Any) -> Array:
        if any(isinstance(each, Tracer) and each.dtype.kind == "f" for each in (*args, *kwargs.values())):
            raise untraceable(f"np.{create.__name__} is traced with plain numbers; write np.linspace(x, y, n)")
        return as_tracer(np.asarray(create(*args, **kwargs)), like)

    return call


def _full(
    like: Tracer, shape: Any, fill_value: Array, dtype: Any = None, order: str = "C", *, device: None = None
) -> Array:
    if isinstance(fill_value, Tracer):
        return _full_like(fill_value, fill_value, dtype, order, shape=shape)
    return as_tracer(np.full(plain_integers(shape), fill_value, dtype), like)


WITH_LIKE: Mapping[Callable[..., Any], Callable[..., Any]] = MappingProxyType(
    {
        np.array: _array,
        np.asarray: _as_array,
        np.asanyarray: _as_array,
        np.ascontiguousarray: _as_contiguous,
        np.full: _full,
        **{each: _plain(each) for each in (np.zeros, np.ones, np.empty, np.arange, np.eye, np.identity, np.tri)},
    }
)
