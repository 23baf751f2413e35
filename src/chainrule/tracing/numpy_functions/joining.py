"""Arrays joined to one, and one array taken apart."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.tracing.operands import Array, as_array, as_tracer, axis_of, no_out, plain_integers
from chainrule.tracing.recording import apply

__all__ = ["ROWS"]


# --- joining ------------------------------------------------------------------------------------------------


def _concatenate(
    arrays: Sequence[Array], /, axis: int | None = 0, out: None = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Array:
    no_out(out)
    given = [as_array(each) for each in arrays]
    parts = [as_tracer(each if axis is not None else np.ravel(each), *given) for each in given]
    parts = parts if dtype is None else [each.astype(dtype) for each in parts]
    return apply("concatenate", *parts, axis=axis_of(parts[0], 0 if axis is None else axis))


def _stack(
    arrays: Sequence[Array], axis: int = 0, out: None = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Array:
    given = [as_array(each) for each in arrays]
    shapes = {np.shape(each) for each in given}
    if len(shapes) != 1:
        raise ValueError(f"all input arrays must have the same shape, not {', '.join(str(list(s)) for s in shapes)}")
    parts = [np.expand_dims(as_tracer(each, *given), axis) for each in given]
    return np.concatenate(parts, axis=axis, out=out, dtype=dtype)


def _vstack(tup: Sequence[Array], *, dtype: Any = None, casting: str = "same_kind") -> Array:
    return np.concatenate([np.atleast_2d(each) for each in tup], 0, dtype=dtype)


def _hstack(tup: Sequence[Array], *, dtype: Any = None, casting: str = "same_kind") -> Array:
    parts = [np.atleast_1d(each) for each in tup]
    return np.concatenate(parts, 0 if np.ndim(parts[0]) == 1 else 1, dtype=dtype)


def _column_stack(tup: Sequence[Array]) -> Array:
    columns = [as_array(each) for each in tup]
    return np.concatenate([each if np.ndim(each) > 1 else np.reshape(each, (-1, 1)) for each in columns], 1)


def _block(arrays: Any) -> Array:
    depth = _depth(arrays)
    ndim = max(depth, *(np.ndim(each) for each in _leaves(arrays)))
    return _joined(arrays, ndim, depth)


def _depth(arrays: Any) -> int:
    return 1 + _depth(arrays[0]) if isinstance(arrays, list) else 0


def _leaves(arrays: Any) -> list[Array]:
    return [leaf for each in arrays for leaf in _leaves(each)] if isinstance(arrays, list) else [arrays]


def _joined(arrays: Any, ndim: int, depth: int) -> Array:
    if not isinstance(arrays, list):
        return np.reshape(as_array(arrays), (*(1,) * (ndim - np.ndim(arrays)), *np.shape(arrays)))
    return np.concatenate([_joined(each, ndim, depth - 1) for each in arrays], axis=-depth)


def _append(arr: Array, values: Array, axis: int | None = None) -> Array:
    return np.concatenate([as_array(arr), as_array(values)], axis=axis)


def _insert(arr: Array, obj: Any, values: Array, axis: int | None = None) -> Array:
    """Old and new entries in one array, then in the order in which NumPy would put their numbers."""
    x = as_tracer(arr, values)
    if axis is None:
        return np.insert(np.ravel(x), obj, values, 0)
    along = axis_of(x, axis)
    new = _inserted_entries(x, np.asarray(obj), as_tracer(values, x), along)
    n = x.shape[along]
    order = np.insert(np.arange(n), obj, np.arange(n, n + new.shape[along]))
    return np.take(np.concatenate([x, new], axis=along), order, axis=along)


def _inserted_entries(x: Array, obj: np.ndarray[Any, Any], values: Array, axis: int) -> Array:
    """The new entries, in the dtype of x, broadcast to its other axes."""
    values = np.reshape(values, (*(1,) * (x.ndim - values.ndim), *values.shape)).astype(x.dtype)
    if obj.ndim == 0:
        values = np.moveaxis(values, 0, axis)
    count = values.shape[axis] if obj.size == 1 else obj.size
    return np.broadcast_to(values, (*x.shape[:axis], count, *x.shape[axis + 1 :]))


def _delete(arr: Array, obj: Any, axis: int | None = None) -> Array:
    if axis is None:
        return np.delete(np.ravel(arr), obj, 0)
    return np.take(arr, np.delete(np.arange(arr.shape[axis_of(arr, axis)]), obj), axis=axis)


# --- taking apart -------------------------------------------------------------------------------------------


def _split(ary: Array, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    sections = plain_integers(indices_or_sections)
    if np.ndim(sections) == 0 and ary.shape[axis_of(ary, axis)] % sections:
        raise ValueError("array split does not result in an equal division")
    return np.array_split(ary, sections, axis)


def _array_split(ary: Array, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    along, sections = axis_of(ary, axis), plain_integers(indices_or_sections)
    if np.ndim(sections) == 1:
        return _pieces(ary, [0, *sections], [*sections, None], along)
    ends = np.cumsum([len(part) for part in np.array_split(np.arange(ary.shape[along]), sections)]).tolist()
    return _pieces(ary, [0, *ends[:-1]], ends, along)


def _pieces(ary: Array, starts: Any, ends: Any, axis: int) -> list[Array]:
    before = (slice(None),) * axis
    return [ary[(*before, slice(start, end))] for start, end in zip(starts, ends, strict=True)]


def _hsplit(ary: Array, indices_or_sections: Any) -> list[Array]:
    return np.split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0)


def _unstack(x: Array, /, *, axis: int = 0) -> tuple[Array, ...]:
    return tuple(np.moveaxis(x, axis, 0))


ROWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "concatenate": _concatenate,
        "stack": _stack,
        "vstack": _vstack,
        "hstack": _hstack,
        "dstack": lambda tup: np.concatenate([np.atleast_3d(each) for each in tup], 2),
        "column_stack": _column_stack,
        "block": _block,
        "append": _append,
        "insert": _insert,
        "delete": _delete,
        "split": _split,
        "array_split": _array_split,
        "hsplit": _hsplit,
        "vsplit": lambda ary, indices_or_sections: np.split(ary, indices_or_sections, 0),
        "dsplit": lambda ary, indices_or_sections: np.split(ary, indices_or_sections, 2),
        "unstack": _unstack,
    }
)
