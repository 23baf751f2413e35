"""The vocabulary in which rule tables write mathematics on nodes: ``exp(x)``, ``where(c, a, b)``, ``total(x, axes)``.

Sums, products and comparisons are written with Python's operators on nodes.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from chainrule.graph.keys import ArrayIndex
from chainrule.graph.node import Node, Operand, constant, like, make

__all__ = [
    "absolute", "astype", "broadcast_to", "cos", "cosh", "equal", "exp", "expm1", "filled", "floor_divide",
    "full_like", "hypot", "index", "isinf", "log", "matmul", "matrix_transpose", "not_equal", "on_diagonal",
    "reduced_axes_kept", "reshape", "rint", "sigmoid", "sign", "sin", "sinh", "softmax", "sqrt", "square",
    "sum_to_shape", "total", "transpose", "where", "zeros_like",
]  # fmt: skip


def _unary(name: str) -> Callable[[Node], Node]:
    def function(x: Node) -> Node:
        return make(name, x)

    function.__name__ = function.__qualname__ = name
    return function


cos, cosh, sin, sinh = (_unary(name) for name in ("cos", "cosh", "sin", "sinh"))
exp, expm1, log, sqrt, square = (_unary(name) for name in ("exp", "expm1", "log", "sqrt", "square"))
absolute, isinf, rint, sigmoid, sign = (_unary(name) for name in ("absolute", "isinf", "rint", "sigmoid", "sign"))


def _binary(name: str) -> Callable[[Node, Operand], Node]:
    def function(x: Node, y: Operand) -> Node:
        return make(name, x, like(x, y))

    function.__name__ = function.__qualname__ = name
    return function


equal, not_equal = _binary("equal"), _binary("not_equal")
floor_divide, hypot, matmul = (_binary(name) for name in ("floor_divide", "hypot", "matmul"))


def where(condition: Node, x: Operand, y: Operand) -> Node:
    """``x`` where the condition holds, else ``y``; one of the two is a node."""
    kind = x if isinstance(x, Node) else y
    assert isinstance(kind, Node)
    return make("where", condition, like(kind, x), like(kind, y))


def full_like(x: Node, value: float) -> Node:
    """The same number in every entry, with the shape and dtype of ``x``."""
    return filled(x.shape, x.dtype, value)


def filled(shape: tuple[int, ...], dtype: np.dtype[Any], value: float) -> Node:
    """The same number in every entry; one number in memory."""
    return broadcast_to(constant(value, dtype), shape)


def zeros_like(x: Node) -> Node:
    """0 in every entry."""
    return full_like(x, 0)


def astype(x: Node, dtype: np.dtype[Any]) -> Node:
    """The same numbers in another dtype."""
    return x if x.dtype == dtype else make("astype", x, dtype=dtype)


def total(x: Node, axes: Sequence[int], *, keepdims: bool = False) -> Node:
    """Sum over axes, 0 <= axis < ndim."""
    return make("sum", x, axes=tuple(axes), keepdims=keepdims) if axes else x


def softmax(x: Node, axis: int) -> Node:
    """Softmax along one axis."""
    return make("softmax", x, axis=axis)


def reshape(x: Node, shape: tuple[int, ...]) -> Node:
    """The same entries in another shape."""
    return x if x.shape == shape else make("reshape", x, shape=shape)


def transpose(x: Node, axes: tuple[int, ...]) -> Node:
    """Axes in another order."""
    return x if axes == tuple(range(x.ndim)) else make("transpose", x, axes=axes)


def matrix_transpose(x: Node) -> Node:
    """The last two axes exchanged."""
    return transpose(x, (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


def broadcast_to(x: Node, shape: tuple[int, ...]) -> Node:
    """Copies along new axes and along axes of length 1."""
    return x if x.shape == shape else make("broadcast_to", x, shape=shape)


def index(x: Node, key: tuple[Any, ...], *arrays: Node) -> Node:
    """Selected entries."""
    return make("index", x, *arrays, key=key)


def sum_to_shape(x: Node, shape: tuple[int, ...]) -> Node:
    """Undo broadcasting from ``shape``: sum over the axes along which entries were copied."""
    if x.shape == shape:
        return x
    added = x.ndim - len(shape)
    copied = [axis for axis in range(x.ndim) if axis < added or (shape[axis - added] == 1 and x.shape[axis] != 1)]
    return reshape(total(x, copied), shape)


def reduced_axes_kept(reduction: Node, value: Node) -> Node:
    """A value of a reduction's shape with the axes that were reduced, of length 1, so that it fits the input."""
    axes = reduction.params["axes"]
    return reshape(value, tuple(1 if axis in axes else n for axis, n in enumerate(reduction.inputs[0].shape)))


def on_diagonal(x: Node, letters: str) -> Node:
    """An array with one axis for each letter that is zero but where axes of the same letter have the same index.

    The axes of ``x`` are the different letters in the order in which they first occur.

    Example:
        >>> on_diagonal(constant([1.0, 2.0]), "ii")
        <Node index_add: float64[2, 2]>
    """
    different = "".join(dict.fromkeys(letters))
    if different == letters:
        return x
    along = [np.arange(n).reshape([-1 if a == b else 1 for b in range(x.ndim)]) for a, n in enumerate(x.shape)]
    arrays = [constant(along[different.index(letter)]) for letter in letters]
    zeros = filled(tuple(x.shape[different.index(letter)] for letter in letters), x.dtype, 0)
    key = tuple(ArrayIndex(position) for position in range(len(letters)))
    return make("index_add", zeros, x, *arrays, key=key)
