"""The steps of a run: forward gate by gate in topological order, then backward in the reverse order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from chainrule.explanation.accuracy import Accuracy, accuracy
from chainrule.explanation.gates import Circuit, Gate, Wire
from chainrule.explanation.local_gradients import downstream_formula, local_formula
from chainrule.explanation.notation import UNSET, array_text, bound, number
from chainrule.explanation.record import Flow, Record
from chainrule.explanation.sentences import say
from chainrule.explanation.symbols import formula

__all__ = ["BackwardFlow", "BackwardStep", "ForwardStep", "SeedStep", "Step", "SumStep", "gate_accuracy", "steps"]


@dataclass(frozen=True)
class ForwardStep:
    """A gate computes its value.

    Attributes:
        gate: the gate's id in the scene.
        symbol: what stands in it.
        name: what the value is called.
        formula: how it is computed, by the names of the operands.
        numbers: the same with the operands' values, or "" where those are arrays.
        operands: their values.
        value: the result.
        sentence: all of it in words.
        accuracy: how many bits of the result are right, if a referee was asked.
    """

    phase: Literal["forward"] = field(default="forward", kw_only=True)
    gate: str
    symbol: str
    name: str
    formula: str
    numbers: str
    operands: tuple[Any, ...]
    value: Any
    sentence: str
    accuracy: Accuracy | None = None


@dataclass(frozen=True)
class SeedStep:
    """The backward sweep starts with the gradient of the result by itself, 1."""

    phase: Literal["backward"] = field(default="backward", kw_only=True)
    gate: str
    name: str
    upstream: Any
    sentence: str


@dataclass(frozen=True)
class BackwardFlow:
    """What a gate gives back to one of its inputs.

    Attributes:
        name: the input's name.
        local: the local gradient; None where it is a matrix.
        formula: the local gradient as a formula (of the downstream gradient, where it is a matrix); "" where there
            is no short one.
        downstream: upstream gradient x local gradient; None where no gradient flows.
        accuracy: how many bits of it are right, if a referee was asked.
    """

    name: str
    local: Any
    formula: str
    downstream: Any
    accuracy: Accuracy | None = None


@dataclass(frozen=True)
class BackwardStep:
    """A gate takes its upstream gradient times its local gradients.

    Attributes:
        gate, symbol, name: as in the forward step.
        pattern: what the gate does to gradients, or "".
        upstream: the gradient of the result by the gate's value.
        flows: one for each input.
        sentence: all of it in words.
    """

    phase: Literal["backward"] = field(default="backward", kw_only=True)
    gate: str
    symbol: str
    name: str
    pattern: str
    upstream: Any
    flows: tuple[BackwardFlow, ...]
    sentence: str


@dataclass(frozen=True)
class SumStep:
    """A value that is used several times adds up the gradients of its uses.

    Attributes:
        gate: the id of the copy gate.
        name: of the value.
        pattern: "gradient adder".
        parts: the gradients that come back, one for each use; None from a use that gives none, such as a comparison.
        total: their sum.
        sentence: all of it in words.
    """

    phase: Literal["backward"] = field(default="backward", kw_only=True)
    gate: str
    name: str
    pattern: str
    parts: tuple[Any, ...]
    total: Any
    sentence: str


Step = ForwardStep | SeedStep | BackwardStep | SumStep


def steps(circuit: Circuit, record: Record) -> tuple[Step, ...]:
    """Return all steps of a recorded run."""
    forward = [_forward(gate, circuit, record) for gate in circuit.gates if gate.inside]
    return (*forward, *_backward_steps(circuit, record))


# --- forward ------------------------------------------------------------------------------------------------


def _forward(gate: Gate, circuit: Circuit, record: Record) -> ForwardStep:
    name, value = circuit.name(gate.node), record.values[gate.node]
    operands = tuple(record.values[node] for node in gate.operands)
    written = _formula(gate, [circuit.name(node) for node in gate.operands])
    scalar = all(np.ndim(each) == 0 for each in operands)
    numbers = _formula(gate, [array_text(each) for each in operands]) if scalar else ""
    shown = "forward" if scalar else "forward without numbers"
    sentence = say(shown, name=name, formula=written, numbers=numbers, value=array_text(value))
    right = gate_accuracy(gate, record)
    return ForwardStep(gate.id, gate.symbol, name, written, numbers, operands, value, sentence, right)


def gate_accuracy(gate: Gate, record: Record) -> Accuracy | None:
    """How many bits of what a gate computes are right; None if no referee was asked."""
    if gate.node not in record.right:
        return None
    came_in = [record.right[node] for node in gate.operands if node in record.right]
    return accuracy(record.right[gate.node], gate.node.dtype, came_in)


def _formula(gate: Gate, operands: list[str]) -> str:
    return f"{gate.symbol}({', '.join(operands)})" if gate.kind == "function" else formula(gate.node, operands)


# --- backward -----------------------------------------------------------------------------------------------


def _backward_steps(circuit: Circuit, record: Record) -> Iterator[Step]:
    for gate in reversed(circuit.gates):
        if gate.node not in record.upstream:
            continue
        if gate.kind == "output":
            yield _seed(gate, circuit, record)
        elif gate.kind == "copy":
            yield _sum(gate, circuit, record)
        elif gate.inside:
            yield _backward(gate, circuit, record)


def _seed(gate: Gate, circuit: Circuit, record: Record) -> SeedStep:
    name, upstream = circuit.name(gate.node), record.upstream[gate.node]
    return SeedStep(gate.id, name, upstream, say("seed", name=name, upstream=number(upstream)))


def _backward(gate: Gate, circuit: Circuit, record: Record) -> BackwardStep:
    upstream = record.upstream[gate.node]
    wires = circuit.into(gate)
    flows = tuple(_flow(wire, circuit, record) for wire in wires)
    told = [_told(flow, upstream, np.shape(record.values[w.node])) for flow, w in zip(flows, wires, strict=True)]
    pattern = say("pattern", pattern=gate.pattern) if gate.pattern else ""
    sentence = say("gate", symbol=gate.symbol, pattern=pattern, flows=say("and").join(told))
    name = circuit.name(gate.node)
    return BackwardStep(gate.id, gate.symbol, name, gate.pattern, upstream, flows, sentence)


def _flow(wire: Wire, circuit: Circuit, record: Record) -> BackwardFlow:
    flow = record.flows[wire]
    right = None
    if flow.right is not None:
        right = accuracy(flow.right, wire.node.dtype, [record.right_upstream[wire.target.node]])
    return BackwardFlow(circuit.name(wire.node), flow.local, _flow_formula(wire, flow, circuit), flow.downstream, right)


def _flow_formula(wire: Wire, flow: Flow, circuit: Circuit) -> str:
    if wire.target.kind != "operation" or flow.downstream is None:
        return ""
    ((node, i),) = wire.uses
    operands = [circuit.name(each) for each in node.inputs]
    if flow.local is None:
        return downstream_formula(node, i, operands)
    return local_formula(node, i, operands, circuit.name(node))


def _told(flow: BackwardFlow, upstream: Any, shape: tuple[int, ...]) -> str:
    if flow.downstream is None:
        return say("no flow", name=flow.name)
    words = {"upstream": array_text(upstream), "downstream": array_text(flow.downstream), "name": flow.name}
    if flow.local is None:
        return say("matrix flow by formula" if flow.formula else "matrix flow", formula=flow.formula, **words)
    digits = array_text(flow.local)
    local = digits if flow.formula in ("", digits) else say("equals", formula=flow.formula, number=digits)
    told = say("flow", local=local, **words)
    grown = np.ndim(upstream) > len(shape) or np.size(upstream) > np.prod(shape, dtype=int)
    return say("summed", flow=told) if grown else told


def _sum(gate: Gate, circuit: Circuit, record: Record) -> SumStep:
    name, total = circuit.name(gate.node), record.upstream[gate.node]
    parts = tuple(record.flows[wire].downstream for wire in circuit.out_of(gate))
    texts = [UNSET if part is None else array_text(part) for part in parts]
    digits = " + ".join([texts[0], *(bound(each) for each in texts[1:])])
    times = say("twice") if len(parts) == 2 else say("times", count=str(len(parts)))
    sentence = say("sum", name=name, times=times, parts=digits, total=array_text(total))
    return SumStep(gate.id, name, gate.pattern, parts, total, sentence)
