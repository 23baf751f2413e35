"""Structural zeros: where no gradient flows at all, as a mask that travels with the upstream gradient.

An entry that ``where`` did not choose, that ``x[i]`` did not select or that ``x[i] = v`` has overwritten has no
influence on the result. That is another kind of zero than 0 times a local gradient, which is NaN where the local
gradient is infinite. A mask is True where a gradient flows; None stands for True everywhere.

``mask_back`` takes the mask from the value of an operation that moves or mixes entries back to one of its inputs: an
entry of the input is alive if one of the entries that depend on it is. (Elementwise, the two are the same.)
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from chainrule.graph import Node, constant, make
from chainrule.graph.expressions import (
    astype,
    broadcast_to,
    filled,
    not_equal,
    on_diagonal,
    reshape,
    sum_to_shape,
    transpose,
    where,
)
from chainrule.transforms.pullbacks import TRANSPOSES

__all__ = ["any_to_shape", "both", "mask_back", "without_dead_entries"]

_BOOL, _COUNT = np.dtype(bool), np.dtype(np.int64)
_ADDING = ("cumprod", "matmul", "einsum", "solve")
_SELECTING = ("index", "index_set")  # leave entries out, also where the whole upstream gradient is alive


def mask_back(node: Node, i: int, mask: Node | None) -> Node | None:
    """Return the mask of what flows back from a node to its input i."""
    if mask is None and node.op.name in _SELECTING:
        mask = filled(node.shape, _BOOL, True)
    return None if mask is None else _BY_KIND[node.op.kind](node, i, mask)


def any_to_shape(mask: Node, shape: tuple[int, ...]) -> Node:
    """``sum_to_shape`` for masks: an entry is alive if one of its copies is."""
    return mask if mask.shape == shape else not_equal(sum_to_shape(astype(mask, _COUNT), shape), 0)


def both(mask: Node | None, other: Node | None) -> Node | None:
    """Where both masks are True."""
    return other if mask is None else mask if other is None else mask & other


def without_dead_entries(node: Node, mask: Node) -> Node:
    """The same operation with harmless numbers for what enters only masked entries of the value.

    Its pullback adds up entries of which some are masked and others are not, so 0 x inf must not arise there.
    """
    if node.op.name not in _ADDING:
        return node
    inputs = list(node.inputs)
    for k, each in enumerate(inputs):
        harmless = constant(np.eye(each.shape[-1]), each.dtype) if node.op.name == "solve" and k == 0 else 0
        inputs[k] = where(_BY_KIND[node.op.kind](node, k, mask), each, harmless)
    return make(node.op.name, *inputs, **node.params)


# --- kinds of operations ------------------------------------------------------------------------------------


def _structure(node: Node, i: int, mask: Node) -> Node:
    """The mask moves as the entries do."""
    return not_equal(TRANSPOSES[node.op.name](node, i, astype(mask, _COUNT)), 0)


def _axis(node: Node, i: int, mask: Node) -> Node:
    """A running sum or product depends on earlier entries, a softmax on all along its axis."""
    if node.op.name in ("cumsum", "cumprod"):
        return not_equal(TRANSPOSES["cumsum"](node, i, astype(mask, _COUNT)), 0)
    return broadcast_to(_any(mask, [node.params["axis"]]), node.shape)


def _contraction(node: Node, i: int, mask: Node) -> Node:
    """An entry is alive if one of the results that have its letters is."""
    terms, result = _letters(node)
    mine = dict(zip(terms[i], node.inputs[i].shape, strict=True))  # a repeated letter once
    common = [letter for letter in mine if letter in result]
    summed = [axis for axis, letter in enumerate(result) if letter not in mine]
    lengths = {letter: mask.shape[result.index(letter)] for letter in common}
    order = (*(result.index(letter) for letter in common), *summed)
    alive = reshape(transpose(_any(mask, summed), order), tuple(lengths.get(letter, 1) for letter in mine))
    spread = broadcast_to(alive, tuple(lengths.get(letter, length) for letter, length in mine.items()))
    entries = any_to_shape(spread, tuple(mine.values()))
    return not_equal(on_diagonal(astype(entries, _COUNT), terms[i]), 0) if len(mine) < len(terms[i]) else entries


def _letters(node: Node) -> tuple[list[str], str]:
    """The letters of the inputs' and the result's axes; a matrix product as an Einstein sum."""
    if node.op.name == "einsum":
        terms, _, result = node.params["subscripts"].partition("->")
        return terms.split(","), result
    a, b = (each.ndim for each in node.inputs)
    batch = "ZYXWVUTSRQPONMLKJIHGFEDCBA"[: max(a, b, 2) - 2]
    left = batch[len(batch) - max(a - 2, 0) :] + ("ij" if a > 1 else "j")
    right = batch[len(batch) - max(b - 2, 0) :] + ("jk" if b > 1 else "j")
    return [left, right], batch + ("i" if a > 1 else "") + ("k" if b > 1 else "")


def _linear_algebra(node: Node, i: int, mask: Node) -> Node:
    """Every entry of a matrix depends on every other one; matrices of a stack are strangers."""
    vector = node.op.name == "solve" and node.inputs[1].ndim == 1
    inside = {"det": 0}.get(node.op.name, 1 if vector else 2)
    batch = mask.shape[: mask.ndim - inside]
    source = node.inputs[i]
    entries = 1 if vector and i == 1 else 2
    alive = reshape(_any(mask, range(len(batch), mask.ndim)), (*batch, *[1] * entries))
    return any_to_shape(broadcast_to(alive, (*batch, *source.shape[source.ndim - entries :])), source.shape)


_BY_KIND: Mapping[str, Callable[[Node, int, Node], Node]] = MappingProxyType(
    {
        "axis": _axis,
        "structure": _structure,
        "contraction": _contraction,
        "linear algebra": _linear_algebra,
    }
)


def _any(mask: Node, axes: Sequence[int]) -> Node:
    """Is one alive along these axes? They are kept with length 1."""
    return make("any", mask, axes=tuple(axes), keepdims=True) if axes else mask
