"""Diagonals and triangles of matrices."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.graph.keys import ArrayIndex
from chainrule.tracing.operands import Array, axis_of
from chainrule.tracing.recording import apply, view_of

__all__ = ["ROWS", "diagonal_view"]

_DIAGONAL = (..., ArrayIndex(0), ArrayIndex(1))


def _places(rows: int, columns: int, offset: int) -> tuple[Any, Any]:
    """Rows and columns of the entries on a diagonal."""
    count = max(min(rows + min(offset, 0), columns - max(offset, 0)), 0)
    steps = np.arange(count)
    return steps - min(offset, 0), steps + max(offset, 0)


def diagonal_view(a: Array, offset: int, axis1: int, axis2: int, *, writeable: bool) -> Array:
    """Return the entries of two axes whose numbers differ by an offset, as a new last axis; a view of the array."""
    axes = axis_of(a, axis1), axis_of(a, axis2)
    if axes[0] == axes[1]:
        raise ValueError("axis1 and axis2 cannot be the same")
    order = (*(i for i in range(a.ndim) if i not in axes), *axes)
    places = _places(a.shape[axes[0]], a.shape[axes[1]], int(offset))
    back = tuple(int(i) for i in np.argsort(order))

    def read(base: Array) -> Array:
        return apply("index", apply("transpose", base, axes=order), *places, key=_DIAGONAL)

    def write(base: Array, new: Array) -> Array:
        changed = apply("index_set", apply("transpose", base, axes=order), new, *places, key=_DIAGONAL)
        return apply("transpose", changed, axes=back)

    return view_of(a, read, write if writeable else None)


def _diagonal(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    return diagonal_view(a, offset, axis1, axis2, writeable=False)


def _array_api_diagonal(x: Array, /, *, offset: int = 0) -> Array:
    return np.diagonal(x, offset, -2, -1)


def _trace(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: None = None) -> Array:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype, out=out)


def _array_api_trace(x: Array, /, *, offset: int = 0, dtype: Any = None) -> Array:
    return np.trace(x, offset, -2, -1, dtype)


def _diag(v: Array, k: int = 0) -> Array:
    if v.ndim == 2:
        return np.diagonal(v, k)
    if v.ndim != 1:
        raise ValueError("Input must be 1- or 2-d.")
    n = v.size + abs(int(k))
    rows, columns = _places(n, n, int(k))
    return apply("index_set", np.zeros((n, n), v.dtype), v, rows, columns, key=_DIAGONAL)


def _triangle(m: Array, k: int) -> Array:
    """Which entries of a matrix stand on or below a diagonal."""
    rows, columns = m.shape[-2:]
    return np.tri(rows, columns, k, dtype=bool)


def _tril(m: Array, k: int = 0) -> Array:
    return np.where(_triangle(m, int(k)), m, m.dtype.type(0))


def _triu(m: Array, k: int = 0) -> Array:
    return np.where(_triangle(m, int(k) - 1), m.dtype.type(0), m)


def _fill_diagonal(a: Array, val: Array, wrap: bool = False) -> None:
    if a.ndim != 2:
        raise ValueError("np.fill_diagonal is traced for matrices")
    a[_places(a.shape[0], a.shape[1], 0)] = val


ROWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "diagonal": _diagonal,
        "linalg.diagonal": _array_api_diagonal,
        "trace": _trace,
        "linalg.trace": _array_api_trace,
        "diag": _diag,
        "diagflat": lambda v, k=0: np.diag(np.ravel(v), k),
        "tril": _tril,
        "triu": _triu,
        "fill_diagonal": _fill_diagonal,
        "diag_indices_from": lambda arr: np.diag_indices(arr.shape[0], arr.ndim),
        "tril_indices_from": lambda arr, k=0: np.tril_indices(arr.shape[-2], k, arr.shape[-1]),
        "triu_indices_from": lambda arr, k=0: np.triu_indices(arr.shape[-2], k, arr.shape[-1]),
    }
)
