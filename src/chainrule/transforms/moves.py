"""Reductions whose axes are kept, and entries that are moved: what may stand between the parts of a formula."""

import math
from collections.abc import Mapping
from typing import Any

from chainrule.graph import Node

__all__ = ["MOVES", "axis_params", "kept_shape", "reduction_below"]

MOVES = frozenset(("index", "reshape", "transpose", "broadcast_to"))
_RESHAPES = frozenset(("index", "reshape", "broadcast_to"))


def kept_shape(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a reduction with its axes kept, of length 1."""
    return tuple(1 if axis in axes else n for axis, n in enumerate(shape))


def reduction_below(node: Node) -> Node | None:
    """The sum of which a node has the entries, in a shape that broadcasts as if its axes had been kept."""
    below = node
    while below.op.name in _RESHAPES and len(below.inputs) == 1 and _same_entries(below):
        below = below.inputs[0]
    if below.op.name != "sum":
        return None
    kept = kept_shape(below.inputs[0].shape, below.params["axes"])
    shape = node.inputs[0].shape if node.op.name == "broadcast_to" else node.shape
    padded = (*(1,) * (len(kept) - len(shape)), *shape)
    return below if padded == kept else None


def _same_entries(node: Node) -> bool:
    return node.op.name == "broadcast_to" or math.prod(node.shape) == math.prod(node.inputs[0].shape)


def axis_params(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The params of a function along one axis that belong to those of a reduction."""
    return params if "axis" in params else {"axis": params["axes"][0]}
