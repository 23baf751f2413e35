"""Graph: inputs, outputs and all nodes between them in topological order; immutable, compared by structure."""

from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chainrule.graph.node import Node, make
from chainrule.graph.show import text

__all__ = ["Graph", "Guard", "frozen_params", "reachable", "substitute"]


@dataclass(frozen=True)
class Guard:
    """A decision that the traced code made by a value: ``if x > 0``, ``range(n)``, ``x[mask]``.

    The graph is right for all inputs for which ``node`` has this ``value``.
    """

    node: Node
    value: Hashable

    def holds(self, value: Any) -> bool:
        """Would the code decide in the same way if the node had this value?"""
        if isinstance(self.value, bytes):  # a mask
            return np.asarray(value).tobytes() == self.value
        return type(self.value)(value) == self.value  # type: ignore[call-arg]


@dataclass(frozen=True, eq=False)
class Graph:
    """A computation: what comes in, what comes out, and how.

    Attributes:
        inputs: one ``input`` node for each argument.
        outputs: the nodes whose values are the results.
        guards: decisions of the traced code.
        nodes: all nodes on which outputs and guards depend, and all inputs, each after those that it uses.
    """

    inputs: tuple[Node, ...]
    outputs: tuple[Node, ...]
    guards: tuple[Guard, ...] = ()
    nodes: tuple[Node, ...] = field(init=False)

    def __post_init__(self) -> None:
        roots = [*self.inputs, *self.outputs, *(guard.node for guard in self.guards)]
        object.__setattr__(self, "nodes", reachable(roots, stop=frozenset(self.inputs)))

    def uses(self) -> Mapping[Node, tuple[tuple[Node, int], ...]]:
        """Return for every node the nodes that take its value, each with the position among their inputs."""
        arguments = set(self.inputs)
        uses: dict[Node, list[tuple[Node, int]]] = {node: [] for node in self.nodes}
        for node in self.nodes:
            if node in arguments:
                continue
            for position, each in enumerate(node.inputs):
                uses[each].append((node, position))
        return {node: tuple(users) for node, users in uses.items()}

    def with_outputs(self, outputs: Iterable[Node]) -> "Graph":
        """Return the graph of other results of the same inputs."""
        return replace(self, outputs=tuple(outputs))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Graph) and _structure(self) == _structure(other)

    def __hash__(self) -> int:
        return hash(_structure(self))

    def __str__(self) -> str:
        return text(self)

    def __repr__(self) -> str:
        return f"<Graph of {len(self.nodes)} nodes: {len(self.inputs)} inputs, {len(self.outputs)} outputs>"


def reachable(roots: Iterable[Node], stop: Container[Node] = frozenset()) -> tuple[Node, ...]:
    """Return the roots and all that they depend on, inputs first; nodes in ``stop`` are not looked behind."""
    found: set[Node] = set()
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(() if node in stop else node.inputs)
    return tuple(sorted(found, key=lambda node: node.order))


def substitute(
    outputs: Sequence[Node], given: Mapping[Node, Node], remake: Callable[..., Node] = make
) -> tuple[Node, ...]:
    """Return the outputs with some nodes replaced; what does not depend on them is shared, not copied."""
    new = dict(given)
    for node in reachable(outputs, stop=given):
        if node in new:
            continue
        inputs = [new.get(each, each) for each in node.inputs]
        if any(a is not b for a, b in zip(inputs, node.inputs, strict=True)):
            new[node] = remake(node.op.name, *inputs, name=node.name, scope=node.scope, where=node.where, **node.params)
    return tuple(new.get(output, output) for output in outputs)


def _structure(graph: Graph) -> Hashable:
    """All that makes two graphs the same computation: not names, scopes or lines of code."""
    position = {node: i for i, node in enumerate(_canonical(graph))}
    arguments = set(graph.inputs)
    rows = tuple(
        (
            node.op.name,
            () if node in arguments else tuple(position[each] for each in node.inputs),
            frozen_params(node),
            node.shape,
            node.dtype,
        )
        for node in position
    )
    guards = tuple((position[guard.node], guard.value) for guard in graph.guards)
    ends = tuple(tuple(position[node] for node in nodes) for nodes in (graph.inputs, graph.outputs))
    return rows, ends, guards


def _canonical(graph: Graph) -> list[Node]:
    """The nodes in an order that depends on the structure alone: depth first from inputs, outputs, guards."""
    order: dict[Node, None] = dict.fromkeys(graph.inputs)
    for root in [*graph.outputs, *(guard.node for guard in graph.guards)]:
        waiting = [root]
        while waiting:
            node = waiting[-1]
            missing = [each for each in reversed(node.inputs) if each not in order] if node not in order else []
            if missing:
                waiting.extend(missing)
            else:
                order.setdefault(waiting.pop())
    return list(order)


def frozen_params(node: Node) -> Hashable:
    """The params of a node as a value that can be compared and hashed; arrays by their bits."""
    return tuple((key, _frozen_value(value)) for key, value in sorted(node.params.items()))


def _frozen_value(value: Any) -> Hashable:
    return (value.dtype.str, value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value
