"""Choosing entries by a condition or by their number; clipping; assignment by functions."""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.tracing.indexing import positions
from chainrule.tracing.operands import Array, as_array, as_tracer, axis_of, no_out
from chainrule.tracing.origin import untraceable
from chainrule.tracing.recording import apply

__all__ = ["ROWS"]


# --- by a condition -----------------------------------------------------------------------------------------


def _where(condition: Array, /, *choices: Array) -> Any:
    if not choices:
        return np.nonzero(condition)
    return apply("where", *(as_array(each) for each in (condition, *choices)))


def _clip(
    a: Array, a_min: Array = None, a_max: Array = None, out: None = None, *, min: Array = None, max: Array = None
) -> Array:
    no_out(out)
    low, high = (a_min if a_min is not None else min), (a_max if a_max is not None else max)
    if low is None and high is None:
        return a.copy()
    if high is None:
        return np.maximum(a, low)
    return np.minimum(a if low is None else np.maximum(a, low), high)


def _select(condlist: Sequence[Array], choicelist: Sequence[Array], default: Array = 0) -> Array:
    if len(condlist) != len(choicelist) or not condlist:
        raise ValueError(f"np.select needs as many conditions as choices: {len(condlist)}, {len(choicelist)}")
    otherwise = _select(condlist[1:], choicelist[1:], default) if condlist[1:] else default
    return np.where(condlist[0], choicelist[0], otherwise)


def _piecewise(x: Array, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Array:
    """The function of the last condition that holds; computed for all entries, chosen where it holds."""
    conditions = list(condlist) if isinstance(condlist, (list, tuple)) else [condlist]
    choices = [f(x, *args, **kw) if callable(f) else f for f in funclist]
    default = choices.pop() if len(choices) > len(conditions) else 0
    return np.select(conditions[::-1], choices[::-1], default).astype(x.dtype)


def _nan_to_num(x: Array, copy: bool = True, nan: Array = 0.0, posinf: Array = None, neginf: Array = None) -> Array:
    if x.dtype.kind != "f":
        return x.copy()
    if not copy:
        raise untraceable("np.nan_to_num is traced without copy=False; write x[...] = np.nan_to_num(x)")
    limits = np.finfo(x.dtype)
    low, high = (limits.min if neginf is None else neginf), (limits.max if posinf is None else posinf)
    return np.where(np.isnan(x), nan, np.where(x == np.inf, high, np.where(x == -np.inf, low, x)))


# --- by number ----------------------------------------------------------------------------------------------


def _take(a: Array, indices: Any, axis: int | None = None, out: None = None, mode: str = "raise") -> Array:
    no_out(out)
    places = as_array(indices)
    x = as_tracer(a, places)
    if axis is None:
        return _take(np.ravel(x), places, 0, mode=mode)
    along = axis_of(x, axis)
    return x[(slice(None),) * along + (_within(places, x.shape[along], mode),)]


def _within(places: Array, length: int, mode: str) -> Array:
    if mode == "wrap":
        return np.remainder(places, length)
    return np.clip(places, 0, length - 1) if mode == "clip" else places


def _take_along_axis(arr: Array, indices: Array, axis: int | None = -1) -> Array:
    if axis is None:
        return np.take_along_axis(np.ravel(arr), np.ravel(indices), 0)
    return as_tracer(arr, indices)[_grid(arr, indices, axis)]


def _grid(x: Array, indices: Array, axis: int) -> tuple[Any, ...]:
    """Index arrays that name every entry by its own place but along the axis by the given one."""
    along, shape = axis_of(x, axis), np.shape(indices)
    own = [np.reshape(np.arange(n), [n if i == j else 1 for j in range(np.ndim(x))]) for i, n in enumerate(np.shape(x))]
    return tuple(
        indices if i == along else np.zeros_like(own[i]) if shape[i] == 1 else own[i] for i in range(np.ndim(x))
    )


def _put_along_axis(arr: Array, indices: Array, values: Array, axis: int | None = None) -> None:
    if axis is None:
        arr.flat[as_array(indices)] = values
    else:
        arr[_grid(arr, indices, axis)] = values


def _choose(a: Array, choices: Sequence[Array], out: None = None, mode: str = "raise") -> Array:
    no_out(out)
    number = _within(as_array(a), len(choices), mode)
    if np.any(np.logical_or(np.less(number, 0), np.greater_equal(number, len(choices)))):
        raise ValueError("invalid entry in choice array")
    return _chosen(number, choices, 0)


def _chosen(number: Array, choices: Sequence[Array], first: int) -> Array:
    if len(choices) == 1:
        return np.add(choices[0], np.zeros_like(number, dtype=np.result_type(as_array(choices[0]))))
    return np.where(np.equal(number, first), choices[0], _chosen(number, choices[1:], first + 1))


# --- positions: decided upon, since their number is part of the graph ---------------------------------------


def _nonzero(a: Array) -> Any:
    return positions(np.not_equal(a, 0))


def _compress(condition: Any, a: Array, axis: int | None = None, out: None = None) -> Array:
    no_out(out)
    places = positions(as_array(condition))[0]
    return np.take(a, places, axis)


def _unravel_index(indices: Array, shape: Any, order: str = "C") -> tuple[Array, ...]:
    """The place in each axis of the entries with these numbers."""
    sizes = [int(n) for n in np.ravel(shape)]
    if order == "F":
        return _unravel_index(indices, sizes[::-1])[::-1]
    later = [math.prod(sizes[axis + 1 :]) for axis in range(len(sizes))]
    return tuple(np.remainder(np.floor_divide(indices, step), n) for step, n in zip(later, sizes, strict=True))


# --- assignment ---------------------------------------------------------------------------------------------


def _copyto(dst: Any, src: Array, casting: str = "same_kind", where: Array = True) -> None:
    if issubclass(type(dst), np.ndarray):
        raise untraceable("a plain array cannot hold traced entries; make it with np.zeros(shape, like=x)")
    dst[...] = src if where is True else np.where(where, src, dst)


def _put(a: Array, ind: Any, v: Array, mode: str = "raise") -> None:
    a.flat[_within(as_array(ind), a.size, mode)] = v


ROWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "where": _where,
        "clip": _clip,
        "select": _select,
        "piecewise": _piecewise,
        "nan_to_num": _nan_to_num,
        "take": _take,
        "take_along_axis": _take_along_axis,
        "choose": _choose,
        "nonzero": _nonzero,
        "flatnonzero": lambda a: np.nonzero(np.ravel(a))[0],
        "argwhere": lambda a: np.transpose(np.nonzero(a)),
        "compress": _compress,
        "unravel_index": _unravel_index,
        "extract": lambda condition, arr: np.compress(np.ravel(condition), np.ravel(arr), 0),
        "put_along_axis": _put_along_axis,
        "putmask": lambda a, mask, values: _copyto(a, values, where=mask),
        "put": _put,
        "copyto": _copyto,
    }
)
