"""Differentiation of a graph: one backward sweep, one forward sweep; both write nodes, so they can be applied again.

The rules are the tables of ``derivatives.py`` and ``pullbacks.py``. What is mechanical is done here, once: which nodes
matter (``region.py``), sums over several uses (``sums.py``), undoing of broadcasting, dtypes, and structural zeros
(``masks.py``).

Where ``where`` or ``maximum`` chose the other branch, where indexing left an entry out or an assignment overwrote it,
no gradient flows; that is a zero of another kind than 0 times a local gradient, which is NaN when the local gradient
is infinite. An upstream gradient therefore carries a mask. It is carried only as far as there are operations below
whose local gradient can be infinite (``Op.singular``), and there the product with the local gradient is masked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from chainrule.errors import DifferentiationError
from chainrule.graph import Graph, Node, constant, input_node, make
from chainrule.graph.expressions import (
    astype,
    broadcast_to,
    not_equal,
    reduced_axes_kept,
    sum_to_shape,
    where,
    zeros_like,
)
from chainrule.transforms.derivatives import LOCAL, ROUTES
from chainrule.transforms.masks import any_to_shape, both, mask_back, without_dead_entries
from chainrule.transforms.pullbacks import PULLBACKS, TRANSPOSES
from chainrule.transforms.region import Region, differentiable, is_scaling
from chainrule.transforms.sums import added, united

__all__ = [
    "BackwardSweep",
    "Edge",
    "Upstream",
    "backward",
    "differentiable",
    "forward",
    "gradient_graph",
    "real",
    "real_output",
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


def backward(
    graph: Graph, seeds: Sequence[Node], wrt: Iterable[Node], *, zeros_are_structural: bool = False
) -> BackwardSweep:
    """Sweep backward from the outputs, given their upstream gradients, to the nodes in ``wrt``.

    Args:
        graph: what to differentiate.
        seeds: the upstream gradient of each output.
        wrt: inputs, or nodes in between.
        zeros_are_structural: an entry of an output whose seed is 0 is not asked for at all; such seeds pick rows of a
            Jacobian.
    """
    region = Region(graph, wrt)
    waiting: dict[Node, list[Upstream]] = {}
    for output, seed in zip(graph.outputs, seeds, strict=True):
        mask = not_equal(seed, 0) if zeros_are_structural and output in region.sensitive else None
        waiting.setdefault(output, []).append(Upstream(seed, mask))
    sweep = BackwardSweep()
    for node in reversed(graph.nodes):
        if node not in waiting or node not in region.active:
            continue
        upstream = _summed(waiting.pop(node))
        sweep.upstream[node] = upstream.value
        for i, source in region.active_inputs(node):
            sweep.edges[node, i], mask = _flow_back(node, i, upstream, source in region.sensitive)
            waiting.setdefault(source, []).append(Upstream(sweep.edges[node, i].downstream, mask))
    return sweep


def forward(graph: Graph, tangents: Mapping[Node, Node]) -> tuple[Node, ...]:
    """Sweep forward: return the tangents of the outputs, given those of some inputs."""
    region = Region(graph, tangents)
    found = dict(tangents)
    for node in graph.nodes:
        if node in found or node not in region.active:
            continue
        moving = {i: found[source] for i, source in region.active_inputs(node) if source in found}
        if moving:
            found[node] = _tangent(node, moving)
    return tuple(found.get(output) or zeros_like(output) for output in graph.outputs)


def gradient_graph(graph: Graph, wrt: Sequence[Node]) -> Graph:
    """Return the graph of the gradients of a graph's one scalar output by some of its inputs.

    Raises:
        DifferentiationError: the output is not one real number, or an input is not real.
    """
    inputs = [real(node) for node in wrt]
    sweep = backward(graph, [constant(1, scalar_output(graph).dtype)], inputs)
    return graph.with_outputs(sweep.gradient(node) for node in wrt)


def scalar_output(graph: Graph) -> Node:
    """The one output of a graph that is to have a gradient."""
    if not graph.outputs:
        raise DifferentiationError(
            "only one number has a gradient, and the function returned nothing; end it with return, such as "
            "return np.sum(y)"
        )
    if len(graph.outputs) != 1 or graph.outputs[0].shape != ():
        found = ", ".join(f"{node.dtype}{list(node.shape)}" for node in graph.outputs)
        raise DifferentiationError(
            f"only one number has a gradient, and the function returned {found}; take .sum() or .mean() of it, "
            "or use jacobian, vjp or elementwise_grad"
        )
    return real_output(graph.outputs[0], graph)


def real_output(output: Node, graph: Graph) -> Node:
    """The output of a graph, if it has a derivative; an integer one of integer inputs is the fault of an input."""
    if not differentiable(output):
        if output.dtype.kind in "iu":
            for node in graph.inputs:
                real(node)
        raise DifferentiationError(
            f"the function returned {output.dtype}, which has no derivative; return a real number"
        )
    return output


def real(node: Node) -> Node:
    """The node, if one can differentiate by it."""
    if not differentiable(node):
        raise DifferentiationError(
            f"{node.name or 'the argument'} is {node.dtype} and has no gradient; write {node.name or 'x'}.astype(float)"
        )
    return node


# --- one step back ------------------------------------------------------------------------------------------


def _flow_back(node: Node, i: int, upstream: Upstream, sensitive: bool) -> tuple[Edge, Node | None]:
    """What flows back to input i, and where it flows at all (None unless the input is sensitive to it)."""
    local: Node | None = None
    if node.op.name in LOCAL:
        local, value, mask = _elementwise_back(node, i, upstream, sensitive)
    elif node.op.kind == "structure":
        value = TRANSPOSES[node.op.name](node, i, upstream.value)
        mask = mask_back(node, i, upstream.mask) if sensitive else None
    else:
        value, mask = _mixing_back(node, i, upstream)
    return Edge(local, astype(value, node.inputs[i].dtype)), mask if sensitive else None


def _elementwise_back(node: Node, i: int, upstream: Upstream, sensitive: bool) -> tuple[Node, Node, Node | None]:
    """Upstream x local gradient; a reduction's upstream gradient is first copied along the axes that were reduced."""
    source = node.inputs[i]
    g, mask, out = upstream.value, upstream.mask, node
    if node.op.kind == "reduction":
        g, out = reduced_axes_kept(node, g), reduced_axes_kept(node, node)
        mask = None if mask is None else reduced_axes_kept(node, mask)
    local, route = _rules(node, i, out)
    flows = both(mask, route)
    shape = np.broadcast_shapes(g.shape, source.shape)
    down = broadcast_to(_times(g, local), shape)
    if flows is not None and (route is not None or (isinstance(local, Node) and not is_scaling(node))):
        down = where(flows, down, 0)
    reached = any_to_shape(broadcast_to(flows, shape), source.shape) if flows is not None and sensitive else None
    return _shown_local(node, local, route), sum_to_shape(down, source.shape), reached


def _rules(node: Node, i: int, out: Node) -> tuple[Node | float, Node | None]:
    """The rows of this node: local gradient and route."""
    row, route = LOCAL[node.op.name][i], ROUTES.get(node.op.name, (None,) * 3)[i]
    assert row is not None  # Region asks only for inputs that have a gradient
    return row(*node.inputs, out), route(*node.inputs, out) if route else None


def _mixing_back(node: Node, i: int, upstream: Upstream) -> tuple[Node, Node | None]:
    """Entries are mixed; what no living entry depends on gets 0."""
    rule = TRANSPOSES.get(node.op.name) or PULLBACKS[node.op.name]
    mask = mask_back(node, i, upstream.mask)
    if mask is None or upstream.mask is None:
        return rule(node, i, upstream.value), None
    return where(mask, rule(without_dead_entries(node, upstream.mask), i, upstream.value), 0), mask


def _summed(parts: list[Upstream]) -> Upstream:
    """The whole upstream gradient of a node: the sum over its uses."""
    masks = [part.mask for part in parts if part.mask is not None]
    return Upstream(added([part.value for part in parts]), united(masks) if len(masks) == len(parts) else None)


# --- one step forward ---------------------------------------------------------------------------------------


_ENTRIES = {"index": 1, "index_set": 2, "index_add": 2}  # the first inputs hold entries, the further ones indices


def _tangent(node: Node, moving: Mapping[int, Node]) -> Node:
    """The tangent of a node, given those of some of its inputs by their positions."""
    if node.op.kind == "structure":  # linear in all entries at once
        indices = node.inputs[_ENTRIES.get(node.op.name, len(node.inputs)) :]
        entries = node.inputs[: len(node.inputs) - len(indices)]
        return _same_op(node, [*map(zeros_like, entries), *indices], moving)
    if node.op.name in TRANSPOSES:  # linear in each input
        return added([_same_op(node, node.inputs, {i: tangent}) for i, tangent in moving.items()])
    rule = _elementwise_forward if node.op.name in LOCAL else _transposed_pullback
    return added([rule(node, i, tangent) for i, tangent in moving.items()])


def _same_op(node: Node, others: Sequence[Node], moving: Mapping[int, Node]) -> Node:
    """The operation of the node, applied to tangents where there are some."""
    return make(node.op.name, *(moving.get(i, each) for i, each in enumerate(others)), **node.params)


def _elementwise_forward(node: Node, i: int, tangent: Node) -> Node:
    reduction = node.op.kind == "reduction"
    local, route = _rules(node, i, reduced_axes_kept(node, node) if reduction else node)
    moved = _times(tangent, local)
    if route is not None:
        moved = where(route, moved, 0)
    if reduction:
        moved = make("sum", broadcast_to(moved, node.inputs[i].shape), **node.params)
    return astype(broadcast_to(moved, node.shape), node.dtype)


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
