"""Stabilize a graph: formulas that overflow or cancel are replaced by equal ones that do not.

The identities are the tables in ``identities/``. Nodes are visited inputs first; a node that is an instance of a
pattern becomes the replacement, whose nodes are visited in turn, until no pattern fits. A node remembers the form that
it replaced, and patterns fit either form. What depends on a condition, ``where(c, stable, as written)``, is not written
again where the graph has decided about c already; so what is stable stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chainrule.graph import Graph, Node, input_node
from chainrule.graph.expressions import broadcast_to
from chainrule.graph.graph import substitute
from chainrule.graph.node import with_inputs
from chainrule.transforms.contexts import NOWHERE_SPECIAL, Context, compared, contexts, facts, implied
from chainrule.transforms.filling import Filling
from chainrule.transforms.identities import BY_ROOT
from chainrule.transforms.interval import Range
from chainrule.transforms.match import Matcher
from chainrule.transforms.near_zero import CANCELS_AT_ZERO, FILLED, TAYLOR_SERIES, Search, without_gap
from chainrule.transforms.pool import Pool
from chainrule.transforms.ranges import Ranges

__all__ = ["Rewrite", "Stabilized", "stabilize"]

_GROWTH, _ROOM = 8, 400  # new nodes for each node of the graph, and for small graphs


@dataclass(frozen=True)
class Rewrite:
    """One identity applied at one place.

    Attributes:
        name: of the identity.
        why: what goes wrong in the formula as it is written.
        source: where the identity is explained.
        before: the node as it was written.
        after: what stands in its place.
    """

    name: str
    why: str
    source: str
    before: Node
    after: Node


@dataclass(frozen=True)
class Stabilized:
    """A graph in its stable form, and how it came about."""

    graph: Graph
    rewrites: tuple[Rewrite, ...]


def stabilize(graph: Graph, ranges: Mapping[Node, Range] | None = None) -> Stabilized:
    """Return a graph with the same inputs, whose outputs are those of the graph with fewer digits lost.

    Decisions of the traced code stay as they are.

    Args:
        graph: any graph.
        ranges: what is known of its inputs.

    Example:
        >>> import numpy as np
        >>> from chainrule.graph import input_node, make
        >>> x = input_node("x", (), np.dtype(float))
        >>> print(stabilize(Graph((x,), (make("log", 1 + make("exp", x)),))).graph)
        graph(x: float64[])
          %1 = softplus(x)          float64[]
          return %1
    """
    work = _Work(ranges or {}, _ROOM + _GROWTH * len(graph.nodes))
    outputs = work.settled_graph(graph)
    if not work.rewrites:
        return Stabilized(graph, ())
    return Stabilized(graph.with_outputs(outputs), tuple(work.rewrites))


class _Work:
    """One run over one graph."""

    def __init__(self, ranges: Mapping[Node, Range], most: int) -> None:
        self.pool = Pool()
        self._search = Search(self.pool)
        self.rewrites: list[Rewrite] = []
        self.context: Context = NOWHERE_SPECIAL
        self.forms: dict[Node, Node] = {}
        self._given = ranges
        self._ranges: dict[Context, Ranges] = {}
        self._settled: dict[tuple[Context, Node], Node] = {}
        self._most = most

    def settled_graph(self, graph: Graph) -> tuple[Node, ...]:
        """The outputs of a graph in their stable forms; what a function takes from an outer trace is an input."""
        ends = {node: input_node(node.name, node.shape, node.dtype) for node in graph.inputs if node.inputs}
        same = {node: ends.get(node, node) for node in graph.inputs}
        for node in graph.nodes:
            if node not in same:
                same[node] = self.pool.same(with_inputs(node, [same[each] for each in node.inputs]))
        order = list(dict.fromkeys(same[node] for node in graph.nodes))
        outputs = [same[output] for output in graph.outputs]
        found = contexts(order, outputs)
        new: dict[Node, Node] = {}
        for node in order:
            self.context = found.get(node, NOWHERE_SPECIAL)
            remade = self.pool.same(with_inputs(node, [new[each] for each in node.inputs]))
            if remade is not node and remade not in self.forms:
                self.forms[remade] = node
            new[node] = self.settle(remade)
        return substitute([new[output] for output in outputs], {end: node for node, end in ends.items()})

    @property
    def ranges(self) -> Ranges:
        """What nodes can be in the context at hand."""
        if self.context not in self._ranges:
            given = dict(implied(self.context))
            for node, known in self._given.items():
                given[node] = given[node] & known if node in given else known
            self._ranges[self.context] = Ranges(given)
        return self._ranges[self.context]

    def answer(self, condition: Node) -> bool | None:
        """What is known about a condition in the context at hand."""
        if condition.op.name == "constant":
            return bool(condition.params["value"]) if not condition.shape else None
        for answer in (True, False):
            if facts(condition, answer) <= self.context:
                return answer
        return compared(condition, self.ranges)

    def settle(self, node: Node) -> Node:
        """The stable form of a node whose inputs are stable."""
        key = self.context, node
        if key not in self._settled:
            self._settled[key] = node  # while it is being looked at, and if nothing fits
            self._settled[key] = self._rewritten(node)
        return self._settled[key]

    def keep(self, node: Node) -> Node:
        """The node, which is to stay as it is."""
        self._settled[self.context, node] = node
        return node

    def _rewritten(self, node: Node) -> Node:
        node = self._numbers_met(node)
        identities = BY_ROOT.get(node.op.name, ())
        if node.dtype.kind != "f" or not node.inputs or self.pool.made > self._most:
            return node
        matcher = Matcher(self.pool, self.forms, node.dtype)
        below = self._ops_below(node)
        for identity in identities:
            if identity.needed <= below:
                for found in matcher.find(identity.pattern, node):
                    after = Filling(self, identity, node, found).result()
                    if after is not None and after is not node:
                        return self._replaced(identity.name, identity.why, identity.source, node, after)
        return self._without_gap(node) if node.op.name == "where" else self._near_zero(node)

    def _numbers_met(self, node: Node) -> Node:
        """``2 * (sinh(x) / 2)``, of which the inner number comes from an identity, with one number or none."""
        ((base, k), *others) = self.pool.terms(node).items()
        if others or base is None or base in node.inputs or not any(each in self.forms for each in node.inputs):
            return node
        return self.pool.sum_of({base: k}, node)

    def _near_zero(self, node: Node) -> Node:
        """A polynomial for small arguments, if there terms cancel."""
        near = self._search.near_zero(node)
        if near is None:
            return node
        size = self.pool.make("absolute", near.x, like=node)
        condition = self.pool.make("less", size, self.pool.number(near.threshold, size.dtype), like=node)
        known = self.answer(condition)
        if known is False:
            return node
        after = near.polynomial(self.pool, node)
        if after.shape != node.shape:
            after = self.pool.same(broadcast_to(after, node.shape))
        if known is None:
            after = self.pool.make("where", condition, after, node, like=node)
        return self._replaced("power series", CANCELS_AT_ZERO, TAYLOR_SERIES, node, after)

    def _without_gap(self, node: Node) -> Node:
        """The function of ``where(x != 0, f(x), limit)``, if it has no gap any more."""
        f = without_gap(node)
        same = f is not None and (f.shape, f.dtype) == (node.shape, node.dtype)
        return self._replaced("removable gap", FILLED, "", node, f) if f is not None and same else node

    def _ops_below(self, node: Node) -> set[str]:
        """The ops of the terms and factors of a node, in all their forms."""
        views = [*self.pool.terms(node), *self.pool.factors(node).powers]
        parts = [each for each in views if each is not None]
        return {each.op.name for each in (*parts, *(self.forms[part] for part in parts if part in self.forms))}

    def _replaced(self, name: str, why: str, source: str, node: Node, after: Node) -> Node:
        self.rewrites.append(Rewrite(name, why, source, node, after))
        self.forms.setdefault(after, node)
        return after
