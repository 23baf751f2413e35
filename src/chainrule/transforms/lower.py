"""Lower a graph to what machine code is written for: fewer kinds of ops, products whose result is not transposed.

Values stay the same within a few units in the last place; the sums of softmax and its kin are those of
``chainrule.functions``: relative to the largest entry, of the others only.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from chainrule.graph import Graph, Guard, Node, make
from chainrule.graph.expressions import astype, equal, exp, filled, reshape, total, where
from chainrule.graph.node import with_inputs
from chainrule.transforms.lowering import indexing, products
from chainrule.transforms.lowering.kinks import asked_of_values
from chainrule.transforms.lowering.transposes import pulled_out

__all__ = ["LOWERED", "lower"]

Rule = Callable[[Node], Node | None]


def lower(graph: Graph) -> Graph:
    """Return a graph with the same inputs and outputs in which the rules of ``LOWERED`` have been applied."""
    new: dict[Node, Node] = {node: node for node in graph.inputs}
    for node in graph.nodes:
        if node not in new:
            same = with_inputs(node, [new[each] for each in node.inputs])
            new[node] = _lowered(same)
    guards = tuple(Guard(new[guard.node], guard.value) for guard in graph.guards)
    return asked_of_values(Graph(graph.inputs, tuple(new[output] for output in graph.outputs), guards))


def _lowered(node: Node) -> Node:
    if node.size == 0 and node.inputs:
        return filled(node.shape, node.dtype, 0)
    rule = pulled_out if node.op.kind == "elementwise" else LOWERED.get(node.op.name)
    return (rule(node) if rule else None) or node


# --- sums of exponentials -------------------------------------------------------------------------------------


class _Parts(NamedTuple):
    """The largest entry m; x - m; exp(x - m); the sum of exp(x - m) over all entries but one that is largest."""

    largest: Node
    distance: Node
    exponential: Node
    others: Node


def _relative_to_largest(x: Node, axes: tuple[int, ...]) -> _Parts:
    largest = make("max", x, axes=axes, keepdims=True)
    is_largest = equal(x, largest)
    ties = total(astype(is_largest, x.dtype), axes, keepdims=True)
    is_zero_apart = is_largest & (make("isfinite", largest) | equal(ties, 1))

    difference, rest = _difference(x, largest)
    distance = where(is_zero_apart, 0, difference)
    power = exp(distance)
    exponential = where(make("isfinite", rest), power + power * rest, power)
    smaller = total(where(is_largest, 0, exponential), axes, keepdims=True)
    return _Parts(largest, distance, exponential, ties - 1 + smaller)


def _difference(a: Node, b: Node) -> tuple[Node, Node]:
    """The rounded difference a - b and its rounding error (Knuth's TwoSum)."""
    difference = a - b
    minus_b = difference - a
    return difference, (a - (difference - minus_b)) - (b + minus_b)


def _as_float(node: Node) -> Node:
    return astype(node.inputs[0], node.dtype)


def _softmax(node: Node) -> Node | None:
    if node.size == 0:
        return None
    parts = _relative_to_largest(_as_float(node), (node.params["axis"],))
    return parts.exponential / (1 + parts.others)


def _log_softmax(node: Node) -> Node | None:
    if node.size == 0:
        return None
    parts = _relative_to_largest(_as_float(node), (node.params["axis"],))
    return -(make("log1p", parts.others) - parts.distance)


def _logsumexp(node: Node) -> Node | None:
    x = _as_float(node)
    if x.size == 0:
        return None
    parts = _relative_to_largest(x, node.params["axes"])
    return reshape(parts.largest + make("log1p", parts.others), node.shape)


LOWERED: Mapping[str, Rule] = MappingProxyType(
    {
        "logsumexp": _logsumexp,
        "softmax": _softmax,
        "log_softmax": _log_softmax,
        "transpose": products.transpose,
        "index": indexing.take,
        "index_set": indexing.index_set,
        "index_add": indexing.index_add,
        "concatenate": indexing.concatenate,
        "matmul": products.matmul,
        "einsum": products.einsum,
    }
)
