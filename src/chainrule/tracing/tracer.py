"""Tracer: a node of the graph, an example value and the memory it shares with others; how an operation is recorded.

Each operation makes a node and computes the example value with NumPy itself, so dtypes, shapes and decisions
(``if x > 0``) are those of the plain program; decisions are recorded as guards. ``array.py`` says how a tracer
behaves as an array.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.errors import TraceError
from chainrule.execute.interpret import value_of
from chainrule.graph import Guard, Node, constant, make
from chainrule.tracing.origin import Calls, Origin, origin

__all__ = ["Trace", "Tracer", "View", "apply", "innermost", "is_number", "lift", "record"]

Value = Any


@dataclass
class Trace:
    """What one run of a traced function leaves besides its result.

    Attributes:
        guards: decisions by value.
        array: the class of its tracers, ``TracedArray``, which is built upon this module.
        captured: tracers of an outer trace that the function used without being given them.
        calls: the numbering of function calls, for scopes.
        number: counts traces; a trace within another one (a gradient of a gradient) has the higher number.
    """

    array: "type[Tracer]"
    guards: list[Guard] = field(default_factory=list)
    captured: dict[Node, "Tracer"] = field(default_factory=dict)
    calls: Calls = field(default_factory=Calls)
    number: int = field(default_factory=itertools.count().__next__)


@dataclass(frozen=True)
class View:
    """A tracer that shows part of another one's memory, as ``x[2:]``, ``x.T`` and ``x.reshape(...)`` do in NumPy.

    Attributes:
        base: the tracer that it was made from.
        root: the tracer whose memory it is; a view of a view has the root of the latter.
        read: what the view shows, given the base.
        write: what the base becomes when the view becomes the given tracer.
    """

    base: "Tracer"
    root: "Tracer"
    read: "Callable[[Tracer], Tracer]"
    write: "Callable[[Tracer, Tracer], Tracer]"


class Tracer:
    """The stand-in for an array during tracing: its node, its example value, its memory.

    Attributes:
        weak: it stands for a Python number, which takes the dtype of the array that it meets.
    """

    __slots__ = ("__weakref__", "_node", "_seen", "_value", "_version", "_view", "trace", "weak")

    def __init__(self, node: Node, value: Value, trace: Trace, *, weak: bool = False, view: View | None = None) -> None:
        self._node = node
        self._value = value
        self._version = 0  # counts assignments into this memory
        self._view = view
        self._seen = view.root._version if view else 0  # the memory's version that node and value belong to
        self.trace = trace
        self.weak = weak

    # --- node and value, fresh even if the memory behind a view was written --------------------------------

    @property
    def node(self) -> Node:
        """The node that computes this array."""
        self._refresh()
        return self._node

    @property
    def value(self) -> Value:
        """The example value."""
        self._refresh()
        return self._value

    @property
    def version(self) -> int:
        """How often this memory has been written."""
        return self._view.root._version if self._view else self._version

    def _refresh(self) -> None:
        if self._view and self._seen != self._view.root._version:
            now = self._view.read(self._view.base)
            self._node, self._value, self._seen = now._node, now._value, self._view.root._version

    def assign(self, new: "Tracer") -> None:
        """Become another array of the same shape, and so change every array that shares this memory."""
        if self._view:
            self._view.base.assign(self._view.write(self._view.base, new))
        else:
            self._node, self._value, self._version = new.node, new.value, self._version + 1

    # --- what an array knows without its entries -----------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return self._node.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the entries."""
        return self._node.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self._node.ndim

    @property
    def size(self) -> int:
        """Number of entries."""
        return self._node.size

    def __repr__(self) -> str:
        return f"Tracer({self.dtype}{list(self.shape)}, example {self.value!r})"

    def decide(self, convert: Callable[[Value], Any]) -> Any:
        """Return what the example value decides and record it: the graph holds for inputs that decide the same."""
        decision = convert(self.value)
        self.trace.guards.append(Guard(self.node, decision))
        return decision


# --- recording an operation -------------------------------------------------------------------------------

# How the base of a view changes when the view does; the last argument is the view's node.
_MIRRORED: Mapping[str, Callable[[Tracer, Tracer, Node], Tracer]] = {
    "reshape": lambda base, new, node: apply("reshape", new, shape=base.shape),
    "transpose": lambda base, new, node: apply(
        "transpose", new, axes=tuple(int(i) for i in np.argsort(node.params["axes"]))
    ),
    "index": lambda base, new, node: apply("index_set", base, new, key=node.params["key"]),
}


def apply(op: str, *operands: Any, **params: Any) -> Tracer:
    """Apply a primitive to tracers, arrays and numbers, at least one being a tracer, as the user's code does now."""
    trace = innermost(operands)
    return record(op, _promoted(op, operands, trace), params, origin(trace.calls))


def record(op: str, operands: Sequence[Tracer], params: Mapping[str, Any], source: Origin) -> Tracer:
    """Make the node and compute the example value."""
    trace = innermost(operands)
    for each in operands:
        if each.trace is not trace:
            trace.captured[each.node] = each
    node = make(
        op, *(each.node for each in operands), name=source.name, scope=source.scope, where=source.where, **params
    )
    value = value_of(op, [each.value for each in operands], params)
    return trace.array(node, value, trace, view=_view(op, node, value, operands))


def innermost(operands: Iterable[Any]) -> Trace:
    """The trace that an operation on these belongs to: the one within the others."""
    return max((each.trace for each in operands if isinstance(each, Tracer)), key=lambda trace: trace.number)


def _view(op: str, node: Node, value: Value, operands: Sequence[Tracer]) -> View | None:
    """The result as a view of its operand, if NumPy made it one."""
    if op not in _MIRRORED or len(operands) > 1 or not isinstance(value, np.ndarray):
        return None
    base = operands[0]
    if not np.may_share_memory(value, base.value):
        return None
    write = _MIRRORED[op]
    root = base._view.root if base._view else base
    return View(base, root, lambda base: apply(op, base, **node.params), lambda base, new: write(base, new, node))


def is_number(value: Any) -> bool:
    """Is this a Python number, which has no dtype of its own?"""
    return isinstance(value, (bool, int, float)) and not isinstance(value, np.generic)


def lift(value: Any, trace: Trace, dtype: np.dtype[Any] | None = None) -> Tracer:
    """Return an array, a number or a tracer as a tracer."""
    if isinstance(value, Tracer):
        return value
    array = np.asarray(value, dtype=dtype)[()]
    if array.dtype.kind not in "biuf":
        raise TraceError(
            f"{array.dtype} arrays cannot be traced: a graph holds real numbers, integers and booleans; found {value!r}"
        )
    return trace.array(constant(array), array, trace)


def _promoted(op: str, given: Sequence[Any], trace: Trace) -> list[Tracer]:
    """The operands as tracers; Python numbers, plain and traced, take the dtype of the arrays that they meet."""
    operands = [each if is_number(each) else lift(each, trace) for each in given]
    first = 1 if op == "where" else 0  # the condition has a dtype of its own
    fixed = [each.dtype for each in operands[first:] if isinstance(each, Tracer) and not each.weak]
    weak = [_python_number(each) for each in operands[first:] if is_number(each) or each.weak]
    if not weak:
        return operands
    dtype = _common_dtype(fixed, weak)
    return [
        each if i < first and isinstance(each, Tracer) else _in_dtype(each, dtype, trace)
        for i, each in enumerate(operands)
    ]


def _python_number(value: Any) -> Any:
    return value.value.item() if isinstance(value, Tracer) else value


def _common_dtype(fixed: list[np.dtype[Any]], weak: list[Any]) -> np.dtype[Any]:
    try:
        return np.result_type(*fixed, *weak)
    except OverflowError:  # an integer beyond the dtype: compare as NumPy does, in the dtype of the number itself
        return np.result_type(*fixed, *(np.asarray(each).dtype for each in weak))


def _in_dtype(value: Any, dtype: np.dtype[Any], trace: Trace) -> Tracer:
    if not isinstance(value, Tracer):
        return lift(value, trace, dtype)
    if not value.weak or value.dtype == dtype:
        return value
    node = make("astype", value.node, dtype=dtype)
    return trace.array(node, np.asarray(value.value).astype(dtype)[()], value.trace)
