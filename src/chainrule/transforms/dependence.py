"""On which entries of an argument each entry of a value depends, as far as the structure of the graph tells.

The entries of the argument are numbered from 1. One sweep finds for every entry of every node the greatest number that
it depends on, 0 if there is none; with the numbers in reverse, the least. What moves entries moves their numbers, what
mixes entries takes the greatest of the numbers that it mixes.

An operation with a local gradient of 0 (rounding, comparison, the condition of a choice) passes nothing on.
"""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.execute.interpret import Program, value_of
from chainrule.graph import Graph, Node
from chainrule.graph.keys import numpy_key
from chainrule.transforms.region import Region

__all__ = ["BY_KIND", "BY_OP", "Reach", "reach"]

Numbers = NDArray[np.intp]
Row = Callable[..., Numbers]


class Reach(NamedTuple):
    """For each entry of a node the first and the last entry of the argument that it depends on, counted from 0.

    Where it depends on none, ``first`` is the argument's size and ``last`` is -1.
    """

    first: Numbers
    last: Numbers


def reach(graph: Graph, wrt: Node, arguments: Sequence[Any]) -> Mapping[Node, Reach]:
    """Return the reach of every node that depends on an input.

    Args:
        graph: a traced function.
        wrt: the input.
        arguments: values of all inputs; index arrays are computed from them.

    Example:
        >>> import chainrule as cr
        >>> graph = cr.trace(lambda x: x[::-1] * x, np.ones(3))
        >>> reach(graph, graph.inputs[0], [np.ones(3)])[graph.outputs[0]]
        Reach(first=array([0, 1, 0]), last=array([2, 1, 2]))
    """
    region = Region(graph, [wrt])
    places = _index_arrays(graph, arguments)
    numbers = np.arange(1, wrt.size + 1).reshape(wrt.shape)
    greatest = _swept(graph, region, {wrt: numbers}, places)
    least = _swept(graph, region, {wrt: wrt.size + 1 - numbers}, places)
    return _Reaches(wrt.size, greatest, least)


class _Reaches(Mapping[Node, Reach]):
    """The reach of every node, counted out when it is asked for: most nodes share their numbers with another one."""

    def __init__(self, size: int, greatest: Mapping[Node, Numbers], least: Mapping[Node, Numbers]) -> None:
        self._size = size
        self._greatest = greatest
        self._least = least

    def __getitem__(self, node: Node) -> Reach:
        return Reach(self._size - self._least[node], self._greatest[node] - 1)

    def __contains__(self, node: object) -> bool:
        return node in self._greatest

    def __iter__(self) -> Iterator[Node]:
        return iter(self._greatest)

    def __len__(self) -> int:
        return len(self._greatest)


def _swept(graph: Graph, region: Region, found: dict[Node, Numbers], places: Mapping[Node, Any]) -> dict[Node, Numbers]:
    for node in graph.nodes:
        moving = {i: found[source] for i, source in region.active_inputs(node) if source in found}
        if moving and node not in found:
            found[node] = _numbers(node, moving, places)
    return found


def _numbers(node: Node, moving: Mapping[int, Numbers], places: Mapping[Node, Any]) -> Numbers:
    """The numbers of one node."""
    if node.op.kind == "elementwise" and _same(moving, node.shape):
        return next(iter(moving.values()))
    first_place = _FIRST_PLACE.get(node.op.name, len(node.inputs))
    fixed = [places[each] if i >= first_place else _none(each) for i, each in enumerate(node.inputs)]
    inputs = [moving.get(i, each) for i, each in enumerate(fixed)]
    row = BY_OP.get(node.op.name) or BY_KIND[node.op.kind]
    return np.asarray(row(node, *inputs), np.intp)


def _none(node: Node) -> Numbers:
    """The numbers of a node that does not depend on the argument."""
    return np.broadcast_to(np.intp(0), node.shape)


def _same(moving: Mapping[int, Numbers], shape: tuple[int, ...]) -> bool:
    first, *others = moving.values()
    return first.shape == shape and all(other is first for other in others)


def _index_arrays(graph: Graph, arguments: Sequence[Any]) -> dict[Node, Any]:
    """The values of all index arrays."""
    indexing = [node for node in graph.nodes if node.op.name in _FIRST_PLACE]
    wanted = list(dict.fromkeys(each for node in indexing for each in node.inputs[_FIRST_PLACE[node.op.name] :]))
    return dict(zip(wanted, Program(graph.with_outputs(wanted)).run(arguments), strict=True))


# --- rows: the node, and the numbers of its inputs ----------------------------------------------------------

_FIRST_PLACE = {"index": 1, "index_set": 2, "index_add": 2}  # the position of the first index array among the inputs


def _moved(node: Node, *inputs: Numbers) -> Numbers:
    """Numbers move as the entries do."""
    return np.asarray(value_of(node.op.name, inputs, node.params))


def _elementwise(node: Node, *inputs: Numbers) -> Numbers:
    return np.broadcast_to(functools.reduce(np.maximum, inputs), node.shape)


def _reduction(node: Node, x: Numbers) -> Numbers:
    return np.asarray(np.max(x, axis=node.params["axes"], keepdims=node.params["keepdims"], initial=0))


def _along_axis(node: Node, x: Numbers) -> Numbers:
    return np.broadcast_to(np.max(x, axis=node.params["axis"], keepdims=True, initial=0), node.shape)


def _index_add(node: Node, x: Numbers, values: Numbers, *places: Any) -> Numbers:
    result = np.array(x)
    np.maximum.at(result, numpy_key(node.params["key"], places), values)
    return result


def _matmul(node: Node, a: Numbers, b: Numbers) -> Numbers:
    """A row of A and a column of B for each entry."""
    rows = np.max(a, axis=-1, keepdims=True, initial=0)
    columns = np.max(b, axis=max(-2, -b.ndim), keepdims=True, initial=0)
    return np.asarray(np.maximum(rows, columns)).reshape(node.shape)


def _einsum(node: Node, *inputs: Numbers) -> Numbers:
    """Of each input the entries that the letters of the result select."""
    terms, _, result = node.params["subscripts"].partition("->")
    found = [_picked(x, letters, result) for x, letters in zip(inputs, terms.split(","), strict=True)]
    return _elementwise(node, *found)


def _picked(x: Numbers, letters: str, result: str) -> Numbers:
    """The numbers of one input of an Einstein sum, with an axis for each letter of the result."""
    own = "".join(dict.fromkeys(letters))
    diagonal = np.einsum(f"{letters}->{own}", x)
    summed = tuple(axis for axis, letter in enumerate(own) if letter not in result)
    kept = [letter for letter in own if letter in result]
    reduced = np.max(diagonal, axis=summed, initial=0)
    ordered = np.transpose(reduced, [kept.index(letter) for letter in result if letter in kept])
    return np.expand_dims(ordered, tuple(axis for axis, letter in enumerate(result) if letter not in kept))


def _whole(node: Node, *inputs: Numbers) -> Numbers:
    """Every entry depends on all entries."""
    return np.broadcast_to(max(np.max(x, initial=0) for x in inputs), node.shape)


BY_KIND: Mapping[str, Row] = MappingProxyType(
    {
        "elementwise": _elementwise,
        "reduction": _reduction,
        "axis": _along_axis,
        "structure": _moved,
        "linear algebra": _whole,
    }
)
BY_OP: Mapping[str, Row] = MappingProxyType({"index_add": _index_add, "matmul": _matmul, "einsum": _einsum})
