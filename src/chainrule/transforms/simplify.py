"""Simplify a graph without changing a bit of what it computes.

Three things, in one pass over the nodes:

- *constant folding*: what depends on constants only is computed now;
- *exact algebra*: the rows of ``RULES``, each an equality of IEEE numbers, signed zeros, infinities and NaN included;
- *common subexpressions*: two nodes that do the same to the same inputs become one.

Nodes on which no output depends any more disappear by themselves.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from chainrule.execute.interpret import value_of
from chainrule.graph import Graph, Guard, Node, constant, make
from chainrule.graph.graph import frozen_params
from chainrule.graph.keys import Slice
from chainrule.graph.node import with_inputs

__all__ = ["RULES", "simplify"]

FOLD_UP_TO = 4096  # entries; a larger constant would cost more memory than it saves time

Rule = Callable[[Node], Node | None]


def simplify(graph: Graph) -> Graph:
    """Return a graph with the same inputs and bit for bit the same outputs, and no more nodes than before.

    Example:
        >>> from chainrule.graph import input_node
        >>> x = input_node("x", (), np.dtype(float))
        >>> print(simplify(Graph((x,), ((x * 1) * (2 - 1) + (x * 1),))))
        graph(x: float64[])
          %1 = x + x         float64[]
          return %1
    """
    found: dict[Hashable, Node] = {}
    new: dict[Node, Node] = {node: node for node in graph.inputs}
    for node in graph.nodes:
        if node not in new:
            simpler = _simplest(with_inputs(node, [new[each] for each in node.inputs]))
            new[node] = simpler if simpler in new else found.setdefault(_key(simpler), simpler)
    guards = tuple(Guard(new[guard.node], guard.value) for guard in graph.guards if not _is_constant(new[guard.node]))
    return Graph(graph.inputs, tuple(new[output] for output in graph.outputs), guards)


def _simplest(node: Node) -> Node:
    """Apply rules until none fits."""
    while True:
        rules = (*RULES.get(node.op.name, ()), _broadcasts_anyway)
        simpler = _folded(node) or next(filter(None, (rule(node) for rule in rules)), None)
        if simpler is None:
            return node
        node = _named(simpler, node)
        if not node.inputs:
            return node


def _named(simpler: Node, node: Node) -> Node:
    """A new node keeps the user's name and line; a node that was there before keeps its own."""
    return (
        replace(simpler, name=node.name, scope=node.scope, where=node.where) if simpler.order > node.order else simpler
    )


def _key(node: Node) -> Hashable:
    return node.op.name, node.inputs, frozen_params(node), node.shape, node.dtype


# --- constant folding -----------------------------------------------------------------------------------------


def _is_constant(node: Node) -> bool:
    return node.op.name == "constant"


def _folded(node: Node) -> Node | None:
    foldable = node.inputs and all(_is_constant(each) for each in node.inputs) and node.size <= FOLD_UP_TO
    if not foldable or node.op.name == "broadcast_to":  # copies of one number stay one number in memory
        return None
    return constant(value_of(node.op.name, [each.params["value"][()] for each in node.inputs], node.params), node.dtype)


def _is(node: Node, number: float) -> bool:
    """Is this a constant all of whose entries are this number, its sign included?"""
    if not _is_constant(node) or node.size == 0:
        return False
    value = node.params["value"]
    return bool(np.all(value == number) and np.all(np.signbit(value) == np.signbit(number)))


# --- exact algebra --------------------------------------------------------------------------------------------


def _neutral(position: int, number: float) -> Rule:
    """The other operand, if this one is neutral and neither shape nor dtype change."""

    def rule(node: Node) -> Node | None:
        other = node.inputs[1 - position]
        fits = _is(node.inputs[position], number) and (other.shape, other.dtype) == (node.shape, node.dtype)
        return other if fits else None

    return rule


def _square(node: Node) -> Node | None:
    """``x**2 -> square(x)``."""
    x, exponent = node.inputs
    fits = _is(exponent, 2.0) and x.dtype.kind == "f" and (x.shape, x.dtype) == (node.shape, node.dtype)
    return make("square", x) if fits else None


def _twice_negative(node: Node) -> Node | None:
    """``-(-x) -> x``."""
    inner = node.inputs[0]
    return inner.inputs[0] if inner.op.name == "negative" else None


def _same_branches(node: Node) -> Node | None:
    """``where(c, x, x) -> x``."""
    condition, x, y = node.inputs
    return x if x is y and (x.shape, x.dtype) == (node.shape, node.dtype) and condition.shape in ((), x.shape) else None


def _known_condition(node: Node) -> Node | None:
    """``where(True, x, y) -> x``."""
    condition, x, y = node.inputs
    for number, choice in ((1.0, x), (0.0, y)):
        if _is(condition, number) and (choice.shape, choice.dtype) == (node.shape, node.dtype):
            return choice
    return None


def _same_dtype(node: Node) -> Node | None:
    return node.inputs[0] if node.inputs[0].dtype == node.dtype else None


def _same_shape(node: Node) -> Node | None:
    return node.inputs[0] if node.inputs[0].shape == node.shape else None


def _reshape_twice(node: Node) -> Node | None:
    inner = node.inputs[0]
    return make("reshape", inner.inputs[0], shape=node.shape) if inner.op.name == "reshape" else None


def _transpose_twice(node: Node) -> Node | None:
    inner = node.inputs[0]
    if inner.op.name != "transpose":
        return None
    axes = tuple(inner.params["axes"][axis] for axis in node.params["axes"])
    return make("transpose", inner.inputs[0], axes=axes)


def _transpose_nothing(node: Node) -> Node | None:
    return node.inputs[0] if node.params["axes"] == tuple(range(node.ndim)) else None


def _broadcast_twice(node: Node) -> Node | None:
    inner = node.inputs[0]
    return make("broadcast_to", inner.inputs[0], shape=node.shape) if inner.op.name == "broadcast_to" else None


def _broadcasts_anyway(node: Node) -> Node | None:
    """``x + broadcast_to(y) -> x + y``, where the result has the shape all the same."""
    if node.op.kind != "elementwise":
        return None
    inputs = [each.inputs[0] if each.op.name == "broadcast_to" else each for each in node.inputs]
    if inputs == list(node.inputs) or np.broadcast_shapes(*(each.shape for each in inputs)) != node.shape:
        return None
    return make(node.op.name, *inputs, **node.params)


def _sum_over_nothing(node: Node) -> Node | None:
    return node.inputs[0] if not node.params["axes"] and node.inputs[0].dtype == node.dtype else None


def _index_all(node: Node) -> Node | None:
    """``x[:, :] -> x``."""
    whole = all(part is Ellipsis or part == Slice(None, None, None) for part in node.params["key"])
    return node.inputs[0] if whole and len(node.inputs) == 1 else None


RULES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "add": (_neutral(0, -0.0), _neutral(1, -0.0)),
        "subtract": (_neutral(1, 0.0),),
        "multiply": (_neutral(0, 1.0), _neutral(1, 1.0)),
        "divide": (_neutral(1, 1.0),),
        "power": (_neutral(1, 1.0), _square),
        "negative": (_twice_negative,),
        "where": (_known_condition, _same_branches),
        "astype": (_same_dtype,),
        "sum": (_sum_over_nothing,),
        "reshape": (_same_shape, _reshape_twice),
        "transpose": (_transpose_nothing, _transpose_twice),
        "broadcast_to": (_same_shape, _broadcast_twice),
        "index": (_index_all,),
    }
)
