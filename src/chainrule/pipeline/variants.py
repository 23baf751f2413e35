"""The variants of a compiled function: one for each form of call, and for each way in which its decisions turn out."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chainrule import trees
from chainrule.execute.interpret import Program
from chainrule.execute.llvm.native import NativeFunction, Otherwise
from chainrule.graph import Graph
from chainrule.pipeline.call_form import CallForm, builder
from chainrule.tracing import Traced

__all__ = ["Branches", "Table", "Variant"]

_FORMS = 64  # forms of calls that a function remembers
_BRANCHES = 32  # ways through the function that are compiled for one form; others are interpreted

Trace = Callable[[], Traced]


class Variant:
    """A traced and compiled function: right for one form of call as long as its decisions are the same.

    Args:
        traced: the function.
        form: of the calls.

    Attributes:
        graph: of the function.
        native: the compiled graph.
        result: puts values into the form of the function's result.
        decisions: what the traced code has decided, in its order.
    """

    def __init__(self, traced: Traced, form: CallForm) -> None:
        self.graph = traced.graph
        self.native = NativeFunction(traced.graph, form.types)
        self.result = builder(trees.tree_map(lambda leaf: 0, traced.result))
        self.decisions = tuple(guard.value for guard in self.native.guards)

    def follows(self, decisions: tuple[Hashable, ...]) -> bool:
        """Does it begin with these decisions?"""
        return self.decisions[: len(decisions)] == decisions


@dataclass(eq=False)
class Branches:
    """The variants for one form of call.

    Attributes:
        variants: those that have been needed, the latest last.
        latest: the one that was right last.
        misses: how often the latest was not right, because a decision was made otherwise.
        interpreted: calls that ran in the interpreter.
    """

    variants: list[Variant] = field(default_factory=list)
    latest: Variant | None = None
    misses: int = 0
    interpreted: int = 0

    def call(self, form: CallForm, trace: Trace, variant: Variant | None) -> Any:
        """Return the function's result by this variant or the right one, which is traced now if there is none."""
        while variant is not None:
            try:
                found = variant.native.run(form.leaves)
            except Exception:  # on a way that this call does not go, anything may happen
                if not variant.decisions:
                    raise
                break
            if isinstance(found, list):
                return self._settled(variant, found)
            variant = self.other(variant, found)
        return self._traced(form, trace)

    def other(self, variant: Variant, found: Otherwise) -> Variant | None:
        """The variant for decisions of which the first to be made otherwise is the one found."""
        self.misses += 1
        decisions = (*variant.decisions[: found.position], found.decision)
        return next((each for each in reversed(self.variants) if each.follows(decisions)), None)

    def _settled(self, variant: Variant, values: list[Any]) -> Any:
        self.latest = variant
        return variant.result(values)

    def _traced(self, form: CallForm, trace: Trace) -> Any:
        traced = trace()
        if len(self.variants) < _BRANCHES:
            variant = Variant(traced, form)
            found = variant.native.run(form.leaves)
            if isinstance(found, list):
                if not any(each.decisions == variant.decisions for each in self.variants):
                    self.variants.append(variant)
                return self._settled(variant, found)
        self.interpreted += 1  # too many ways; or a decision so close that rounding turns it over
        return _interpreted(traced, form.leaves)


def _interpreted(traced: Traced, leaves: Sequence[Any]) -> Any:
    graph: Graph = traced.graph
    return trees.unflatten(trees.tree_map(lambda leaf: 0, traced.result), Program(graph).run(leaves))


class Table:
    """The branches of a function by the form of the call; those that were not needed for longest are forgotten."""

    def __init__(self) -> None:
        self._branches: OrderedDict[Hashable, Branches] = OrderedDict()

    def __getitem__(self, key: Hashable) -> Branches:
        """The branches for a form of call, maybe none yet."""
        branches = self._branches.setdefault(key, Branches())
        if len(self._branches) > _FORMS:
            self._branches.popitem(last=False)
        return branches

    def every(self) -> list[Branches]:
        """All branches, in the order in which they were first needed."""
        return list(self._branches.values())
