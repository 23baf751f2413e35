"""From a graph to the circuit that a reader sees: constants are folded, calls of our functions drawn together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule import functions
from chainrule.execute.interpret import interpret
from chainrule.explanation.gates import PATTERNS, Circuit, Gate, Kind, Use, Wire
from chainrule.explanation.names import name_values
from chainrule.explanation.symbols import symbol
from chainrule.graph import Graph, Node, Scope

__all__ = ["circuit"]

_NEEDS_TWO = ("add", "multiply")  # with a constant operand there is nothing to distribute or to swap


def circuit(graph: Graph, result_name: str = "f", *, grouped: bool = True) -> Circuit:
    """Return the circuit of a graph with one output.

    Args:
        graph: without decisions.
        result_name: what the output is called if it has no name.
        grouped: draw a call of one of our functions as one gate.
    """
    constants = _constants(graph)
    plans = _plans(graph, constants, _calls(graph, constants) if grouped else {})
    named = dict.fromkeys(plan.node for plan in plans if plan.kind != "constant")
    names = name_values(named, graph.outputs[0], result_name)
    gates, wires = _connected(plans, names, constants)
    return Circuit(graph, gates, wires, names, constants)


# --- what does not depend on the inputs ---------------------------------------------------------------------


def _constants(graph: Graph) -> Mapping[Node, Any]:
    varying = set(graph.inputs)
    for node in graph.nodes:
        if any(each in varying for each in node.inputs):
            varying.add(node)
    fixed = [node for node in graph.nodes if node not in varying]
    return dict(zip(fixed, interpret(Graph((), tuple(fixed)), []), strict=True))


def _same_number(value: Any) -> float | None:
    """The number that stands in every entry, if it is the same."""
    array = np.asarray(value)
    return array.flat[0] if array.size and np.all(array == array.flat[0]) else None


# --- what becomes a gate ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Plan:
    """A gate to be, with the uses that each operand has in it."""

    kind: Kind
    node: Node
    symbol: str
    inside: tuple[Node, ...] = ()
    operands: tuple[Node, ...] = ()
    arriving: tuple[tuple[Node, tuple[Use, ...]], ...] = ()  # operands that come along a wire


def _plans(graph: Graph, constants: Mapping[Node, Any], calls: Mapping[Node, "_Call"]) -> list[_Plan]:
    hidden = {member for call in calls.values() for member in call.inside} - calls.keys()
    folded = {node: _same_number(value) for node, value in constants.items()}
    plans = [_Plan("input", node, "") for node in graph.inputs]
    for node in graph.nodes:
        if node in calls:
            plans.append(_function(node, calls[node], folded))
        elif node not in hidden and node not in graph.inputs and node not in constants:
            plans.append(_operation(node, folded))
    (output,) = graph.outputs
    plans.append(_Plan("output", output, "", arriving=((output, ()),)))
    sources = dict.fromkeys(each for plan in plans for each, _ in plan.arriving if each in constants)
    return [*(_Plan("constant", node, "const") for node in sources), *plans]


def _operation(node: Node, folded: Mapping[Node, float | None]) -> _Plan:
    text = symbol(node, [folded.get(each) for each in node.inputs])
    arriving = tuple((each, ((node, i),)) for i, each in enumerate(node.inputs) if folded.get(each) is None)
    return _Plan("operation", node, text, (node,), node.inputs, arriving)


def _function(node: Node, call: "_Call", folded: Mapping[Node, float | None]) -> _Plan:
    arriving: dict[Node, list[Use]] = {}
    for member in call.inside:
        for i, each in enumerate(member.inputs):
            if each not in call.inside and not _written_in(each, folded):
                arriving.setdefault(each, []).append((member, i))
    uses = tuple((each, tuple(places)) for each, places in arriving.items())
    return _Plan("function", node, call.name, tuple(call.inside), tuple(arriving), uses)


def _written_in(node: Node, folded: Mapping[Node, float | None]) -> bool:
    """Is this a constant of the function itself, such as a factor or the numbers of the rows?"""
    return node in folded and (folded[node] is not None or node.dtype.kind != "f")


# --- calls of our functions ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Call:
    """A call of one of our functions that gives one value."""

    name: str
    inside: Mapping[Node, None]  # an ordered set


def _calls(graph: Graph, constants: Mapping[Node, Any]) -> Mapping[Node, _Call]:
    """The node whose value a call gives -> the call."""
    traced: dict[Scope, dict[Node, None]] = {}
    for node in graph.nodes:
        scope = _public_call(node)
        if scope is not None and node not in constants:
            traced.setdefault(scope, {})[node] = None
    uses = graph.uses()
    calls: dict[Node, _Call] = {}
    for scope, inside in traced.items():
        results = [n for n in inside if n in graph.outputs or any(user not in inside for user, _ in uses[n])]
        if len(results) == 1:
            calls[results[0]] = _Call(scope.name, inside)
    return calls


def _public_call(node: Node) -> Scope | None:
    """The outermost call of a function of ``chainrule.functions`` in which a node was traced."""
    scopes = (scope for scope in node.scope if scope.module.startswith(functions.__name__))
    return next((scope for scope in scopes if scope.name in functions.__all__), None)


# --- gates, copies and wires --------------------------------------------------------------------------------


def _connected(
    plans: Sequence[_Plan], names: Mapping[Node, str], constants: Mapping[Node, Any]
) -> tuple[tuple[Gate, ...], tuple[Wire, ...]]:
    uses = Counter(each for plan in plans for each, _ in plan.arriving)
    gates: list[Gate] = []
    wires: list[Wire] = []
    ends: dict[Node, Gate] = {}  # where a value can be had
    for plan in plans:
        gate = _gate(f"g{len(gates)}", plan, names)
        gates.append(gate)
        wires += [Wire(ends[each], gate, places) for each, places in plan.arriving]
        if plan.kind == "output":
            continue
        ends[plan.node] = gate
        if uses[plan.node] > 1:
            copy = Gate(f"g{len(gates)}", "copy", plan.node, "", pattern=PATTERNS["copy"])
            gates.append(copy)
            wires.append(Wire(gate, copy))
            ends[plan.node] = copy
    return tuple(gates), tuple(wires)


def _gate(id: str, plan: _Plan, names: Mapping[Node, str]) -> Gate:
    text = plan.symbol or names.get(plan.node, "")
    return Gate(id, plan.kind, plan.node, text, plan.inside, plan.operands, _pattern(plan))


def _pattern(plan: _Plan) -> str:
    op = plan.node.op.name
    if plan.kind != "operation" or (op in _NEEDS_TWO and len(plan.arriving) < 2):
        return ""
    return PATTERNS.get(op, "")
