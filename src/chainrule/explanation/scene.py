"""The scene: all that a painter needs to draw a recorded circuit, as plain numbers and texts, ready for JSON.

A painter draws each gate at its place, each edge along its points (with an S-curve between two points of different
height), the value above an edge's label point and the gradient below it.
"""

from typing import Any

from chainrule.explanation.gates import Circuit, Gate, Wire
from chainrule.explanation.layout import Box, Link, Point, layout
from chainrule.explanation.notation import UNSET, columns, plain, short
from chainrule.explanation.record import Record
from chainrule.explanation.steps import gate_accuracy

__all__ = ["scene"]

_LISTED = 100  # entries of an array that the scene lists; of a larger one it has a summary
_MARGIN = 24
_ROUND = 40  # diameter of a gate
_DOT = 8  # of a copy gate
_CHARACTER = 8.5  # width of a Latin one
_GAP = 10  # between a name and the edge
_PADDING = 20  # around a label on its edge
_NARROW = 3  # characters that fit into a circle


def scene(circuit: Circuit, record: Record) -> dict[str, Any]:
    """Return the scene: ``width``, ``height``, ``gates`` and ``edges``; a gradient that is unset is None."""
    edges = [_edge(wire, circuit, record) for wire in circuit.wires]
    position = {gate: i for i, gate in enumerate(circuit.gates)}
    runs = [_width(_named(edge), edge["gradient_label"]) + _PADDING for edge in edges]
    links = [
        Link(position[wire.source], position[wire.target], run if wire.source.kind == "copy" else 0)
        for wire, run in zip(circuit.wires, runs, strict=True)
    ]
    own = {link.source: run for link, run in zip(links, runs, strict=True) if not link.run}
    boxes = [_box(gate, circuit, own.get(i, 0)) for i, gate in enumerate(circuit.gates)]
    placed = layout(boxes, links)
    gates = [_gate(gate, circuit, record) for gate in circuit.gates]
    for gate, box, center in zip(gates, boxes, placed.centers, strict=True):
        x, y = _shifted(center)
        gate.update(x=x, y=y, width=box.width, height=box.height)
    for edge, route, label in zip(edges, placed.routes, placed.labels, strict=True):
        x, y = _shifted(label)
        edge.update(x=x, y=y, points=[_shifted(point) for point in route])
    width, height = (round(size + 2 * _MARGIN, 1) for size in (placed.width, placed.height))
    return {"width": width, "height": height, "gates": gates, "edges": edges}


def _shifted(point: Point) -> list[float]:
    return [round(place + _MARGIN, 1) for place in point]


# --- what is drawn ------------------------------------------------------------------------------------------


def _gate(gate: Gate, circuit: Circuit, record: Record) -> dict[str, Any]:
    return {
        "id": gate.id,
        "kind": gate.kind,
        "symbol": _symbol(gate, circuit),
        "name": circuit.name(gate.node),
        "pattern": gate.pattern,
        "where": str(gate.node.where or ""),
        "value": plain(record.values[gate.node], _LISTED),
        "gradient": plain(record.upstream.get(gate.node), _LISTED),
        **_accuracy(gate, record),
    }


def _accuracy(gate: Gate, record: Record) -> dict[str, Any]:
    """The right bits of what an operation computes, if a referee was asked."""
    found = gate_accuracy(gate, record) if gate.inside else None
    return {} if found is None else {"right": found.right, "of": found.of, "lost": found.lost, "is_loss": found.is_loss}


def _edge(wire: Wire, circuit: Circuit, record: Record) -> dict[str, Any]:
    value = record.values[wire.node]
    flow = record.flows.get(wire)
    branch = wire.source.kind == "copy"
    gradient = flow.downstream if branch and flow else record.upstream.get(wire.node)
    return {
        "source": wire.source.id,
        "target": wire.target.id,
        "into_copy": wire.target.kind == "copy",
        "value": plain(value, _LISTED),
        "local": plain(flow.local if flow else None, _LISTED),
        "gradient": plain(gradient, _LISTED),
        "name": wire.node.name if wire.source.inside else "",
        "value_label": short(value),
        "gradient_label": UNSET if gradient is None else short(gradient),
    }


def _symbol(gate: Gate, circuit: Circuit) -> str:
    unused = gate.kind == "input" and not circuit.out_of(gate)
    return f"{gate.symbol} (not used)" if unused else gate.symbol


# --- sizes --------------------------------------------------------------------------------------------------


def _box(gate: Gate, circuit: Circuit, run: float) -> Box:
    if gate.kind == "copy":
        return Box(_DOT, _DOT)
    text = _width(_symbol(gate, circuit))
    if not gate.inside:
        return Box(text + _GAP, _ROUND / 2, run)
    return Box(_ROUND if len(gate.symbol) <= _NARROW else text + _ROUND / 2, _ROUND, run)


def _named(edge: dict[str, Any]) -> str:
    return f"{edge['name']} = {edge['value_label']}" if edge["name"] else str(edge["value_label"])


def _width(*lines: str) -> float:
    return max(map(columns, lines)) * _CHARACTER
