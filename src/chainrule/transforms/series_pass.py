"""Power series put in where sums cancel at 0 and where functions have gaps there, outputs first.

The whole of a sum is looked at before its parts: what cancels in a part need not be looked at where the whole is a
polynomial.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.graph import Node
from chainrule.graph.expressions import broadcast_to
from chainrule.graph.node import with_inputs
from chainrule.transforms.contexts import NOWHERE_SPECIAL, Context, facts, of_use
from chainrule.transforms.identity import Rewrite
from chainrule.transforms.knowledge import Knowledge
from chainrule.transforms.near_zero import NearZero, Search
from chainrule.transforms.pool import Pool

__all__ = ["SeriesPass"]

_CANCELS = "near 0 the terms cancel, or numerator and denominator vanish together"
_GAP = "the function has its limit at 0 without being told"
_SOURCE = "B. Taylor (1715), Methodus incrementorum directa et inversa"


@dataclass(frozen=True)
class _Choice:
    """A polynomial where a condition holds, else what is written there."""

    near: NearZero | None
    condition: Node | None
    written: Node
    name: str
    why: str


class SeriesPass:
    """One run over one graph.

    Args:
        pool: of the nodes.
        knowledge: about the nodes.
        only_gaps: leave sums and quotients alone.

    Attributes:
        rewrites: what has been done.
    """

    def __init__(self, pool: Pool, knowledge: Knowledge, *, only_gaps: bool) -> None:
        self.rewrites: list[Rewrite] = []
        self._pool = pool
        self._knowledge = knowledge
        self._only_gaps = only_gaps
        self._search = Search(pool)

    def run(self, nodes: Sequence[Node], outputs: Sequence[Node]) -> dict[Node, Node]:
        """What stands for each node of a graph, given in topological order."""
        choices = self._choices(nodes, outputs)
        new: dict[Node, Node] = {}
        for node in nodes:
            remade = self._pool.same(with_inputs(node, [new[each] for each in node.inputs]))
            new[node] = self._chosen(node, remade, choices[node], new) if node in choices else remade
        return new

    def _choices(self, nodes: Sequence[Node], outputs: Sequence[Node]) -> dict[Node, _Choice]:
        context: dict[Node, Context] = dict.fromkeys(outputs, NOWHERE_SPECIAL)
        choices: dict[Node, _Choice] = {}
        for node in reversed(nodes):
            mine = context.get(node, NOWHERE_SPECIAL)
            choice = self._choice(node, mine)
            if choice is not None:
                choices[node] = choice
                mine = mine if choice.condition is None else mine | facts(choice.condition, False)
            for position, each in enumerate(node.inputs):
                new = of_use(node, position, each, mine)
                context[each] = context[each] & new if each in context else new
        return choices

    def _choice(self, node: Node, context: Context) -> _Choice | None:
        if node.dtype.kind != "f":
            return None
        if node.op.name == "where":
            found = self._search.around_gap(node)
            return None if found is None else self._of(found[1], found[0], "removable gap", _GAP, context)
        near = None if self._only_gaps else self._search.near_zero(node)
        return None if near is None else self._of(near, node, "power series", _CANCELS, context)

    def _of(self, near: NearZero | None, written: Node, name: str, why: str, context: Context) -> _Choice | None:
        if near is None:
            return _Choice(None, None, written, name, why)
        size = self._pool.make("absolute", near.x, like=written)
        condition = self._pool.make("less", size, self._pool.number(near.threshold, size.dtype), like=written)
        known = self._knowledge.answer(condition, context)
        return None if known is False else _Choice(near, None if known else condition, written, name, why)

    def _chosen(self, node: Node, remade: Node, choice: _Choice, new: dict[Node, Node]) -> Node:
        written = remade if choice.written is node else new[choice.written]
        after = written if choice.near is None else self._polynomial(choice, choice.near, written)
        self.rewrites.append(Rewrite(choice.name, choice.why, _SOURCE, node, after))
        return after

    def _polynomial(self, choice: _Choice, near: NearZero, written: Node) -> Node:
        value = near.polynomial(self._pool, written)
        value = value if value.shape == written.shape else self._pool.same(broadcast_to(value, written.shape))
        if choice.condition is None:
            return value
        return self._pool.make("where", choice.condition, value, written, like=written)
