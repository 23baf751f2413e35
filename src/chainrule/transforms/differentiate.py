"""Differentiation of a graph: one backward sweep, one forward sweep; both write nodes, so they can be applied again.

The rules are the tables of ``derivatives.py``. What is mechanical is done here, once: which nodes matter, sums
over several uses,
undoing of broadcasting, dtypes, and structural zeros.

**Structural zeros.** Where ``where`` or ``maximum`` chose the other branch, no gradient flows; that is a zero of
another kind than 0 times
a local gradient, which is NaN when the local gradient is infinite. An upstream gradient therefore carries a
``mask``: False where it is
structurally zero. It is carried only as far as there are operations below whose local gradient can be infinite
(``Op.singular``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from chainrule.errors import DifferentiationError
from chainrule.graph import Graph, Node, constant, input_node, make
from chainrule.graph.expressions import astype, broadcast_to, not_equal, reshape, sum_to_shape, where, zeros_like
from chainrule.transforms.derivatives import LOCAL, PULLBACKS, ROUTES, TRANSPOSES

__all__ = [
    "BackwardSweep",
    "Edge",
    "Upstream",
    "backward",
    "differentiable",
    "forward",
    "gradient_graph",
    "real",
    "scalar_output",
]


@dataclass(frozen=True)
class Upstream:
    """An upstream gradient, and where it is not structurally zero (None: everywhere)."""

    value: Node
    mask: Node | None = None


@dataclass(frozen=True)
class Edge:
    """What flows back from one node to one of its inputs.

    Attributes:
        local: the local gradient of an elementwise operation or reduction (None where it is a matrix or tensor).
        downstream: upstream gradient x local gradient, in the input's shape.
    """

    local: Node | None
    downstream: Node


@dataclass
class BackwardSweep:
    """All that one backward sweep finds, as nodes.

    Attributes:
        upstream: for each node between the outputs and ``wrt`` its whole upstream gradient, summed over its uses.
        edges: for each use, as (node, position of the input), what flows back along it.
    """

    upstream: dict[Node, Node] = field(default_factory=dict)
    edges: dict[tuple[Node, int], Edge] = field(default_factory=dict)

    def gradient(self, node: Node) -> Node:
        """The gradient by a node; zeros where the outputs do not depend on it."""
        return self.upstream.get(node) or zeros_like(node)


def differentiable(node: Node) -> bool:
    """Can a gradient flow through this node's value?"""
    return node.dtype.kind == "f"


def backward(graph: Graph, seeds: Sequence[Node], wrt: Iterable[Node]) -> BackwardSweep:
    """Sweep backward from the outputs, given their upstream gradients, to the nodes in ``wrt``."""
    region = _Region(graph, wrt)
    waiting: dict[Node, list[Upstream]] = {}
    for output, seed in zip(graph.outputs, seeds, strict=True):
        waiting.setdefault(output, []).append(Upstream(seed))
    sweep = BackwardSweep()
    for node in reversed(graph.nodes):
        if node not in waiting or node not in region.active:
            continue
        upstream = _summed(waiting.pop(node))
        sweep.upstream[node] = upstream.value
        for i, source in region.active_inputs(node):
            edge, down = _flow_back(node, i, upstream, region)
            sweep.edges[node, i] = edge
            waiting.setdefault(source, []).append(down)
    return sweep


def forward(graph: Graph, tangents: Mapping[Node, Node]) -> tuple[Node, ...]:
    """Sweep forward: return the tangents of the outputs, given those of some inputs."""
    region = _Region(graph, tangents)
    found = dict(tangents)
    for node in graph.nodes:
        if node in found or node not in region.active:
            continue
        parts = [_flow_forward(node, i, found[source]) for i, source in region.active_inputs(node) if source in found]
        if parts:
            found[node] = _added(parts)
    return tuple(found.get(output) or zeros_like(output) for output in graph.outputs)


def gradient_graph(graph: Graph, wrt: Sequence[Node]) -> Graph:
    """Return the graph of the gradients of a graph's one scalar output by some of its inputs.

    Raises:
        DifferentiationError: the output is not one real number, or an input is not real.
    """
    output = scalar_output(graph)
    sweep = backward(graph, [constant(1, output.dtype)], [real(node) for node in wrt])
    return graph.with_outputs(sweep.gradient(node) for node in wrt)


def scalar_output(graph: Graph) -> Node:
    """The one output of a graph that is to have a gradient."""
    if len(graph.outputs) != 1 or graph.outputs[0].shape != ():
        found = ", ".join(f"{node.dtype}{list(node.shape)}" for node in graph.outputs)
        raise DifferentiationError(
            f"only one number has a gradient, and the function returned {found}; take .sum() or .mean() of it, "
            "or use jacobian, vjp or elementwise_grad"
        )
    if not differentiable(graph.outputs[0]):
        raise DifferentiationError(
            f"the function returned {graph.outputs[0].dtype}, which has no derivative; return a real number"
        )
    return graph.outputs[0]


def real(node: Node) -> Node:
    """The node, if one can differentiate by it."""
    if not differentiable(node):
        raise DifferentiationError(
            f"{node.name or 'the argument'} is {node.dtype} and has no gradient; write {node.name or 'x'}.astype(float)"
        )
    return node


# --- which nodes matter -------------------------------------------------------------------------------------


class _Region:
    """The nodes that depend on ``wrt``, and among them those below which a local gradient can be infinite."""

    def __init__(self, graph: Graph, wrt: Iterable[Node]) -> None:
        self.ends = {node for node in wrt if differentiable(node)}
        self.active: set[Node] = set(self.ends)
        self.sensitive: set[Node] = set()
        self._inputs = set(graph.inputs)
        for node in graph.nodes:
            sources = [source for _, source in self.active_inputs(node)]
            if sources and node not in self.ends and differentiable(node):
                self.active.add(node)
                if node.op.singular or any(source in self.sensitive for source in sources):
                    self.sensitive.add(node)

    def active_inputs(self, node: Node) -> list[tuple[int, Node]]:
        if node in self._inputs or node in self.ends:
            return []
        return [(i, source) for i, source in enumerate(node.inputs) if source in self.active and _has_gradient(node, i)]


def _has_gradient(node: Node, i: int) -> bool:
    rows = LOCAL.get(node.op.name)
    return rows is None or rows[i] is not None


# --- one step back ------------------------------------------------------------------------------------------


def _flow_back(node: Node, i: int, upstream: Upstream, region: _Region) -> tuple[Edge, Upstream]:
    source = node.inputs[i]
    if node.op.name in LOCAL:
        local, down = _elementwise_back(node, i, upstream, source in region.sensitive)
    elif node.op.name in TRANSPOSES and node.op.kind in ("structure", "axis"):
        local, down = None, _linear_back(node, i, upstream, source in region.sensitive)
    else:
        local, down = None, _mixing_back(node, i, upstream, source in region.sensitive)
    value = astype(down.value, source.dtype)
    return Edge(local, value), Upstream(value, down.mask if source in region.sensitive else None)


def _elementwise_back(node: Node, i: int, upstream: Upstream, sensitive: bool) -> tuple[Node, Upstream]:
    """Upstream x local gradient; a reduction's upstream gradient is first copied along the axes that were reduced."""
    source = node.inputs[i]
    g, mask, out = upstream.value, upstream.mask, node
    if node.op.kind == "reduction":
        g, out = _kept(node, g), _kept(node, node)
        mask = None if mask is None else _kept(node, mask)
    local, route = _rules(node, i, out)
    shape = np.broadcast_shapes(g.shape, source.shape)
    down = broadcast_to(_times(g, local), shape)
    if route is not None:
        down = where(route, down, 0)
        mask = _both(mask, route) if sensitive else None
    elif mask is not None and node.op.singular:
        down = where(mask, down, 0)
    mask = None if mask is None else _any_to_shape(broadcast_to(mask, shape), source.shape)
    return _shown_local(node, local, route), Upstream(sum_to_shape(down, source.shape), mask)


def _rules(node: Node, i: int, out: Node) -> tuple[Node | float, Node | None]:
    """The rows of this node: local gradient and route."""
    row, route = LOCAL[node.op.name][i], ROUTES.get(node.op.name, (None,) * 3)[i]
    assert row is not None  # _Region asks only for inputs that have a gradient
    return row(*node.inputs, out), route(*node.inputs, out) if route else None


def _linear_back(node: Node, i: int, upstream: Upstream, sensitive: bool) -> Upstream:
    """Entries only move (or are added up), and the mask moves with them."""
    transposed = TRANSPOSES[node.op.name]
    value = transposed(node, i, upstream.value)
    if upstream.mask is None or not sensitive:
        return Upstream(value)
    return Upstream(value, not_equal(transposed(node, i, astype(upstream.mask, node.dtype)), 0))


def _mixing_back(node: Node, i: int, upstream: Upstream, sensitive: bool) -> Upstream:
    """Entries are mixed: the downstream gradient is structurally zero where the whole upstream gradient is."""
    rule = TRANSPOSES.get(node.op.name) or PULLBACKS[node.op.name]
    value = rule(node, i, upstream.value)
    if upstream.mask is None or not sensitive:
        return Upstream(value)
    alive = make("any", upstream.mask, axes=tuple(range(upstream.mask.ndim)), keepdims=False)
    return Upstream(where(alive, value, 0), broadcast_to(alive, value.shape))


def _summed(parts: list[Upstream]) -> Upstream:
    """The whole upstream gradient of a node: the sum over its uses."""
    masks = [part.mask for part in parts if part.mask is not None]
    mask = None
    if len(masks) == len(parts):
        mask = masks[0]
        for each in masks[1:]:
            mask = mask | each
    return Upstream(_added([part.value for part in parts]), mask)


# --- one step forward ---------------------------------------------------------------------------------------


def _flow_forward(node: Node, i: int, tangent: Node) -> Node:
    """What one input's tangent adds to the tangent of the node."""
    if node.op.name in LOCAL:
        return _elementwise_forward(node, i, tangent)
    if node.op.name in TRANSPOSES:
        return make(node.op.name, *_with_tangent(node, i, tangent), **node.params)
    return _transposed_pullback(node, i, tangent)


def _elementwise_forward(node: Node, i: int, tangent: Node) -> Node:
    reduction = node.op.kind == "reduction"
    local, route = _rules(node, i, _kept(node, node) if reduction else node)
    moved = _times(tangent, local)
    if route is not None:
        moved = where(route, moved, 0)
    if reduction:
        moved = make("sum", broadcast_to(moved, node.inputs[i].shape), **node.params)
    return astype(broadcast_to(moved, node.shape), node.dtype)


def _with_tangent(node: Node, i: int, tangent: Node) -> list[Node]:
    """The inputs, input i replaced by its tangent, and by zeros those that the operation is jointly linear in."""
    jointly = {"index_set": 2, "index_add": 2, "concatenate": len(node.inputs)}.get(node.op.name, 0)
    return [tangent if k == i else zeros_like(each) if k < jointly else each for k, each in enumerate(node.inputs)]


def _transposed_pullback(node: Node, i: int, tangent: Node) -> Node:
    """A pullback is linear in its upstream gradient, so its own transpose takes tangents forward."""
    g = input_node("g", node.shape, node.dtype)
    pullback = PULLBACKS[node.op.name](node, i, g)
    return backward(Graph((g,), (pullback,)), [tangent], [g]).gradient(g)


# --- small things -------------------------------------------------------------------------------------------


def _times(g: Node, local: Node | float) -> Node:
    """Upstream x local gradient, without multiplying by 1."""
    if isinstance(local, Node):
        return g * astype(local, g.dtype)
    return g if local == 1 else -g if local == -1 else g * local


def _shown_local(node: Node, local: Node | float, route: Node | None) -> Node:
    """The local gradient as a node, for those who want to see it."""
    value = local if isinstance(local, Node) else constant(local, node.dtype)
    return value if route is None else where(route, value, 0)


def _kept(node: Node, value: Node) -> Node:
    """A value in the shape of a reduction's result, with the reduced axes kept."""
    if node.params["keepdims"]:
        return value
    shape = tuple(1 if axis in node.params["axes"] else n for axis, n in enumerate(node.inputs[0].shape))
    return reshape(value, shape)


def _added(parts: list[Node]) -> Node:
    result = parts[0]
    for part in parts[1:]:
        result = result + part
    return result


def _both(mask: Node | None, route: Node) -> Node:
    return route if mask is None else mask & route


def _any_to_shape(mask: Node, shape: tuple[int, ...]) -> Node:
    """``sum_to_shape`` for masks: alive if one of the copies is."""
    if mask.shape == shape:
        return mask
    return not_equal(sum_to_shape(astype(mask, np.dtype(np.int64)), shape), 0)
