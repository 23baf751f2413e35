"""A graph as text and as JSON, and a short label for each of its nodes; ``latex.py`` writes it as a formula."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from chainrule.graph.keys import ArrayIndex, Slice, key_text
from chainrule.graph.node import Node

__all__ = ["Decision", "Drawable", "call_text", "computed", "digits", "json", "labels", "text"]


class Decision(Protocol):
    """A guard, as the pictures need it."""

    @property
    def node(self) -> Node:
        """What was looked at."""

    @property
    def value(self) -> Hashable:
        """What was seen."""


class Drawable(Protocol):
    """A graph, as the pictures need it; ``graph.py`` prints itself with them."""

    @property
    def inputs(self) -> Sequence[Node]:
        """Arguments."""

    @property
    def outputs(self) -> Sequence[Node]:
        """Results."""

    @property
    def nodes(self) -> Sequence[Node]:
        """All nodes, in topological order."""

    @property
    def guards(self) -> Sequence[Decision]:
        """Decisions of the traced code."""

    def uses(self) -> Mapping[Node, tuple[tuple[Node, int], ...]]:
        """Who takes each node's value."""


def text(graph: Drawable) -> str:
    """One line for each node: what it is called, how it is computed, its dtype and shape, and where the user wrote it.

    Example:
        >>> from chainrule.graph import Graph, input_node
        >>> x = input_node("x", (2,), np.dtype(float))
        >>> print(text(Graph((x,), (x * x + 1,))))
        graph(x: float64[2])
          %1 = x * x          float64[2]
          %2 = %1 + 1         float64[2]
          return %2
    """
    names = labels(graph)
    arguments = ", ".join(f"{names[node]}: {_type(node)}" for node in graph.inputs)
    lines = [
        (f"  {names[node]} = {call_text(node, names)}", _type(node), str(node.where or "")) for node in computed(graph)
    ]
    guards = [(f"  guard {names[guard.node]} == {_decided(guard.value)}", "", "") for guard in graph.guards]
    result = f"  return {', '.join(names[node] for node in graph.outputs)}"
    return "\n".join([f"graph({arguments})", *_columns([*lines, *guards]), result])


def json(graph: Drawable) -> dict[str, Any]:
    """The graph as a dict of plain Python values, ready for ``json.dumps``."""
    ids = {node: i for i, node in enumerate(graph.nodes)}
    arguments = set(graph.inputs)
    return {
        "nodes": [_row(node, ids, arguments) for node in graph.nodes],
        "inputs": [ids[node] for node in graph.inputs],
        "outputs": [ids[node] for node in graph.outputs],
        "guards": [{"node": ids[guard.node], "value": _plain(guard.value)} for guard in graph.guards],
    }


def labels(graph: Drawable) -> dict[Node, str]:
    """One short, unique label for each node: the user's name, a number's digits, or ``%1``, ``%2`` ..."""
    result: dict[Node, str] = {}
    taken: set[str] = set()
    numbered = 0
    for node in dict.fromkeys([*graph.inputs, *graph.nodes]):
        label = digits(node) if node.op.name == "constant" else node.name
        if not label or (label in taken and node.op.name != "constant"):
            numbered += 1
            label = f"{label}%{numbered}"
        taken.add(label)
        result[node] = label
    return result


def computed(graph: Drawable) -> list[Node]:
    """Return the nodes that are neither arguments nor constants."""
    arguments = set(graph.inputs)
    return [node for node in graph.nodes if node not in arguments and node.op.name != "constant"]


# --- text ---------------------------------------------------------------------------------------------------

_INFIX = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "matmul": "@", "less": "<",
    "less_equal": "<=",
    "equal": "==", "not_equal": "!=", "greater": ">", "greater_equal": ">=", "remainder": "%", "floor_divide": "//",
}  # fmt: skip


def call_text(node: Node, names: Mapping[Node, str]) -> str:
    """How a node is computed, as one writes it, given names for its inputs."""
    arguments = [names[each] for each in node.inputs]
    if node.op.name in _INFIX:
        return f" {_INFIX[node.op.name]} ".join(arguments)
    if node.op.name == "negative":
        return f"-{arguments[0]}"
    if "key" in node.params:
        return _selection(node, arguments)
    params = [f"{key}={_shown(value)}" for key, value in node.params.items()]
    return f"{node.op.name}({', '.join([*arguments, *params])})"


def _selection(node: Node, arguments: list[str]) -> str:
    """``x[1:]``, and for a copy with changed entries ``x[1:] := y`` or ``x[1:] += y``."""
    x, *others = arguments
    changed = {"index": [], "index_set": [":=", *others[:1]], "index_add": ["+=", *others[:1]]}[node.op.name]
    key = key_text(node.params["key"], others[1:] if changed else others)
    return " ".join([f"{x}[{key}]", *changed])


def _shown(value: Any) -> str:
    return str(list(value)) if type(value) is tuple else str(value)


def _decided(value: Hashable) -> str:
    """What a guard holds fast; of a mask, how many entries it lets through."""
    return f"mask of {sum(value)} out of {len(value)}" if isinstance(value, bytes) else str(value)


def _type(node: Node) -> str:
    return f"{node.dtype}[{', '.join(map(str, node.shape))}]"


def _columns(rows: list[tuple[str, str, str]]) -> Iterable[str]:
    first = max((len(row[0]) for row in rows), default=0) + 8
    second = max((len(row[1]) for row in rows), default=0) + 4
    for row in rows:
        yield f"{row[0]:<{first}}{row[1]:<{second}}{row[2]}".rstrip()


def digits(node: Node) -> str:
    """A constant as one writes it: a number's digits, an array's first entries."""
    value: np.ndarray[Any, Any] = node.params["value"]
    if value.size == 1 and value.ndim == 0:
        return _number(value[()])
    if value.size <= 4:
        return np.array2string(value, separator=", ").replace("\n", " ")
    return f"{value.dtype}{list(value.shape)}"


def _number(value: Any) -> str:
    digits = str(value)
    return digits[:-2] if digits.endswith(".0") else digits


# --- JSON ---------------------------------------------------------------------------------------------------


def _row(node: Node, ids: dict[Node, int], arguments: set[Node]) -> dict[str, Any]:
    return {
        "id": ids[node],
        "op": node.op.name,
        "inputs": [] if node in arguments else [ids[each] for each in node.inputs],
        "params": {key: _plain(value) for key, value in node.params.items()},
        "shape": list(node.shape),
        "dtype": str(node.dtype),
        "name": node.name,
        "scope": [scope.name for scope in node.scope],
        "where": str(node.where) if node.where else None,
    }


def _plain(value: Any) -> Any:
    """A param or decision as plain Python: JSON has no arrays, and no infinity or NaN."""
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    if isinstance(value, (Slice, ArrayIndex)):
        return value._asdict()
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, bytes):
        return [bool(entry) for entry in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
