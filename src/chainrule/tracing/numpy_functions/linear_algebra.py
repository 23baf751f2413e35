"""Inverse, determinant, powers and norms of matrices; lengths of vectors."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.tracing.numpy_functions.roots import root
from chainrule.tracing.operands import Array, as_array, axis_of
from chainrule.tracing.origin import untraceable
from chainrule.tracing.recording import apply

__all__ = ["ROWS"]


def _matrix_power(a: Array, n: Any) -> Array:
    power = int(n)
    if power < 0:
        return np.linalg.matrix_power(np.linalg.inv(a), -power)
    if power == 0:
        return np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape) + np.zeros_like(a)
    if power == 1:
        return a
    half = np.linalg.matrix_power(a, power // 2)
    if power % 2:
        return half @ half @ a
    return half @ half


# --- norms --------------------------------------------------------------------------------------------------


def _norm(x: Array, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Array:
    x = x if x.dtype.kind == "f" else x.astype(float)
    if axis is None and ord is None:
        return _vector_norm(x, 2, tuple(range(x.ndim)), keepdims)
    axes = tuple(range(x.ndim)) if axis is None else tuple(int(each) for each in np.ravel(axis))
    if len(axes) == 1:
        return _vector_norm(x, 2 if ord is None else ord, axes, keepdims)
    if len(axes) == 2:
        return _matrix_norm(x, "fro" if ord is None else ord, axes, keepdims)
    raise ValueError("a norm is taken over one axis (of vectors) or two (of matrices)")


def _vector_norm(x: Array, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Array:
    if ord == 2:
        return root(np.sum(x * x, axis=axes, keepdims=keepdims))
    if ord == 1:
        return np.sum(np.abs(x), axis=axes, keepdims=keepdims)
    if ord == np.inf:
        return np.max(np.abs(x), axis=axes, keepdims=keepdims)
    if ord == -np.inf:
        return np.min(np.abs(x), axis=axes, keepdims=keepdims)
    if ord == 0:
        return np.sum((x != 0).astype(x.dtype), axis=axes, keepdims=keepdims)
    if isinstance(ord, str):
        raise ValueError(f"{ord!r} is no norm of a vector")
    powers = np.sum(np.abs(x) ** ord, axis=axes, keepdims=keepdims)
    return np.where(powers == 0, 0, powers ** (1 / ord))


def _matrix_norm(x: Array, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Array:
    rows, columns = (axis_of(x, each) for each in axes)
    if ord == "fro":
        return _vector_norm(x, 2, (rows, columns), keepdims)
    if ord in (1, -1):
        return _of_sums(x, rows, columns, ord > 0, keepdims)
    if ord in (np.inf, -np.inf):
        return _of_sums(x, columns, rows, ord > 0, keepdims)
    raise untraceable(f"the matrix norm {ord!r} needs singular values and is not traced; of 'fro', 1, -1, inf, -inf")


def _of_sums(x: Array, summed: int, other: int, greatest: bool, keepdims: bool) -> Array:
    """The greatest or least sum of absolute values."""
    sums = np.sum(np.abs(x), axis=summed, keepdims=True)
    extreme = np.max if greatest else np.min
    if keepdims:
        return extreme(sums, axis=other, keepdims=True)
    return extreme(np.squeeze(sums, summed), axis=other - (other > summed))


def _array_api_vector_norm(x: Array, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Array:
    axes = tuple(range(x.ndim)) if axis is None else tuple(int(each) for each in np.ravel(axis))
    return _vector_norm(x if x.dtype.kind == "f" else x.astype(float), ord, axes, keepdims)


def _array_api_matrix_norm(x: Array, /, *, keepdims: bool = False, ord: Any = "fro") -> Array:
    return _norm(x, ord, (-2, -1), keepdims)


ROWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "linalg.inv": lambda a: apply("inv", a),
        "linalg.det": lambda a: apply("det", a),
        "linalg.solve": lambda a, b: apply("solve", as_array(a), as_array(b)),
        "linalg.matrix_power": _matrix_power,
        "linalg.norm": _norm,
        "linalg.vector_norm": _array_api_vector_norm,
        "linalg.matrix_norm": _array_api_matrix_norm,
    }
)
