"""Expand: composite primitives replaced by their textbook definitions, such as a sigmoid by its four gates.

A definition says what an op *is*, for a reader; it is not how to compute it, and overflows where textbooks do.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from chainrule.graph import Graph, Guard, Node, Scope, Where, constant, input_node, make
from chainrule.graph.expressions import astype, cos, exp, log, sin, sqrt, total
from chainrule.graph.graph import reachable, substitute
from chainrule.graph.node import with_inputs

__all__ = ["DEFINITIONS", "expand"]

Definition = Callable[..., Node]


def _tanh(x: Node) -> Node:
    e = exp(-2 * x)
    return (1 - e) / (1 + e)


def _softmax(x: Node, axis: int) -> Node:
    e = exp(x)
    return e / total(e, [axis], keepdims=True)


def _log_softmax(x: Node, axis: int) -> Node:
    return x - log(total(exp(x), [axis], keepdims=True))


def _logsumexp(x: Node, axes: tuple[int, ...], keepdims: bool) -> Node:
    return log(total(exp(x), axes, keepdims=keepdims))


DEFINITIONS: Mapping[str, Definition] = MappingProxyType(
    {
        # arithmetic
        "reciprocal": lambda x: 1 / x,
        "square": lambda x: x * x,
        "hypot": lambda x, y: sqrt(x**2 + y**2),
        # exponentials and logarithms
        "exp2": lambda x: constant(2, x.dtype) ** x,
        "expm1": lambda x: exp(x) - 1,
        "log1p": lambda x: log(1 + x),
        "log1mexp": lambda x: log(1 - exp(x)),
        "logaddexp": lambda x, y: log(exp(x) + exp(y)),
        "xlogy": lambda x, y: x * log(y),
        # trigonometric and hyperbolic
        "tan": lambda x: sin(x) / cos(x),
        "sinh": lambda x: (exp(x) - exp(-x)) / 2,
        "cosh": lambda x: (exp(x) + exp(-x)) / 2,
        "tanh": _tanh,
        "arcsinh": lambda x: log(x + sqrt(x**2 + 1)),
        "arccosh": lambda x: log(x + sqrt(x**2 - 1)),
        "arctanh": lambda x: log((1 + x) / (1 - x)) / 2,
        # functions of neural networks
        "sigmoid": lambda x: 1 / (1 + exp(-x)),
        "softplus": lambda x: log(1 + exp(x)),
        "logsumexp": _logsumexp,
        "softmax": _softmax,
        "log_softmax": _log_softmax,
    }
)


def expand(graph: Graph, names: Iterable[str] | None = None) -> Graph:
    """Return the graph with composite primitives replaced by their textbook definitions.

    Value and gradients stay the same wherever the textbook form does not overflow. The last gate of a definition
    keeps the name of the node that it replaces, and all its gates keep the scope and the line.

    Args:
        graph: any graph.
        names: which ops to replace, of those in ``DEFINITIONS``; all of them by default.

    Raises:
        KeyError: there is no definition of that name.

    Example:
        >>> import numpy as np
        >>> x = input_node("x", (), np.dtype(float))
        >>> sigmoid = Graph((x,), (make("sigmoid", x),))
        >>> [node.op.name for node in expand(sigmoid).nodes if node.inputs]
        ['negative', 'exp', 'add', 'divide']
    """
    chosen = {name: DEFINITIONS[name] for name in (DEFINITIONS if names is None else names)}
    roots = [*graph.outputs, *(guard.node for guard in graph.guards)]
    new: dict[Node, Node] = {node: node for node in graph.inputs}
    for node in reachable(roots, stop=frozenset(graph.inputs)):
        if node not in new:
            inputs = [new[each] for each in node.inputs]
            new[node] = _defined(node, inputs, chosen) if node.op.name in chosen else with_inputs(node, inputs)
    guards = tuple(Guard(new[guard.node], guard.value) for guard in graph.guards)
    return Graph(graph.inputs, tuple(new[node] for node in graph.outputs), guards)


def _defined(node: Node, inputs: list[Node], definitions: Mapping[str, Definition]) -> Node:
    """The definition of a node, written on other inputs."""
    places = [input_node("", each.shape, each.dtype) for each in inputs]
    written = astype(definitions[node.op.name](*places, **node.params), node.dtype)

    def remake(
        op: str, *operands: Node, name: str, scope: tuple[Scope, ...], where: Where | None, **params: Any
    ) -> Node:
        del name, scope, where
        return make(op, *operands, scope=node.scope, where=node.where, **params)

    (root,) = substitute([written], dict(zip(places, inputs, strict=True)), remake)
    return replace(root, name=node.name)
