"""A graph for any number of rows, made of the graph for some number of them.

A network's graph is traced with a batch of few rows. Where that number stands in a shape, ``ROWS`` is put: a prime that
no shape contains otherwise, so that a length or stride which is a multiple of it is that many times the rows.
"""

import itertools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.graph import Graph, Node, constant, input_node, make
from chainrule.graph.expressions import broadcast_to, equal, total, where
from chainrule.graph.keys import ArrayIndex, Slice

__all__ = ["ROWS", "example_rows", "for_any_rows", "with_rows"]

ROWS = 1_000_003

Shape = tuple[int, ...]


def example_rows(lengths: tuple[int, ...]) -> int:
    """A number of rows to trace with: a prime that divides none of the lengths of other axes.

    Example:
        >>> example_rows((64, 35, 10))
        3
    """
    numbers = itertools.count(3)
    return next(n for n in numbers if _is_prime(n) and all(length % n for length in lengths))


def _is_prime(n: int) -> bool:
    return n > 1 and all(n % divisor for divisor in range(2, int(n**0.5) + 1))


def for_any_rows(graph: Graph, rows: int) -> Graph | None:
    """Return the graph with ``ROWS`` in place of ``rows``; None if it holds a number that follows from the rows.

    Targets are taken to be in range where a row picks one of its own entries by number.
    """

    def remade(node: Node, inputs: list[Node | None]) -> Node | None:
        if node.op.name in _PICKS and _picks_in_its_row(node, rows):
            return _PICKS[node.op.name](node, [each for each in inputs if each is not None])
        return _remade(node, inputs, rows, ROWS)

    return _converted(graph, rows, ROWS, remade)


def with_rows(graph: Graph, rows: int, other: int) -> Graph | None:
    """Return what the graph for ``rows`` rows would be for another number of them, if nothing else depends on it.

    Example:
        >>> x = input_node("x", (3, 2), np.dtype(float))
        >>> print(with_rows(Graph((x,), (make("sum", x, axes=(0,), keepdims=False),)), 3, 100))
        graph(x: float64[100, 2])
          %1 = sum(x, axes=[0], keepdims=False)  float64[2]
          return %1
    """
    return _converted(graph, rows, other, lambda node, inputs: _remade(node, inputs, rows, other))


def _converted(
    graph: Graph, rows: int, other: int, remade: Callable[[Node, list[Node | None]], Node | None]
) -> Graph | None:
    """The graph node by node; a node that cannot be remade is None, and so is the graph if a result needs it."""
    if graph.guards or any(n and n % ROWS == 0 for node in graph.nodes for n in node.shape):
        return None
    inputs = {node: input_node(node.name, _resized(node.shape, rows, other), node.dtype) for node in graph.inputs}
    new: dict[Node, Node | None] = dict(inputs)
    for node in graph.nodes:
        if node not in new:
            new[node] = remade(node, [new[each] for each in node.inputs])
    outputs = [each for node in graph.outputs if (each := new[node]) is not None]
    return Graph(tuple(inputs.values()), tuple(outputs)) if len(outputs) == len(graph.outputs) else None


def _resized(shape: Shape, rows: int, other: int) -> Shape:
    return tuple(n // rows * other if n and n % rows == 0 else n for n in shape)


def _remade(node: Node, inputs: list[Node | None], rows: int, other: int) -> Node | None:
    if node.op.name == "constant":
        return _constant(node, rows, other)
    known = [each for each in inputs if each is not None]
    params = dict(node.params)
    if len(known) < len(inputs) or not _is_free_of_rows(params.get("key", ()), rows):
        return None
    if "shape" in params:
        params["shape"] = _resized(params["shape"], rows, other)
    return make(node.op.name, *known, name=node.name, scope=node.scope, where=node.where, **params)


def _constant(node: Node, rows: int, other: int) -> Node | None:
    """A constant as it is, unless it has rows; these must be equal numbers, or the numbers of the rows."""
    shape = _resized(node.shape, rows, other)
    value = node.params["value"]
    if shape == node.shape:
        return node
    if np.all(value == value.flat[0]):
        same = constant(value.flat[0], node.dtype)
        return broadcast_to(same, shape) if other == ROWS else constant(np.full(shape, value.flat[0], node.dtype))
    numbers = other != ROWS and value.size == rows and np.array_equal(value.ravel(), np.arange(rows))
    return constant(np.arange(other, dtype=node.dtype).reshape(shape)) if numbers else None


def _is_free_of_rows(key: tuple[Any, ...], rows: int) -> bool:
    """Does no bound of a slice count rows?"""
    numbers = [n for part in key for n in (part if isinstance(part, Slice) else (part,)) if isinstance(n, int)]
    return all(abs(n) < rows - 1 for n in numbers)


# --- picks: x[np.arange(n)[:, None], labels], one entry of each row ---------------------------------------------


def _picks_in_its_row(node: Node, rows: int) -> bool:
    first = 1 if node.op.name == "index" else 2
    if node.params["key"] != (ArrayIndex(0), ArrayIndex(1)) or node.inputs[0].ndim != 2:
        return False
    numbers = node.inputs[first]
    own = numbers.op.name == "constant" and numbers.shape == (rows, 1)
    return own and bool(np.all(numbers.params["value"][:, 0] == np.arange(rows)))


def _hot(labels: Node, classes: int) -> Node:
    """Where the label of the row is the number of the column."""
    return equal(labels, constant(np.arange(classes), labels.dtype))


def _pick(node: Node, inputs: list[Node]) -> Node:
    x, labels = inputs
    picked = where(_hot(labels, x.shape[1]), x, 0)
    return total(picked, (1,), keepdims=True)


def _put(node: Node, inputs: list[Node]) -> Node:
    x, values, labels = inputs
    return where(_hot(labels, x.shape[1]), x + values, x)


_PICKS: Mapping[str, Callable[[Node, list[Node]], Node]] = MappingProxyType({"index": _pick, "index_add": _put})
