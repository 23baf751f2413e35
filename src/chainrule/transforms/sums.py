"""Sums over the uses of a node: of its upstream gradients, and of the masks that go with them."""

import functools
import operator
from collections.abc import Sequence

import numpy as np

from chainrule.graph import Node, constant, make
from chainrule.graph.expressions import not_equal, reshape
from chainrule.graph.keys import ArrayIndex

__all__ = ["added", "united"]

MANY = 8  # picked entries from which on they are put in place together


def added(parts: Sequence[Node]) -> Node:
    """The sum of upstream gradients.

    A loop over the entries of an array picks each of them once, and each pick would fill an array of the whole size
    with zeros around one number. Many picks are therefore put in place together.
    """
    picks = [part for part in parts if _is_pick(part)]
    if len(picks) < MANY:
        return functools.reduce(operator.add, parts)
    others = [part for part in parts if not _is_pick(part)]
    return functools.reduce(operator.add, [*others, *_together(picks)])


def united(masks: Sequence[Node]) -> Node:
    """Where one of the masks is True."""
    picks = [mask.inputs[0] for mask in masks if _is_picked_mask(mask)]
    if len(picks) < MANY:
        return functools.reduce(operator.or_, masks)
    others = [mask for mask in masks if not _is_picked_mask(mask)]
    return functools.reduce(operator.or_, [*others, *(not_equal(each, 0) for each in _together(picks))])


def _is_pick(part: Node) -> bool:
    """Is this the downstream gradient of ``x[i]`` or ``x[i, j]``: a value put among zeros?"""
    return (
        part.op.name == "index_add"
        and all(type(position) is int for position in part.params["key"])
        and _is_zero(part.inputs[0])
    )


def _is_zero(node: Node) -> bool:
    source = node.inputs[0] if node.op.name == "broadcast_to" else node
    return source.op.name == "constant" and not np.any(source.params["value"])


def _is_picked_mask(mask: Node) -> bool:
    return mask.op.name == "not_equal" and _is_pick(mask.inputs[0]) and _is_zero(mask.inputs[1])


def _together(picks: Sequence[Node]) -> list[Node]:
    """For each kind of picks (entries, rows ...) one node that puts all of them in place."""
    kinds = dict.fromkeys((len(pick.params["key"]), pick.dtype) for pick in picks)
    return [_put([pick for pick in picks if (len(pick.params["key"]), pick.dtype) == kind]) for kind in kinds]


def _put(picks: Sequence[Node]) -> Node:
    values = [reshape(pick.inputs[1], (1, *pick.inputs[1].shape)) for pick in picks]
    positions = np.array([pick.params["key"] for pick in picks], dtype=np.intp).T
    arrays = [constant(each) for each in positions]
    key = tuple(ArrayIndex(k) for k in range(len(arrays)))
    return make("index_add", picks[0].inputs[0], make("concatenate", *values, axis=0), *arrays, key=key)
