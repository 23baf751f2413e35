"""The same entries in other shapes and orders; copies of entries."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.graph.keys import Slice
from chainrule.tracing.operands import Array, Axis, as_array, as_tracer, axes_of, axis_of, plain_integers
from chainrule.tracing.origin import untraceable
from chainrule.tracing.recording import apply

__all__ = ["ROWS"]


def _sizes(shape: Any) -> tuple[int, ...]:
    return tuple(int(n) for n in shape) if isinstance(shape, (tuple, list, np.ndarray)) else (int(shape),)


def _hollow(shape: tuple[int, ...]) -> Any:
    """A plain array of this shape that takes no memory, to ask NumPy about shapes."""
    return np.broadcast_to(np.empty((), bool), shape)


# --- other shapes -------------------------------------------------------------------------------------------


def _reshape(a: Array, /, shape: Any, order: str = "C", *, copy: bool | None = None) -> Array:
    full = _full_shape(a, _sizes(shape))
    if _fortran(a, order):
        return np.transpose(np.reshape(np.transpose(a), full[::-1], copy=copy))
    if copy:
        return np.reshape(a, full).copy()
    return apply("reshape", a, shape=full)


def _fortran(a: Array, order: str) -> bool:
    """Are the entries to be taken column by column? "A" and "K" mean: as they lie in memory."""
    if order in ("A", "K"):
        return isinstance(a.value, np.ndarray) and a.value.flags.fnc
    return order == "F"


def _full_shape(a: Array, wanted: tuple[int, ...]) -> tuple[int, ...]:
    return _hollow(a.shape).reshape(wanted).shape if -1 in wanted else wanted


def _ravel(a: Array, order: Any = "C") -> Array:
    """A view only where the entries lie one behind the other."""
    scattered = isinstance(a.value, np.ndarray) and not a.value.flags["F" if _fortran(a, order) else "C"]
    return np.reshape(a, (-1,), order=order, copy=scattered or None)


def _squeeze(a: Array, axis: Axis = None) -> Array:
    return np.reshape(a, np.squeeze(_hollow(a.shape), axis).shape)


def _expand_dims(a: Array, axis: int | tuple[int, ...]) -> Array:
    x = as_tracer(a)
    return np.reshape(x, np.expand_dims(_hollow(x.shape), axis).shape)


def _at_least(at_least: Callable[[Any], Any]) -> Callable[..., Any]:
    """``atleast_1d`` and its like: the array itself, or one with more axes."""

    def one(a: Array) -> Array:
        shape = at_least(_hollow(np.shape(a))).shape
        return a if np.shape(a) == shape else np.reshape(a, shape)

    def call(*arys: Array) -> Any:
        if len(arys) == 1:
            return one(as_array(arys[0]))
        return tuple(one(as_array(each)) for each in arys)

    return call


# --- axes in another order ----------------------------------------------------------------------------------


def _transpose(a: Array, axes: Sequence[int] | None = None) -> Array:
    order = range(a.ndim)[::-1] if axes is None else [axis_of(a, each) for each in axes]
    return apply("transpose", a, axes=tuple(order))


def _swapaxes(a: Array, axis1: int, axis2: int) -> Array:
    order = list(range(a.ndim))
    i, j = axis_of(a, axis1), axis_of(a, axis2)
    order[i], order[j] = order[j], order[i]
    return np.transpose(a, order)


def _moveaxis(a: Array, source: Any, destination: Any) -> Array:
    sources, places = (np.lib.array_utils.normalize_axis_tuple(each, a.ndim) for each in (source, destination))
    order = [axis for axis in range(a.ndim) if axis not in sources]
    for place, axis in sorted(zip(places, sources, strict=True)):
        order.insert(place, axis)
    return np.transpose(a, order)


def _rollaxis(a: Array, axis: int, start: int = 0) -> Array:
    axis = axis_of(a, axis)
    start = start + a.ndim if start < 0 else start
    return np.moveaxis(a, axis, start - 1 if axis < start else start)


# --- entries in another order -------------------------------------------------------------------------------


def _flip(m: Array, axis: Axis = None) -> Array:
    backwards = axes_of(m, axis)
    return m[tuple(slice(None, None, -1) if i in backwards else slice(None) for i in range(m.ndim))]


def _rot90(m: Array, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    first, second = axes
    turns = int(k) % 4
    if turns == 0:
        return m[:]
    if turns == 2:
        return np.flip(np.flip(m, first), second)
    if turns == 1:
        return np.swapaxes(np.flip(m, second), first, second)
    return np.flip(np.swapaxes(m, first, second), second)


def _roll(a: Array, shift: Any, axis: Any = None) -> Array:
    by = plain_integers(shift)
    if axis is None:
        return np.reshape(np.roll(np.ravel(a), by, 0), a.shape)
    if np.ndim(by) == 0 and np.ndim(axis) == 0:
        return np.take(a, np.roll(np.arange(a.shape[axis_of(a, axis)]), by), axis=axis)
    shifts, axes = (each.ravel().tolist() for each in np.broadcast_arrays(by, axis))
    return np.roll(np.roll(a, shifts[:-1], axes[:-1]) if axes[1:] else a, shifts[-1], axes[-1])


# --- copies -------------------------------------------------------------------------------------------------


def _broadcast_to(array: Array, shape: Any, subok: bool = False) -> Array:
    return apply("broadcast_to", array, shape=_sizes(shape))


def _broadcast_arrays(*args: Array, subok: bool = False) -> tuple[Array, ...]:
    shapes = {np.shape(each) for each in args}
    if len(shapes) == 1:
        return tuple(as_tracer(each, *args) for each in args)
    shape = np.broadcast_shapes(*shapes)
    return tuple(np.broadcast_to(as_tracer(each, *args), shape) for each in args)


def _tile(A: Array, reps: Any) -> Array:
    x = as_tracer(A)
    counts = _sizes(reps)
    counts = (1,) * (x.ndim - len(counts)) + counts
    shape = (1,) * (len(counts) - x.ndim) + x.shape
    apart = np.reshape(x, [n for length in shape for n in (1, length)])
    copies = np.broadcast_to(apart, [n for pair in zip(counts, shape, strict=True) for n in pair])
    return np.reshape(copies, [n * length for n, length in zip(counts, shape, strict=True)], copy=True)


def _repeat(a: Array, repeats: Any, axis: int | None = None) -> Array:
    if axis is None:
        return np.repeat(np.ravel(a), repeats, 0)
    return np.take(a, np.repeat(np.arange(a.shape[axis_of(a, axis)]), plain_integers(repeats)), axis=axis)


def _resize(a: Array, new_shape: Any) -> Array:
    shape = _sizes(new_shape)
    entries = np.arange(int(np.prod(shape))) % max(a.size, 1)
    if not a.size:
        return np.zeros_like(a, shape=shape)
    return np.reshape(np.ravel(a)[entries], shape)


_INDEX_MODES = ("edge", "reflect", "symmetric", "wrap")


def _pad(array: Array, pad_width: Any, mode: str = "constant", *, constant_values: Any = 0) -> Array:
    widths = np.broadcast_to(np.asarray(pad_width), (array.ndim, 2)).tolist()
    if mode in _INDEX_MODES and widths:
        return _extended(array, widths, mode)
    if mode != "constant" and widths:
        raise untraceable(f"np.pad is traced with mode constant, {', '.join(_INDEX_MODES)}, not {mode!r}")
    frame = np.pad(np.zeros(array.shape, array.dtype), widths, constant_values=constant_values)
    inside = tuple(Slice(before, before + n, None) for (before, _), n in zip(widths, array.shape, strict=True))
    return apply("index_set", frame, array, key=inside)


def _extended(x: Array, widths: list[list[int]], mode: str) -> Array:
    """Entries repeated beyond the ends, axis after axis."""
    *others, width = widths
    inner = _extended(x, others, mode) if others else x
    places = np.pad(np.arange(x.shape[len(others)]), width, mode=mode)  # type: ignore[call-overload]
    return np.take(inner, places, axis=len(others))


def _meshgrid(*xi: Array, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Array, ...]:
    order = [1, 0, *range(2, len(xi))] if indexing == "xy" and len(xi) > 1 else [*range(len(xi))]
    grids = [
        np.reshape(as_tracer(x, *xi), [-1 if order[i] == axis else 1 for axis in range(len(xi))])
        for i, x in enumerate(xi)
    ]
    full = grids if sparse else np.broadcast_arrays(*grids)
    return tuple(grid.copy() for grid in full) if copy else tuple(full)


ROWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "shape": lambda a: a.shape,
        "ndim": lambda a: a.ndim,
        "copy": lambda a, order="K", subok=False: a.copy(order),
        "reshape": _reshape,
        "ravel": _ravel,
        "squeeze": _squeeze,
        "expand_dims": _expand_dims,
        "atleast_1d": _at_least(np.atleast_1d),
        "atleast_2d": _at_least(np.atleast_2d),
        "atleast_3d": _at_least(np.atleast_3d),
        "transpose": _transpose,
        "matrix_transpose": lambda x, /: np.swapaxes(x, -1, -2),
        "linalg.matrix_transpose": lambda x, /: np.swapaxes(x, -1, -2),
        "swapaxes": _swapaxes,
        "moveaxis": _moveaxis,
        "rollaxis": _rollaxis,
        "flip": _flip,
        "fliplr": lambda m: np.flip(m, 1),
        "flipud": lambda m: np.flip(m, 0),
        "rot90": _rot90,
        "roll": _roll,
        "broadcast_to": _broadcast_to,
        "broadcast_arrays": _broadcast_arrays,
        "tile": _tile,
        "repeat": _repeat,
        "resize": _resize,
        "pad": _pad,
        "meshgrid": _meshgrid,
    }
)
