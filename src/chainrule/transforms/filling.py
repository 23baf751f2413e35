"""A replacement filled in at a place where its pattern was found: numbers folded, terms that cancel left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chainrule.graph import Node
from chainrule.graph.expressions import astype, broadcast_to
from chainrule.transforms.contexts import Context, facts
from chainrule.transforms.identity import Identity
from chainrule.transforms.interval import Range
from chainrule.transforms.match import MOVE, PARAMS, Found
from chainrule.transforms.moves import axis_params, kept_shape
from chainrule.transforms.patterns import WRITTEN, Call, Expression, Product, Sum, Variable
from chainrule.transforms.pool import Pool, Terms, merged, number_of, scaled
from chainrule.transforms.ranges import Ranges

__all__ = ["Filling", "Work"]

_WITH_PARAMS, _ALONG_AXIS = frozenset(("sum", "logsumexp", "max")), frozenset(("softmax", "log_softmax"))


class Work(Protocol):
    """The rewriting of a graph, as far as a replacement needs it."""

    pool: Pool
    context: Context

    @property
    def ranges(self) -> Ranges:
        """What nodes can be in the context at hand."""

    def settle(self, node: Node) -> Node:
        """The stable form of a node whose inputs are stable."""

    def keep(self, node: Node) -> Node:
        """The node, which is to stay as it is."""

    def answer(self, condition: Node) -> bool | None:
        """What is known about a condition in the context at hand."""


@dataclass
class Filling:
    """A replacement that is filled in at one place."""

    work: Work
    identity: Identity
    node: Node
    found: Found
    _bound: dict[str | Expression, Node] = field(default_factory=dict)

    def result(self) -> Node | None:
        """The node for the place, which is the same if it is stable there; None if the identity does not hold."""
        own = (PARAMS, MOVE, self.identity.pattern)
        self._bound = {part: node for part, node in self.found.bound.items() if part not in own}
        if not self.identity.when(self):
            return None
        new = self.fill(self.identity.replacement)
        if new is self._bound.get(WRITTEN.name):
            return self.node
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
        """What was found for a variable."""
        return self._bound[variable.name]

    def range(self, expression: Expression) -> Range:
        """What an expression can be here."""
        return self.work.ranges[self.fill(expression)]

    def terms(self, node: Node) -> Terms:
        """A node as a sum."""
        return self.work.pool.terms(node)

    def params(self) -> Mapping[str, Any]:
        """The params of the reduction that was found."""
        params: Mapping[str, Any] = self.found.bound[PARAMS]
        return params

    def shortens(self, expression: Expression) -> bool:
        """Do terms of a sum cancel here, exactly?"""
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
        inputs = [self.fill(each) for each in call.inputs]
        params = self.found.bound.get(PARAMS, {})
        if call.op == "moved":
            move = self.found.bound[MOVE]
            return self._settled_make(move.op.name, [*inputs, *move.inputs[1:]], move.params)
        if call.op == "kept":
            return self._settled_make("reshape", inputs, {"shape": kept_shape(self._reduced_shape(), params["axes"])})
        if call.op in _ALONG_AXIS:
            return self._settled_make(call.op, inputs, axis_params(params))
        return self._settled_make(call.op, inputs, params if call.op in _WITH_PARAMS else {})

    def _reduced_shape(self) -> tuple[int, ...]:
        """The shape of what the reduction goes over."""
        sums = (node for part, node in self.found.bound.items() if isinstance(part, Call) and part.op == "sum")
        reduced: Node = next(sums).inputs[0]
        return reduced.shape

    def _choice(self, call: Call) -> Node:
        """Both branches, or the one that the context has chosen already."""
        condition = self.fill(call.inputs[0])
        known = self.work.answer(condition)
        if known is not None:
            return self.fill(call.inputs[1 if known else 2])
        branches = [
            self._within(facts(condition, answer), each)
            for answer, each in zip((True, False), call.inputs[1:], strict=True)
        ]
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
            self._bound[WRITTEN.name] = self.work.keep(self._matched())
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
