"""The identities applied to a graph, inputs first, until none fits."""

from collections.abc import Iterable, Sequence

from chainrule.graph import Node
from chainrule.graph.node import with_inputs
from chainrule.transforms.contexts import NOWHERE_SPECIAL, Context, contexts
from chainrule.transforms.filling import Filling
from chainrule.transforms.identities import BY_ROOT
from chainrule.transforms.identity import Rewrite
from chainrule.transforms.knowledge import Knowledge
from chainrule.transforms.match import Matcher
from chainrule.transforms.moves import MOVES
from chainrule.transforms.pool import Pool
from chainrule.transforms.ranges import Ranges

__all__ = ["IdentityPass"]


class IdentityPass:
    """One run over one graph.

    Args:
        pool: of the nodes.
        knowledge: about the nodes.
        most: so many nodes may be made.

    Attributes:
        rewrites: what has been done, in its order.
        forms: for a node that replaced another one, that one: patterns fit either.
        context: of the place at hand.
    """

    def __init__(self, pool: Pool, knowledge: Knowledge, most: int) -> None:
        self.pool = pool
        self.rewrites: list[Rewrite] = []
        self.forms: dict[Node, Node] = {}
        self.context: Context = NOWHERE_SPECIAL
        self._knowledge = knowledge
        self._settled: dict[tuple[Context, Node], Node] = {}
        self._most = most

    def run(self, nodes: Sequence[Node], outputs: Iterable[Node]) -> dict[Node, Node]:
        """The stable form of each node of a graph, given in topological order."""
        found = contexts(nodes, outputs)
        new: dict[Node, Node] = {}
        for node in nodes:
            self.context = found.get(node, NOWHERE_SPECIAL)
            remade = self.pool.same(with_inputs(node, [new[each] for each in node.inputs]))
            if remade is not node:
                self.forms.setdefault(remade, node)
            new[node] = self.settle(remade)
        return new

    @property
    def ranges(self) -> Ranges:
        """What nodes can be in the context at hand."""
        return self._knowledge.ranges(self.context)

    def answer(self, condition: Node) -> bool | None:
        """What is known about a condition in the context at hand."""
        return self._knowledge.answer(condition, self.context)

    def settle(self, node: Node) -> Node:
        """The stable form of a node whose inputs are stable."""
        key = self.context, node
        if key not in self._settled:
            self._settled[key] = node  # while it is being looked at
            self._settled[key] = self._rewritten(self._numbers_met(node))
        return self._settled[key]

    def keep(self, node: Node) -> Node:
        """The node, which is to stay as it is."""
        self._settled[self.context, node] = node
        return node

    def _rewritten(self, node: Node) -> Node:
        identities = BY_ROOT.get(node.op.name, ())
        if not identities or node.dtype.kind != "f" or self.pool.made > self._most:
            return node
        matcher = Matcher(self.pool, self.forms, node.dtype)
        below = self._ops_below(node)
        for identity in identities:
            if identity.needed <= below:
                for found in matcher.find(identity.pattern, node):
                    after = Filling(self, identity, node, found).result()
                    if after is node:
                        break
                    if after is not None:
                        self.rewrites.append(Rewrite(identity.name, identity.why, identity.source, node, after))
                        self.forms.setdefault(after, node)
                        return after
        return node

    def _ops_below(self, node: Node) -> set[str]:
        """The ops of the terms and factors of a node, in all their forms and below moves."""
        views = [*self.pool.terms(node), *self.pool.factors(node).powers]
        parts = [each for each in views if each is not None]
        parts.extend([self.forms[part] for part in parts if part in self.forms])
        parts.extend([part.inputs[0] for part in parts if part.op.name in MOVES])
        return {each.op.name for each in parts}

    def _numbers_met(self, node: Node) -> Node:
        """``2 * (sinh(x) / 2)``, of which the inner number comes from an identity, with one number or none."""
        ((base, k), *others) = self.pool.terms(node).items()
        if others or base is None or base in node.inputs or not any(each in self.forms for each in node.inputs):
            return node
        return self.pool.sum_of({base: k}, node)
