"""Node: one operation applied to other nodes, immutable; formulas are written on nodes with Python's operators."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from chainrule.graph.ops import OPS, Op
from chainrule.graph.shapes import infer

__all__ = ["Node", "Operand", "Scope", "Where", "constant", "input_node", "like", "make", "with_inputs"]

_serial = itertools.count()


class Scope(NamedTuple):
    """A function call in which a node was traced."""

    name: str
    module: str
    call: int  # tells two calls of the same function apart


class Where(NamedTuple):
    """A line of the user's code."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Node:
    """One operation applied to other nodes.

    Nodes compare by identity: two equal subexpressions that the user wrote twice stay two nodes. Graphs compare by
    structure.

    Attributes:
        op: the primitive.
        inputs: the nodes whose values it takes.
        params: what else it needs, such as axes; hashable values, but for a constant's ``value``.
        shape, dtype: of the value.
        name: the user's own variable name, or "".
        scope: the function calls in which it was traced, outermost first.
        where: the user's file and line, or None.
        order: a serial number; inputs have lower numbers than the nodes that use them.
    """

    op: Op
    inputs: tuple["Node", ...]
    params: Mapping[str, Any]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    name: str = ""
    scope: tuple[Scope, ...] = ()
    where: Where | None = None
    order: int = field(default_factory=lambda: next(_serial))

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of entries."""
        return int(np.prod(self.shape, dtype=np.int64))

    def __repr__(self) -> str:
        label = f" {self.name}" if self.name else ""
        return f"<Node {self.op.name}{label}: {self.dtype}{list(self.shape)}>"

    # Formulas on nodes, for the tables of rules. A Python number takes the dtype of the node that it meets.
    def __add__(self, other: "Operand") -> "Node":
        return make("add", self, like(self, other))

    def __radd__(self, other: "Operand") -> "Node":
        return make("add", like(self, other), self)

    def __sub__(self, other: "Operand") -> "Node":
        return make("subtract", self, like(self, other))

    def __rsub__(self, other: "Operand") -> "Node":
        return make("subtract", like(self, other), self)

    def __mul__(self, other: "Operand") -> "Node":
        return make("multiply", self, like(self, other))

    def __rmul__(self, other: "Operand") -> "Node":
        return make("multiply", like(self, other), self)

    def __truediv__(self, other: "Operand") -> "Node":
        return make("divide", self, like(self, other))

    def __rtruediv__(self, other: "Operand") -> "Node":
        return make("divide", like(self, other), self)

    def __pow__(self, other: "Operand") -> "Node":
        return make("power", self, like(self, other))

    def __neg__(self) -> "Node":
        return make("negative", self)

    def __lt__(self, other: "Operand") -> "Node":
        return make("less", self, like(self, other))

    def __le__(self, other: "Operand") -> "Node":
        return make("less_equal", self, like(self, other))

    def __gt__(self, other: "Operand") -> "Node":
        return make("greater", self, like(self, other))

    def __ge__(self, other: "Operand") -> "Node":
        return make("greater_equal", self, like(self, other))

    def __and__(self, other: "Node") -> "Node":
        return make("logical_and", self, other)

    def __or__(self, other: "Node") -> "Node":
        return make("logical_or", self, other)

    def __invert__(self) -> "Node":
        return make("logical_not", self)


Operand = Node | int | float


def make(
    op: str,
    *inputs: Node,
    name: str = "",
    scope: tuple[Scope, ...] = (),
    where: Where | None = None,
    **params: Any,
) -> Node:
    """Apply a primitive to nodes; shape and dtype follow from the table in ``chainrule.graph.shapes``.

    Raises:
        ShapeError: the shapes or dtypes do not fit.

    Example:
        >>> x = input_node("x", (3,), np.dtype("float32"))
        >>> make("sum", x * 2, axes=(0,), keepdims=False)
        <Node sum: float32[]>
    """
    shape, dtype = infer(OPS[op], inputs, params)
    return Node(OPS[op], inputs, MappingProxyType(params), shape, dtype, name, scope, where)


def with_inputs(node: Node, inputs: Sequence[Node]) -> Node:
    """Return the same operation on other inputs, with the user's name and line; the node itself if they are its own."""
    if all(a is b for a, b in zip(inputs, node.inputs, strict=True)):
        return node
    return make(node.op.name, *inputs, name=node.name, scope=node.scope, where=node.where, **node.params)


def input_node(name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Node:
    """Return a new argument of a graph."""
    return Node(OPS["input"], (), MappingProxyType({}), shape, dtype, name)


def constant(value: Any, dtype: np.dtype[Any] | None = None, name: str = "") -> Node:
    """Return a node for a number or array that does not depend on the arguments; the array is copied."""
    array = np.array(value, dtype=dtype)
    array.flags.writeable = False
    return Node(OPS["constant"], (), MappingProxyType({"value": array}), array.shape, array.dtype, name)


def like(node: Node, other: Operand) -> Node:
    """The operand as a node; a Python number takes the node's dtype."""
    return other if isinstance(other, Node) else constant(other, node.dtype)
