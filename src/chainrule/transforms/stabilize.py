"""Stabilize a graph: formulas that overflow or cancel are replaced by equal ones that do not.

The identities are the tables in ``identities/``. Nodes are visited inputs first; a node that is an instance of a
pattern becomes the replacement, whose nodes are visited in turn, until no pattern fits. A node remembers the form that
it replaced, and patterns fit either form. What depends on a condition, ``where(c, stable, as written)``, is not written
again where the graph has decided about c already; so what is stable stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chainrule.graph import Graph, Node, input_node
from chainrule.graph.expressions import astype, broadcast_to
from chainrule.graph.graph import substitute
from chainrule.graph.node import with_inputs
from chainrule.transforms.contexts import NOWHERE_SPECIAL, Context, compared, contexts, facts, implied
from chainrule.transforms.identities import BY_ROOT
from chainrule.transforms.identity import Identity
from chainrule.transforms.match import Bound, Found, Matcher
from chainrule.transforms.near_zero import CANCELS_AT_ZERO, FILLED, TAYLOR_SERIES, near_zero, without_gap
from chainrule.transforms.patterns import WRITTEN, Call, Expression, Product, Sum, Variable
from chainrule.transforms.pool import Pool, Terms, merged, number_of, scaled
from chainrule.transforms.ranges import Range, Ranges

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

    def _rewritten(self, node: Node) -> Node:
        identities = BY_ROOT.get(node.op.name, ())
        if node.dtype.kind != "f" or not node.inputs or self.pool.made > self._most:
            return node
        matcher = Matcher(self.pool, self.forms, node.dtype)
        below = self._ops_below(node)
        for identity in identities:
            if identity.needed <= below:
                for found in matcher.find(identity.pattern, node):
                    after = _Filling(self, identity, node, found).result()
                    if after is not None and after is not node:
                        return self._replaced(identity.name, identity.why, identity.source, node, after)
        return self._without_gap(node) if node.op.name == "where" else self._near_zero(node)

    def _near_zero(self, node: Node) -> Node:
        """A polynomial for small arguments, if there terms cancel."""
        near = near_zero(node, self.pool)
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


@dataclass
class _Filling:
    """A replacement that is filled in at one place."""

    work: _Work
    identity: Identity
    node: Node
    found: Found
    _bound: dict[str | Expression, Node] = field(default_factory=dict)

    def result(self) -> Node | None:
        """The node for the place; None if the identity does not hold there."""
        own = ("params", self.identity.pattern)
        self._bound = {part: node for part, node in self.found.bound.items() if part not in own}
        if not self.identity.when(self):
            return None
        new = self.fill(self.identity.replacement)
        if new is self._bound.get(WRITTEN.name):
            return None
        whole = self._whole(new)
        if whole.dtype != self.node.dtype or whole.shape != self.node.shape:
            whole = self.work.pool.same(broadcast_to(astype(whole, self.node.dtype), self.node.shape))
        return self.work.settle(whole)

    def _whole(self, new: Node) -> Node:
        """With the scale and the rest of the sum or product in which the pattern was found."""
        pool, found = self.work.pool, self.found
        if isinstance(self.identity.pattern, Sum):
            return pool.sum_of({new: found.scale, **found.rest}, self.node)
        if isinstance(self.identity.pattern, Product):
            return pool.product_of(found.scale, [(new, 1), *found.rest.items()], self.node)
        return new

    # --- what conditions ask --------------------------------------------------------------------------------

    def stands_for(self, variable: Variable) -> Node:
        return self._bound[variable.name]

    def range(self, expression: Expression) -> Range:
        return self.work.ranges[self.fill(expression)]

    def terms(self, node: Node) -> Terms:
        return self.work.pool.terms(node)

    def shortens(self, expression: Expression) -> bool:
        assert isinstance(expression, Sum)
        parts = [(k, self.fill(term)) for k, term in expression.terms]
        return len(self._terms(parts)) < sum(len(self.work.pool.terms(part)) for _, part in parts)

    # --- filling in -----------------------------------------------------------------------------------------

    def fill(self, expression: Expression) -> Node:
        """The node of an expression, in its stable form."""
        if expression in self._bound:
            return self._bound[expression]
        if isinstance(expression, Variable):
            return self._written() if expression == WRITTEN else self._bound[expression.name]
        if isinstance(expression, Sum):
            return self._sum(expression)
        if isinstance(expression, Product):
            return self._product(expression)
        assert isinstance(expression, Call)
        return self._choice(expression) if expression.op == "where" else self._call(expression)

    def _call(self, call: Call) -> Node:
        params = self.found.bound.get("params", {}) if call.op in _WITH_PARAMS else {}
        return self._settled_make(call.op, [self.fill(each) for each in call.inputs], params)

    def _choice(self, call: Call) -> Node:
        """Both branches, or the one that the context has chosen already."""
        condition = self.fill(call.inputs[0])
        known = self.work.answer(condition)
        if known is not None:
            return self.fill(call.inputs[1 if known else 2])
        branches = [self._within(facts(condition, answer), each) for answer, each in zip((True, False), call.inputs[1:])]
        return self._settled_make("where", [condition, *branches], {})

    def _within(self, more: Context, branch: Expression) -> Node:
        """A branch, which matters only where its condition holds."""
        outside = self.work.context
        self.work.context = outside | more
        node = self.fill(branch)
        self.work.context = outside
        return node

    def _settled_make(self, op: str, inputs: Sequence[Node], params: Mapping[str, object]) -> Node:
        return self.work.settle(self.work.pool.make(op, *inputs, like=self.node, **params))

    def _sum(self, expression: Sum) -> Node:
        """Terms that cancel are left out; else the parts stay as they are."""
        parts = [(k, self.fill(term)) for k, term in expression.terms]
        combined = self._terms(parts)
        if len(combined) == sum(len(self.work.pool.terms(part)) for _, part in parts):
            combined = {(part if number_of(part) is None else None): k * (number_of(part) or 1.0) for k, part in parts}
        return self.work.settle(self.work.pool.sum_of(combined, self.node))

    def _terms(self, parts: Sequence[tuple[float, Node]]) -> dict[Node | None, float]:
        result: dict[Node | None, float] = {}
        for k, part in parts:
            result = merged(result, scaled(self.work.pool.terms(part), k))
        return result

    def _product(self, expression: Product) -> Node:
        powers = [(self.fill(factor), power) for factor, power in expression.factors]
        return self.work.settle(self.work.pool.product_of(expression.coefficient, powers, self.node))

    def _written(self) -> Node:
        """What the pattern has matched, as it was written."""
        if WRITTEN.name not in self._bound:
            node = self._matched()
            self.work._settled[self.work.context, node] = node
            self._bound[WRITTEN.name] = node
        return self._bound[WRITTEN.name]

    def _matched(self) -> Node:
        pool, found = self.work.pool, self.found
        if found.scale == 1 and not found.rest:
            return self.node
        if isinstance(self.identity.pattern, Sum):
            matched = merged(pool.terms(self.node), {term: -k for term, k in found.rest.items()})
            return pool.sum_of(scaled(matched, 1 / found.scale), self.node)
        coefficient = pool.factors(self.node).coefficient / found.scale
        return pool.product_of(coefficient, found.matched.items(), self.node)


_WITH_PARAMS = frozenset(("sum", "logsumexp", "softmax", "log_softmax"))
