"""Tracer: a node of the graph, an example value, and the memory that it shares with others.

``recording.py`` says how an operation on tracers becomes a node, ``array.py`` how a tracer behaves as an array.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.graph import Guard, Node
from chainrule.tracing.origin import Calls, untraceable

__all__ = ["Trace", "Tracer", "View"]

Value = Any

_serials = itertools.count()


@dataclass(eq=False)
class Trace:
    """What one run of a traced function leaves besides its result.

    Attributes:
        array: the class of its tracers, ``TracedArray``, which is built upon this module.
        serial: grows from trace to trace, so that a trace within another one (a gradient of a gradient) has the
            greater one.
        guards: decisions by value.
        captured: tracers of an outer trace that the function used without being given them.
        calls: the numbering of function calls, for scopes.
        open: is the function still running?
    """

    array: "type[Tracer]"
    serial: int = field(default_factory=lambda: next(_serials))
    guards: list[Guard] = field(default_factory=list)
    captured: dict[Node, "Tracer"] = field(default_factory=dict)
    calls: Calls = field(default_factory=Calls)
    open: bool = True

    def close(self) -> None:
        """End the trace: its tracers cannot be used any more, and the frames of the traced code are let go."""
        self.open = False
        self.calls = Calls()


@dataclass(frozen=True, eq=False)
class View:
    """A tracer that shows part of another one's memory, as ``x[2:]``, ``x.T`` and ``x.reshape(...)`` do in NumPy.

    Attributes:
        base: the tracer that it was made from.
        read: what the view shows, given the base.
        write: what the base becomes when the view becomes the given tracer; None if NumPy's view is read-only.
    """

    base: "Tracer"
    read: "Callable[[Tracer], Tracer]"
    write: "Callable[[Tracer, Tracer], Tracer] | None" = None


class Tracer:
    """The stand-in for an array during tracing: its node, its example value, its memory.

    Attributes:
        owner: the trace that it belongs to.
        weak: it stands for a Python number, which takes the dtype of the array that it meets.
    """

    __slots__ = ("__weakref__", "_node", "_root", "_seen", "_value", "_version", "_view", "owner", "weak")

    def __init__(self, node: Node, value: Value, owner: Trace, *, weak: bool = False, view: View | None = None) -> None:
        self._node = node
        self._value = value
        self._version = 0  # counts assignments into this memory
        self._view = view
        self._root = view.base._memory() if view else None  # whose memory it is, behind all views of views
        self._seen = self._memory()._version  # the memory's version that node and value belong to
        self.owner = owner
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

    def _memory(self) -> "Tracer":
        return self if self._root is None else self._root

    def _refresh(self) -> None:
        version = self._memory()._version
        stale: list[tuple[Tracer, View]] = []
        tracer = self
        while tracer._view and tracer._seen != version:
            stale.append((tracer, tracer._view))
            tracer = tracer._view.base
        for tracer, view in reversed(stale):
            now = view.read(view.base)
            tracer._node, tracer._value, tracer._seen = now._node, now._value, version

    def assign(self, new: "Tracer") -> None:
        """Become another array of the same shape, and so change every array that shares this memory."""
        if new.owner is not self.owner:
            raise untraceable(
                "a function within the traced one assigns into an array from outside of it; let it return the values "
                "and assign them outside"
            )
        target = self
        while target._view:
            base, write = target._view.base, target._view.write
            if write is None:
                raise ValueError("assignment destination is read-only")
            target, new = base, write(base, new)
        memory = np.empty_like(target._value)  # the order of entries in memory stays
        memory[...] = new.value
        target._node, target._value, target._version = new.node, memory, target._version + 1

    def snapshot(self) -> "Tracer":
        """The array as it is now, with memory of its own."""
        return self.owner.array(self.node, self.value, self.owner, weak=self.weak)

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
        return f"Tracer({self.dtype}{list(self.shape)}, example {self._value!r})"

    def decide(self, convert: Callable[[Value], Any]) -> Any:
        """Return what the example value decides and record it: the graph holds for inputs that decide the same."""
        decision = convert(self.value)
        self.owner.guards.append(Guard(self.node, decision))
        return decision
