"""Views: ops that only say where entries stand, such as a transpose, become offsets and strides into stored memory.

NumPy itself does the arithmetic, on arrays that claim a shape and have no memory behind them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from chainrule.graph import Node
from chainrule.graph.keys import numpy_key

__all__ = ["MOVES", "View", "covers", "stored_view", "through"]

Hollow = np.ndarray[tuple[int, ...], np.dtype[np.int8]]
_NOTHING = np.zeros(1, np.int8)


@dataclass(frozen=True)
class View:
    """Where the entries of a value stand in the memory of another one, which is stored.

    Entry (i, j, ...) of the value is entry ``offset + i strides[0] + j strides[1] + ...`` of the memory.

    Attributes:
        source: the stored value.
        shape: of this value.
        strides: in entries, one for each axis; 0 along copies.
        offset: in entries.
    """

    source: Node
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int = 0

    def broadcast_to(self, shape: tuple[int, ...]) -> "View":
        """The view with copies along new axes and along axes of length 1."""
        return _moved(self, lambda x: np.broadcast_to(x, shape))

    def transposed(self, axes: tuple[int, ...]) -> "View":
        """The view with its axes in another order."""
        return _moved(self, lambda x: x.transpose(axes))


def stored_view(node: Node, order: tuple[int, ...] | None = None) -> View:
    """The view of a stored value as a whole; ``order`` says how its axes stand in memory, outermost first."""
    axes = tuple(range(node.ndim)) if order is None else order
    strides = [0] * node.ndim
    step = 1
    for axis in reversed(axes):
        strides[axis] = step
        step *= node.shape[axis]
    return View(node, node.shape, tuple(strides))


def covers(view: View) -> bool:
    """Does the view show the memory as a whole, entry after entry?"""
    return view.offset == 0 and _steps(view) == _steps(stored_view(view.source))


def _steps(view: View) -> list[tuple[int, int]]:
    return [(n, stride) for n, stride in zip(view.shape, view.strides, strict=True) if n != 1]


def through(node: Node, view: View) -> View | None:
    """The view of a node whose op is one of ``MOVES``, given that of its input; None if entries have to be copied."""
    try:
        return _moved(view, lambda x: MOVES[node.op.name](x, node.params))
    except ValueError:
        return None


def _moved(view: View, move: Callable[[Hollow], Hollow]) -> View:
    hollow: Hollow = as_strided(_NOTHING, view.shape, view.strides)
    moved = move(hollow)
    offset = view.offset + (_address(moved) - _address(hollow) if moved.size else 0)
    return View(view.source, moved.shape, moved.strides, offset)


def _address(hollow: Hollow) -> int:
    address: int = hollow.__array_interface__["data"][0]
    return address


def _indexed(x: Hollow, params: Mapping[str, Any]) -> Hollow:
    """A view also of a single entry, which NumPy gives if the key has an ellipsis."""
    key = params["key"]
    part: Hollow = x[numpy_key(key if Ellipsis in key else (*key, ...), ())]
    return part


MOVES: Mapping[str, Callable[[Hollow, Mapping[str, Any]], Hollow]] = MappingProxyType(
    {
        "reshape": lambda x, params: x.reshape(params["shape"], copy=False),
        "transpose": lambda x, params: x.transpose(params["axes"]),
        "broadcast_to": lambda x, params: np.broadcast_to(x, params["shape"]),
        "index": _indexed,
    }
)
