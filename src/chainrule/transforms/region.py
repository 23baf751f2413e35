"""Which nodes of a graph a derivative has to visit."""

from collections.abc import Iterable

import numpy as np

from chainrule.graph import Graph, Node
from chainrule.transforms.derivatives import LOCAL

__all__ = ["Region", "differentiable", "is_scaling"]


def differentiable(node: Node) -> bool:
    """Can a gradient flow through this node's value?"""
    return node.dtype.kind == "f"


def is_scaling(node: Node) -> bool:
    """Is this a product with, or a quotient by, a number of the code? Its local gradient is finite."""
    if node.op.name not in ("multiply", "divide"):
        return False
    factors = node.inputs if node.op.name == "multiply" else node.inputs[1:]
    return any(_is_finite_number(each) for each in factors)


def _is_finite_number(node: Node) -> bool:
    return node.op.name == "constant" and bool(np.all(np.isfinite(node.params["value"]) & (node.params["value"] != 0)))


class Region:
    """The nodes that depend on ``wrt``.

    Attributes:
        ends: the nodes in ``wrt`` that have a gradient.
        active: all nodes between them and the outputs.
        sensitive: those below which, or at which, a local gradient can be infinite.
    """

    def __init__(self, graph: Graph, wrt: Iterable[Node]) -> None:
        self.ends = {node for node in wrt if differentiable(node)}
        self.active: set[Node] = set(self.ends)
        self.sensitive: set[Node] = set()
        self._inputs = set(graph.inputs)
        for node in graph.nodes:
            sources = [source for _, source in self.active_inputs(node)]
            if sources and node not in self.ends and differentiable(node):
                self.active.add(node)
                singular = node.op.singular and not is_scaling(node)
                if singular or any(source in self.sensitive for source in sources):
                    self.sensitive.add(node)

    def active_inputs(self, node: Node) -> list[tuple[int, Node]]:
        """The inputs through which the node depends on ``wrt``, each with its position."""
        if node in self._inputs or node in self.ends:
            return []
        return [(i, source) for i, source in enumerate(node.inputs) if source in self.active and _has_gradient(node, i)]


def _has_gradient(node: Node, i: int) -> bool:
    rows = LOCAL.get(node.op.name)
    return rows is None or rows[i] is not None
