"""Rules for what selects, assigns and joins entries."""

import math
from typing import Any

import numpy as np

from chainrule.graph import Node, constant, make
from chainrule.graph.expressions import astype, broadcast_to, filled, index, reshape
from chainrule.graph.keys import ArrayIndex, Key, Slice, indexed_shape
from chainrule.transforms.selection import WHOLE, is_canonical, split
from chainrule.transforms.views import MOVES, covers, stored_view, through

__all__ = ["by_slices", "concatenate", "concatenate_of", "index_add", "index_set", "seen_from_result", "take"]

_JOINED_AT_ONCE = 8  # parts; each costs a test at every place


def take(node: Node) -> Node | None:
    """``x[1:, 3, i] -> x[1:][:, 3, i]``: a key names each axis, and takes it whole or chooses from it by an array."""
    x, *arrays = node.inputs
    key = node.params["key"]
    if len(arrays) == 1 and (sliced := by_slices(node)) is not None:
        return sliced
    if not arrays or is_canonical(key, x.ndim):
        return None
    basic, chosen = split(key, x.ndim)
    parts, positions = _canonical(chosen, arrays)
    return make("index", index(x, basic), *positions, key=parts)


def _canonical(chosen: tuple[ArrayIndex | int | None, ...], arrays: list[Node]) -> tuple[Key, list[Node]]:
    """The key by arrays, numbers being arrays too, and the arrays in the order of their axes."""
    parts: list[ArrayIndex | Slice] = []
    positions: list[Node] = []
    for part in chosen:
        if part is None:
            parts.append(WHOLE)
            continue
        parts.append(ArrayIndex(len(positions)))
        positions.append(constant(np.intp(part)) if isinstance(part, int) else arrays[part.position])
    return tuple(parts), positions


# --- assignments ----------------------------------------------------------------------------------------------


def index_set(node: Node) -> Node | None:
    """All entries are replaced: nothing of the first operand is left."""
    x, values, *arrays = node.inputs
    selected = _selected(node)
    if math.prod(selected) == 0:
        return x
    if not arrays and _takes_all(node):
        new = astype(broadcast_to(_fitting(values, selected), selected), x.dtype)
        return reshape(new, x.shape)
    if len(arrays) == 1 and (sliced := by_slices(node)) is not None:
        return sliced
    return _with_values(node, selected) or seen_from_result(node)


def index_add(node: Node) -> Node | None:
    """``x[:, 0] += v -> x + v[:, None]``, where every entry is added to."""
    x, values, *arrays = node.inputs
    selected = _selected(node)
    if math.prod(selected) == 0:
        return x
    if not arrays and _takes_all(node) and values.dtype == x.dtype:
        return x + reshape(broadcast_to(_fitting(values, selected), selected), x.shape)
    if len(arrays) == 1 and (sliced := by_slices(node)) is not None:
        return sliced
    return _with_values(node, selected) or seen_from_result(node)


def _selected(node: Node) -> tuple[int, ...]:
    x, _, *arrays = node.inputs
    return indexed_shape(x.shape, node.params["key"], [each.shape for each in arrays])


def _takes_all(node: Node) -> bool:
    """Does a basic key select every entry, in order?"""
    x = node.inputs[0]
    view = through(make("index", x, key=node.params["key"]), stored_view(x))
    return view is not None and covers(view) and math.prod(view.shape) == x.size


def _with_values(node: Node, selected: tuple[int, ...]) -> Node | None:
    """The same, with values of the dtype of the array, that have no more axes than what they are written into."""
    x, values, *arrays = node.inputs
    fitting = _fitting(values, selected)
    if node.op.name == "index_set":
        fitting = astype(fitting, x.dtype)
    return None if fitting is values else make(node.op.name, x, fitting, *arrays, key=node.params["key"])


def _fitting(values: Node, selected: tuple[int, ...]) -> Node:
    """The values without axes of length 1 in front that what they are written into has not."""
    return reshape(values, values.shape[max(values.ndim - len(selected), 0) :])


# --- values that are computed from memory where the window is ---------------------------------------------------

_CHEAP = frozenset(
    (
        "add", "subtract", "multiply", "divide", "negative", "square", "absolute", "sign", "maximum", "minimum",
        "where", "less", "less_equal", "equal", "not_equal", "greater", "greater_equal", "logical_and", "logical_or",
        "logical_not", "astype",
    )
)  # fmt: skip
_MOST_OPS = 24


def seen_from_result(node: Node) -> Node | None:
    """``x[key] = f(a, b) -> where(inside, f(a', b'), x)``, with a' and b' as large as x: f is computed in place.

    That is done if f is cheap and all that it needs is in memory anyway; then it needs no memory itself.
    """
    x, values, *arrays = node.inputs
    if arrays or values.dtype != x.dtype or x.ndim == 0:
        return None
    shape = indexed_shape(x.shape, node.params["key"], ())
    ops = _cheap_ops(values, node)
    if not ops or values.shape != shape:
        return None
    new: dict[Node, Node] = {}
    for each in ops:
        inputs = [new[a] if a in new else _spread(a, node, shape) for a in each.inputs]
        new[each] = make(each.op.name, *inputs, **each.params)
    inside = make("index_set", filled(x.shape, np.dtype(bool), 0), constant(True), key=node.params["key"])
    value = x + new[values] if node.op.name == "index_add" else new[values]
    return make("where", inside, value, x)


def _cheap_ops(values: Node, assignment: Node) -> list[Node]:
    """The elementwise ops from memory to the values, in order; none if there are others or too many."""
    found: dict[Node, None] = {}
    waiting = [values]
    while waiting:
        node = waiting.pop()
        if node in found or _is_in_memory(node) or _is_before(node, assignment):
            continue
        if node.op.name not in _CHEAP or len(found) == _MOST_OPS:
            return []
        found[node] = None
        waiting.extend(node.inputs)
    return sorted(found, key=lambda node: node.order)


def _is_in_memory(node: Node) -> bool:
    """Is this an argument, a constant, or a view of one?"""
    while node.op.name in MOVES and len(node.inputs) == 1:
        node = node.inputs[0]
    return node.op.kind == "source"


def _is_before(node: Node, assignment: Node) -> bool:
    """Are these the entries that are assigned to, as they were?"""
    x = assignment.inputs[0]
    return node.op.name == "index" and node.inputs == (x,) and node.params["key"] == assignment.params["key"]


def _spread(a: Node, node: Node, shape: tuple[int, ...]) -> Node:
    """An operand of values that are assigned, as large as what they are assigned to."""
    x, key = node.inputs[0], node.params["key"]
    if a.size == 1:
        return reshape(a, ())
    whole = broadcast_to(a, shape)
    if a.op.name == "index" and a.params["key"] == key and a.inputs[0].shape == x.shape and len(a.inputs) == 1:
        return a.inputs[0]
    return make("index_set", filled(x.shape, a.dtype, 0), whole, key=key)


# --- index arrays that are known ------------------------------------------------------------------------------

_FEW_RUNS = 4


def by_slices(node: Node) -> Node | None:
    """A constant index array that counts up or down, with few leaps, is some slices: ``x[[3, 4, 0, 1]]``."""
    x, array = node.inputs[0], node.inputs[-1]
    key = node.params["key"]
    if array.op.name != "constant" or array.ndim != 1 or any(isinstance(part, int) for part in key):
        return None
    if None in key or Ellipsis in key:
        return None
    axis = next(k for k, part in enumerate(key) if isinstance(part, ArrayIndex))
    runs = _runs(array.params["value"], x.shape[axis])
    if runs is None:
        return None
    keys = [(*key[:axis], run, *key[axis + 1 :]) for run, _ in runs]
    if node.op.name == "index":
        return concatenate_of([index(x, each) for each in keys], axis)
    values = broadcast_to(_fitting(node.inputs[1], _selected(node)), _selected(node))
    begin = 0
    for each, (_, count) in zip(keys, runs, strict=True):
        part = index(values, (*[WHOLE] * axis, Slice(begin, begin + count, None)))
        x = make(node.op.name, x, astype(part, x.dtype), key=each)
        begin += count
    return x


def _runs(positions: np.ndarray[Any, Any], length: int) -> list[tuple[Slice, int]] | None:
    """Slices that select the positions one after the other, and how many each selects."""
    if positions.size == 0 or positions.min() < -length or positions.max() >= length:
        return None
    places = np.where(positions < 0, positions + length, positions).astype(np.int64)
    runs: list[tuple[Slice, int]] = []
    while places.size and len(runs) < _FEW_RUNS:
        step = int(places[1] - places[0]) if places.size > 1 else 1
        if step == 0:
            return None
        count = int(np.argmax(np.append(np.diff(places) != step, True))) + 1
        first, end = int(places[0]), int(places[0]) + step * count
        runs.append((Slice(first, end if end >= 0 else None, step), count))
        places = places[count:]
    return None if places.size else runs


# --- joining --------------------------------------------------------------------------------------------------


def concatenate(node: Node) -> Node:
    """Parts are put into an array one after the other; of many, some are joined first."""
    axis = node.params["axis"]
    return concatenate_of([astype(each, node.dtype) for each in node.inputs if each.shape[axis]], axis)


def concatenate_of(parts: list[Node], axis: int) -> Node:
    """Parts of the same dtype, none of them empty."""
    while len(parts) > _JOINED_AT_ONCE:
        starts = range(0, len(parts), _JOINED_AT_ONCE)
        parts = [_joined(parts[k : k + _JOINED_AT_ONCE], axis) for k in starts]
    return _joined(parts, axis)


def _joined(parts: list[Node], axis: int) -> Node:
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    length = sum(each.shape[axis] for each in parts)
    joined = filled((*first.shape[:axis], length, *first.shape[axis + 1 :]), first.dtype, 0)
    start = 0
    for part in parts:
        end = start + part.shape[axis]
        joined = make("index_set", joined, part, key=(*[WHOLE] * axis, Slice(start, end, None)))
        start = end
    return joined
