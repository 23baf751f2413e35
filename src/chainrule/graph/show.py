"""A graph as text, as LaTeX and as JSON."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from chainrule.graph.node import Node

__all__ = ["Decision", "Drawable", "json", "labels", "latex", "text"]


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
        (f"  {names[node]} = {_call(node, names)}", _type(node), str(node.where or "")) for node in _computed(graph)
    ]
    guards = [(f"  guard {names[guard.node]} == {guard.value}", "", "") for guard in graph.guards]
    result = f"  return {', '.join(names[node] for node in graph.outputs)}"
    return "\n".join([f"graph({arguments})", *_columns([*lines, *guards]), result])


def latex(graph: Drawable) -> str:
    r"""The formula; what is used more than once or has the user's name gets a line of its own.

    Example:
        >>> from chainrule.graph import Graph, input_node
        >>> x, y = (input_node(name, (), np.dtype(float)) for name in "xy")
        >>> print(latex(Graph((x, y), ((x + y) * y,))))
        \left(x + y\right) \, y
    """
    formulas = _Formulas(graph)
    lines = [rf"{formulas.symbols[node]} &= {formulas.of(node, inside=False)}" for node in formulas.lines]
    results = [formulas.part(node, 0) for node in graph.outputs]
    last = results[0] if len(results) == 1 else r"\left(" + ", ".join(results) + r"\right)"
    if not lines:
        return last
    return r"\begin{aligned}" + "\n" + " \\\\\n".join([*lines, f"&{last}"]) + "\n" + r"\end{aligned}"


def json(graph: Drawable) -> dict[str, Any]:
    """The graph as a dict of plain Python values, ready for ``json.dumps``."""
    ids = {node: i for i, node in enumerate(graph.nodes)}
    arguments = set(graph.inputs)
    return {
        "nodes": [_row(node, ids, arguments) for node in graph.nodes],
        "inputs": [ids[node] for node in graph.inputs],
        "outputs": [ids[node] for node in graph.outputs],
        "guards": [{"node": ids[guard.node], "value": str(guard.value)} for guard in graph.guards],
    }


def labels(graph: Drawable) -> dict[Node, str]:
    """One short, unique label for each node: the user's name, a number's digits, or ``%1``, ``%2`` ..."""
    result: dict[Node, str] = {}
    taken: set[str] = set()
    numbered = 0
    for node in dict.fromkeys([*graph.inputs, *graph.nodes]):
        label = _digits(node) if node.op.name == "constant" else node.name
        if not label or (label in taken and node.op.name != "constant"):
            numbered += 1
            label = f"{label}%{numbered}"
        taken.add(label)
        result[node] = label
    return result


def _computed(graph: Drawable) -> list[Node]:
    """The nodes that are neither arguments nor numbers."""
    arguments = set(graph.inputs)
    return [node for node in graph.nodes if node not in arguments and node.op.name != "constant"]


# --- text ---------------------------------------------------------------------------------------------------

_INFIX = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "matmul": "@", "less": "<",
    "less_equal": "<=",
    "equal": "==", "not_equal": "!=", "greater": ">", "greater_equal": ">=", "remainder": "%", "floor_divide": "//",
}  # fmt: skip


def _call(node: Node, names: dict[Node, str]) -> str:
    arguments = [names[each] for each in node.inputs]
    if node.op.name in _INFIX:
        return f" {_INFIX[node.op.name]} ".join(arguments)
    if node.op.name == "negative":
        return f"-{arguments[0]}"
    params = [f"{key}={_shown(value)}" for key, value in node.params.items()]
    return f"{node.op.name}({', '.join([*arguments, *params])})"


def _shown(value: Any) -> str:
    return str(list(value)) if type(value) is tuple else str(value)


def _type(node: Node) -> str:
    return f"{node.dtype}[{', '.join(map(str, node.shape))}]"


def _columns(rows: list[tuple[str, str, str]]) -> Iterable[str]:
    first = max((len(row[0]) for row in rows), default=0) + 8
    second = max((len(row[1]) for row in rows), default=0) + 4
    for row in rows:
        yield f"{row[0]:<{first}}{row[1]:<{second}}{row[2]}".rstrip()


def _digits(node: Node) -> str:
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


# --- LaTeX --------------------------------------------------------------------------------------------------


class _Formulas:
    """LaTeX of a graph's nodes; a node with a line of its own is written by its symbol."""

    def __init__(self, graph: Drawable) -> None:
        uses = graph.uses()
        self.lines = [node for node in _computed(graph) if len(uses[node]) > 1 or (node.name and uses[node])]
        names = labels(graph)
        own = set(graph.inputs) | set(self.lines)
        self.symbols = {node: _symbol(names[node]) for node in graph.nodes if node in own or node.op.name == "constant"}

    def part(self, node: Node, binding: int) -> str:
        """The node inside a formula that binds this strongly."""
        if node in self.symbols:
            symbol = self.symbols[node]
            return rf"\left({symbol}\right)" if symbol.startswith("-") and binding > 1 else symbol
        formula = self.of(node, inside=True)
        return rf"\left({formula}\right)" if node.op.precedence < binding else formula

    def of(self, node: Node, *, inside: bool) -> str:
        """The formula of one node."""
        del inside
        loose = node.op.precedence >= 5 or node.op.name == "power"
        parts = [self.part(each, _binding(node, i, loose)) for i, each in enumerate(node.inputs)]
        return node.op.latex.format(*parts)


def _binding(node: Node, position: int, loose: bool) -> int:
    """How strongly an operand must bind to stand without parentheses."""
    if node.op.name in ("power", "square"):
        return 5 if position == 0 else 0
    if loose:
        return 0
    right_of_minus = node.op.name in ("subtract", "remainder") and position == 1
    return node.op.precedence + right_of_minus


def _symbol(label: str) -> str:
    """``w1`` as w with an index, a long name upright, ``%3`` as t with an index."""
    if label.startswith("%"):
        return f"t_{{{label[1:]}}}"
    stem = label.rstrip("0123456789")
    if stem.isalpha() and len(stem) == 1:
        return f"{stem}_{{{label[len(stem) :]}}}" if label != stem else stem
    return label if not stem or not stem[0].isalpha() else rf"\mathrm{{{label}}}".replace("_", r"\_")


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
    """A param as plain Python: JSON has no arrays, and no infinity or NaN."""
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
