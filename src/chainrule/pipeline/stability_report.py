"""What ``stabilize`` made of a function: each rewrite, why, where, and the bits of error before and after."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from chainrule.execute.interpret import Program
from chainrule.execute.referee import bits_of_error, truths
from chainrule.graph import Graph, Node
from chainrule.graph.infix import infix
from chainrule.tracing import Traced
from chainrule.transforms.identity import Rewrite
from chainrule.transforms.stabilize import Stabilized

__all__ = ["RewriteReport", "StabilityReport", "report_of"]

_LARGEST = 64  # entries of a result that the referee looks at


@dataclass(frozen=True)
class RewriteReport:
    """One identity applied at one place.

    Attributes:
        name: of the identity.
        before: the formula as it was written.
        after: the formula in its place.
        where: the user's file and line, or "".
        why: what goes wrong in the formula as it was written.
        source: where the identity is explained, or "".
        bits_before: of error, the greatest over the entries for the arguments of the call; None if it is not known.
        bits_after: the same for the formula in its place.
    """

    name: str
    before: str
    after: str
    where: str
    why: str
    source: str
    bits_before: float | None
    bits_after: float | None

    @property
    def bits(self) -> str:
        """The bits of error in words."""
        if self.bits_before is None or self.bits_after is None:
            return "bits of error not known"
        return f"bits of error {self.bits_before:.3g} -> {self.bits_after:.3g}"

    def __str__(self) -> str:
        place = f"  ({self.where})" if self.where else ""
        lines = [f"{self.name}{place}", f"  {self.before}", f"  -> {self.after}", f"  {self.why}", f"  {self.bits}"]
        return "\n".join([*lines, f"  {self.source}"] if self.source else lines)


@dataclass(frozen=True)
class StabilityReport:
    """All rewrites of the latest call of a function; ``str`` makes it a text to be read, notebooks show a table."""

    name: str
    rewrites: tuple[RewriteReport, ...]

    def __str__(self) -> str:
        count = len(self.rewrites)
        head = (
            f"{self.name}: {count} rewrite{'s' if count != 1 else ''}" if count else f"{self.name}: nothing to rewrite"
        )
        return "\n\n".join([head, *map(str, self.rewrites)])

    def _repr_html_(self) -> str:
        """A table, for notebooks."""
        titles = ("identity", "before", "after", "why", "bits of error", "where")
        head = "".join(f"<th>{title}</th>" for title in titles)
        rows = "".join(f"<tr>{''.join(_cells(each))}</tr>" for each in self.rewrites)
        return f"<table><caption>{escape(self.name)}</caption><tr>{head}</tr>{rows}</table>"


def _cells(rewrite: RewriteReport) -> Iterator[str]:
    bits = rewrite.bits.removeprefix("bits of error ")
    for text, is_code in (
        (rewrite.name, False),
        (rewrite.before, True),
        (rewrite.after, True),
        (rewrite.why, False),
        (bits, False),
        (rewrite.where, True),
    ):
        yield f"<td><code>{escape(text)}</code></td>" if is_code else f"<td>{escape(text)}</td>"


def report_of(name: str, traced: Traced, stable: Stabilized, arguments: Sequence[Any]) -> StabilityReport:
    """Return the report of a call; the bits of error are those of each formula for its arguments."""
    errors = _Errors(traced.graph, arguments)
    return StabilityReport(name, tuple(_of(rewrite, errors) for rewrite in stable.rewrites))


def _of(rewrite: Rewrite, errors: "_Errors") -> RewriteReport:
    before, after = rewrite.before, rewrite.after
    where = str(before.where) if before.where else ""
    return RewriteReport(
        rewrite.name,
        infix(before),
        infix(after),
        where,
        rewrite.why,
        rewrite.source,
        errors.of(before, before),
        errors.of(after, before),
    )


class _Errors:
    """Bits of error of formulas of the inputs of a graph."""

    def __init__(self, graph: Graph, arguments: Sequence[Any]) -> None:
        self._inputs = graph.inputs
        self._arguments = arguments
        self._truths: dict[Node, Any] = {}

    def of(self, node: Node, meant: Node) -> float | None:
        """The greatest error of a node, given the node that says what is meant."""
        if node.size > _LARGEST:
            return None
        truth = self._truth(meant)
        if truth is None:
            return None
        value = Program(Graph(self._inputs, (node,))).run(self._arguments)[0]
        known: Mapping[str, Any] = {"where": truth.settled}
        return float(np.max(bits_of_error(np.asarray(value, node.dtype), truth.value), initial=0.0, **known))

    def _truth(self, node: Node) -> Any:
        if node not in self._truths:
            try:
                (truth,) = truths(Graph(self._inputs, (node,)), self._arguments)
            except (ArithmeticError, KeyError, NotImplementedError, ValueError):
                truth = None
            self._truths[node] = truth if truth is not None and np.any(truth.settled) else None
        return self._truths[node]
