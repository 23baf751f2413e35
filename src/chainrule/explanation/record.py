"""Record one run: every value, every upstream gradient, and what flows along every wire.

All of it is written as nodes of one graph first, by the backward sweep, and then computed in one run.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

from chainrule.execute.interpret import Program
from chainrule.explanation.accuracy import right_bits
from chainrule.explanation.gates import Circuit, Wire
from chainrule.graph import Graph, Node, constant, input_node, make
from chainrule.graph.expressions import full_like
from chainrule.graph.graph import substitute
from chainrule.transforms.differentiate import BackwardSweep, backward, differentiable

__all__ = ["Flow", "Record", "record"]


@dataclass(frozen=True)
class Flow:
    """What one wire carries back.

    Attributes:
        local: the derivative of the gate's value by this input, entry by entry; None where that is a matrix, or
            where no gradient flows.
        downstream: upstream gradient times local gradient; None where no gradient flows.
        right: how many bits of the latter are right, if a referee was asked.
    """

    local: Any
    downstream: Any
    right: int | None = None


@dataclass(frozen=True)
class Record:
    """The numbers of one run.

    Attributes:
        values: of every node.
        upstream: the whole upstream gradient of every node that the gradient reaches.
        flows: what flows back along the wires that feed an operation.
        gradients: of every real input; zeros where the output does not depend on it.
        right: if a referee was asked, the right bits of the value of every node with real numbers.
        right_upstream: likewise of the upstream gradients, those of the inputs included.
    """

    values: Mapping[Node, Any]
    upstream: Mapping[Node, Any]
    flows: Mapping[Wire, Flow]
    gradients: Mapping[Node, Any]
    right: Mapping[Node, int] = field(default_factory=dict)
    right_upstream: Mapping[Node, int] = field(default_factory=dict)


def record(circuit: Circuit, arguments: Sequence[Any], *, referee: bool = False) -> Record:
    """Run a circuit forward and backward on its arguments; a referee says how many bits are right."""
    graph = circuit.graph
    wrt = [node for node in graph.inputs if differentiable(node)]
    sweep = backward(graph, [constant(1, graph.outputs[0].dtype)], wrt)
    flows = {wire: _flow(wire, sweep) for wire in circuit.wires if wire.uses}
    gradients = {node: sweep.gradient(node) for node in wrt}
    parts = [part for flow in flows.values() for part in (flow.local, flow.downstream) if part is not None]
    wanted = [*graph.nodes, *sweep.upstream.values(), *parts, *gradients.values()]
    whole = Graph(graph.inputs, tuple(wanted))
    values = Program(whole).run_all(arguments)
    right = right_bits(whole, arguments, values.__getitem__) if referee else {}
    return Record(
        values={node: values[node] for node in graph.nodes},
        upstream={node: values[g] for node, g in sweep.upstream.items()},
        flows={wire: _computed(flow, values.__getitem__, right) for wire, flow in flows.items()},
        gradients={node: values[g] for node, g in gradients.items()},
        right={node: right[node] for node in graph.nodes if node in right},
        right_upstream={node: right[g] for node, g in {**sweep.upstream, **gradients}.items() if g in right},
    )


def _computed(flow: Flow, value: Callable[[Node], Any], right: Mapping[Node, int]) -> Flow:
    local, downstream = (None if node is None else value(node) for node in (flow.local, flow.downstream))
    return Flow(local, downstream, right.get(flow.downstream))


def _flow(wire: Wire, sweep: BackwardSweep) -> Flow:
    """The nodes of a wire's local and downstream gradient; a function's inside may use the input several times."""
    edges = [sweep.edges[use] for use in wire.uses if use in sweep.edges]
    if not edges:
        return Flow(None, None)
    local = edges[0].local if wire.target.kind == "operation" else None
    return Flow(_local(wire) if local is None else local, reduce(add, [edge.downstream for edge in edges]))


def _local(wire: Wire) -> Node | None:
    """The derivative of a gate as a whole, where it is no matrix: of a number, or of an elementwise function."""
    gate, source = wire.target, wire.node
    elementwise = all(node.op.kind == "elementwise" for node in gate.inside) and gate.node.shape == source.shape
    if gate.node.shape != () and not elementwise:
        return None
    if gate.kind == "function":
        return _derivative(gate.operands, gate.node, source)
    ((node, i),) = wire.uses
    places = tuple(input_node("", each.shape, each.dtype) for each in node.inputs)  # f(x, x) by its first x alone
    alone = make(node.op.name, *places, **node.params)
    given = {alone: node, **dict(zip(places, node.inputs, strict=True))}
    return substitute([_derivative(places, alone, places[i])], given)[0]


def _derivative(inputs: tuple[Node, ...], output: Node, wrt: Node) -> Node:
    return backward(Graph(inputs, (output,)), [full_like(output, 1)], [wrt]).gradient(wrt)
