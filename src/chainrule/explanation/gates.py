"""The circuit that a reader sees, as data: gates and the wires between them; ``circuit.py`` makes it from a graph.

A gate is one operation together with its constant operands, or one call of a function of ``chainrule.functions``
with all that is inside. A value that is used several times goes through a *copy* gate, whose gradient is a sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chainrule.explanation.notation import array_text
from chainrule.graph import Graph, Node

__all__ = ["PATTERNS", "Circuit", "Gate", "Kind", "Use", "Wire"]

Kind = Literal["input", "constant", "operation", "function", "copy", "output"]
Use = tuple[Node, int]  # a node and the position among its inputs

PATTERNS: Mapping[str, str] = {  # what a gate does to gradients: the lecture's names
    "add": "gradient distributor",
    "sum": "gradient distributor",
    "multiply": "swap multiplier",
    "copy": "gradient adder",
    "maximum": "gradient router",
    "minimum": "gradient router",
    "max": "gradient router",
    "min": "gradient router",
    "where": "gradient router",
}


@dataclass(frozen=True, eq=False)
class Gate:
    """What is drawn as one thing.

    Attributes:
        id: unique in its circuit.
        kind: "operation" is one primitive, "function" a call of one of our functions.
        node: whose value leaves the gate.
        symbol: what stands in it.
        inside: the nodes that it stands for.
        operands: the nodes whose values it takes, constants included.
        pattern: what it does to gradients, if that has a name.
    """

    id: str
    kind: Kind
    node: Node
    symbol: str
    inside: tuple[Node, ...] = ()
    operands: tuple[Node, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, eq=False)
class Wire:
    """A value on its way from one gate to another.

    Attributes:
        uses: the inputs that it feeds inside of the target; none into a copy gate and at the end.
    """

    source: Gate
    target: Gate
    uses: tuple[Use, ...] = ()

    @property
    def node(self) -> Node:
        """Whose value it carries."""
        return self.source.node


@dataclass(frozen=True)
class Circuit:
    """All gates and wires of a graph with one output.

    Attributes:
        gates: in topological order.
        wires: ordered by target, and then as the target's operands.
        names: what the values are called.
        constants: the values that do not depend on the inputs.
    """

    graph: Graph
    gates: tuple[Gate, ...]
    wires: tuple[Wire, ...]
    names: Mapping[Node, str]
    constants: Mapping[Node, Any]

    @property
    def output(self) -> Node:
        """The node whose value is the result."""
        return self.graph.outputs[0]

    def into(self, gate: Gate) -> list[Wire]:
        """The wires that end at a gate."""
        return [wire for wire in self.wires if wire.target is gate]

    def out_of(self, gate: Gate) -> list[Wire]:
        """The wires that begin at a gate."""
        return [wire for wire in self.wires if wire.source is gate]

    def name(self, node: Node) -> str:
        """A value's name, or the digits of a constant."""
        return self.names[node] if node in self.names else array_text(self.constants[node])
