"""Find a pattern in a graph: sums and products in any order, up to a factor and with a rest, repeated variables equal.

``1 - exp(x)`` is found in ``a - 3 * exp(2 * y) + 3``, with x = 2 y, three times, and the rest a.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from chainrule.graph import Node
from chainrule.transforms.moves import MOVES, reduction_below
from chainrule.transforms.patterns import ONE, Call, Expression, Product, Sum, Variable
from chainrule.transforms.pool import Factors, Pool, Terms, merged, number_of, scaled

__all__ = ["MOVE", "PARAMS", "Bound", "Found", "Matcher"]

Bound = Mapping[Any, Any]  # variable's name or part of the pattern -> node; "params" -> those of the reduction found
PARAMS, MOVE = "params", "move"


class Found(NamedTuple):
    """A place where a pattern stands.

    Attributes:
        bound: what stands for each variable.
        scale: a root that is a sum or product stands there this many times.
        rest: what else is added (terms) or multiplied (powers), which the pattern does not speak of.
        matched: the terms or powers that the pattern does speak of.
    """

    bound: Bound
    scale: float = 1.0
    rest: Mapping[Any, Any] = {}
    matched: Mapping[Any, Any] = {}


@dataclass
class Matcher:
    """Finds patterns in the nodes of a pool, in arrays of one dtype."""

    pool: Pool
    forms: Mapping[Node, Node]  # a node that replaced another one: what the user wrote
    dtype: np.dtype[Any]

    def find(self, pattern: Expression, node: Node) -> Iterator[Found]:
        """The ways in which a node is an instance of a pattern."""
        if isinstance(pattern, Sum):
            yield from self._sums(_Todo(pattern.terms), self.pool.terms(node))
        elif isinstance(pattern, Product):
            view = self.pool.factors(node)
            for bound, left in self._factors(_ordered(pattern.factors), view.powers, {}):
                if _is_part(left, view.powers):
                    matched = merged(view.powers, {base: -power for base, power in left.items()})
                    yield Found(bound, view.coefficient / pattern.coefficient, left, matched)
        else:
            for bound in self.match(pattern, node, {}):
                yield Found(bound)

    def match(self, pattern: Expression, node: Node, bound: Bound) -> Iterator[Bound]:
        """The ways in which a node is all that a pattern says, given some of its variables."""
        if isinstance(pattern, Variable):
            yield from self._variable(pattern, node, bound)
        elif isinstance(pattern, Call) and pattern.op in ("kept", "moved"):
            yield from self._between(pattern, node, bound)
        elif isinstance(pattern, Call):
            written = self.forms.get(node)
            for form in (node,) if written is None else (node, written):
                within = self._within_move(form) if form.op.name in MOVES and pattern.op == "exp" else form
                if within.op.name == pattern.op and len(within.inputs) == len(pattern.inputs):
                    yield from self._inputs(pattern, within, {**bound, pattern: node})
        elif isinstance(pattern, Sum):
            for found in self._sums(_Todo(pattern.terms), self.pool.terms(node), bound, 1.0):
                if not found.rest:
                    yield found.bound
        elif isinstance(pattern, Product):
            yield from self._product(pattern, node, 1.0, bound)

    # --- variables and calls ------------------------------------------------------------------------------

    def _variable(self, variable: Variable, node: Node, bound: Bound) -> Iterator[Bound]:
        known = bound.get(variable.name)
        if known is not None:
            if known is node or self.pool.terms(known) == self.pool.terms(node):
                yield bound
        elif self._is_of_kind(variable, node):
            yield {**bound, variable.name: node}

    def _is_of_kind(self, variable: Variable, node: Node) -> bool:
        if variable.kind == "number":
            return number_of(node) is not None
        return node.dtype.kind == "b" if variable.kind == "condition" else node.dtype == self.dtype

    def _inputs(self, pattern: Call, node: Node, bound: Bound) -> Iterator[Bound]:
        if node.params:
            if bound.get(PARAMS, node.params) != node.params:
                return
            bound = {**bound, PARAMS: node.params}
        ways: Iterator[Bound] = iter((bound,))
        for inner, each in zip(pattern.inputs, node.inputs, strict=True):
            ways = self._then(inner, each, ways)
        yield from ways

    def _within_move(self, node: Node) -> Node:
        """Exponentials, moved, as the exponentials of moved entries."""
        inner, *arrays = node.inputs
        if inner.op.name != "exp":
            return node
        return self.pool.make("exp", self.pool.make(node.op.name, inner.inputs[0], *arrays, **node.params))

    def _between(self, pattern: Call, node: Node, bound: Bound) -> Iterator[Bound]:
        """What is below a move, or below the axes that a reduction has kept."""
        (inner,) = pattern.inputs
        if pattern.op == "moved" and node.op.name in MOVES:
            yield from self.match(inner, node.inputs[0], {**bound, MOVE: node})
        below = reduction_below(node) if pattern.op == "kept" else None
        if below is not None:
            yield from self.match(inner, below, {**bound, pattern: node})

    def _then(self, pattern: Expression, node: Node, ways: Iterator[Bound]) -> Iterator[Bound]:
        for bound in ways:
            yield from self.match(pattern, node, bound)

    # --- sums -----------------------------------------------------------------------------------------------

    def _sums(
        self, todo: "_Todo", left: Terms, bound: Bound | None = None, scale: float | None = None
    ) -> Iterator[Found]:
        """Match the terms of a pattern, specific ones first; the first one found says what the scale is."""
        bound = bound or {}
        if not todo.terms:
            yield Found(bound, 1.0 if scale is None else scale, left)
            return
        (coefficient, pattern), rest = todo.next(bound)
        if isinstance(pattern, Variable) and scale is not None:
            for more, remaining in self._variable_term(pattern, coefficient * scale, left, bound):
                yield from self._sums(rest, remaining, more, scale)
            return
        for term, k in left.items():
            for more, own in self._term(pattern, term, k, coefficient, scale, bound):
                remaining = {each: factor for each, factor in left.items() if each is not term}
                yield from self._sums(rest, remaining, more, own)

    def _term(
        self, pattern: Expression, term: Node | None, k: float, coefficient: float, scale: float | None, bound: Bound
    ) -> Iterator[tuple[Bound, float]]:
        """A term of a sum as an instance of a pattern, and the scale that follows."""
        if term is None or pattern == ONE:
            if term is None and pattern == ONE and scale in (None, k / coefficient):
                yield bound, k / coefficient
        elif isinstance(pattern, Product):
            view = self.pool.factors(term)
            own = k * view.coefficient / (coefficient * pattern.coefficient) if scale is None else scale
            wanted = own * coefficient / k
            for more in self._product(pattern, term, wanted, bound):
                yield more, own
        elif scale in (None, k / coefficient):
            for more in self.match(pattern, term, bound):
                yield more, k / coefficient

    def _variable_term(self, variable: Variable, k: float, left: Terms, bound: Bound) -> Iterator[tuple[Bound, Terms]]:
        """A variable in a sum: a number, what it is known to be, or all that is left."""
        known = bound.get(variable.name)
        if known is not None:
            remaining = merged(left, scaled(self.pool.terms(known), -k))
            if _is_part(remaining, left):
                yield bound, remaining
        elif variable.kind == "number":
            if None in left:
                node = self.pool.number(left[None] / k, self.dtype)
                yield {**bound, variable.name: node}, {term: each for term, each in left.items() if term is not None}
        elif left:
            like = next((term for term in left if term is not None), self.pool.number(0.0, self.dtype))
            yield {**bound, variable.name: self.pool.sum_of(scaled(left, 1 / k), like)}, {}

    # --- products -------------------------------------------------------------------------------------------

    def _product(self, pattern: Product, node: Node, scale: float, bound: Bound) -> Iterator[Bound]:
        """A node as ``scale`` times all that a product says."""
        view = self.pool.factors(node)
        coefficient = view.coefficient / (scale * pattern.coefficient)
        number = [f for f, _ in pattern.factors if isinstance(f, Variable) and f.kind == "number"]
        factors = [each for each in pattern.factors if each[0] not in number]
        if number and number[0].name not in bound:
            bound = {**bound, number[0].name: self.pool.number(coefficient, self.dtype)}
            coefficient = 1.0
        elif number:
            coefficient /= number_of(bound[number[0].name]) or float("nan")
        if len(factors) == 1 and factors[0][1] == 1:  # a multiple of one expression
            other = self.pool.sum_of(scaled(self.pool.terms(node), coefficient / view.coefficient), node)
            yield from self.match(factors[0][0], self.pool.product_of(1.0, [(other, 1)], node), bound)
        elif coefficient == 1:
            for more, left in self._factors(_ordered(tuple(factors)), view.powers, bound):
                if not left:
                    yield more

    def _factors(
        self, todo: tuple[tuple[Expression, int], ...], left: Mapping[Node, int], bound: Bound
    ) -> Iterator[tuple[Bound, Mapping[Node, int]]]:
        """Match the factors of a pattern, specific ones first, and give what is left over."""
        if not todo:
            yield bound, left
            return
        (pattern, exponent), *rest = todo
        for more, remaining in self._factor(pattern, exponent, left, bound):
            yield from self._factors(tuple(rest), remaining, more)

    def _factor(
        self, pattern: Expression, exponent: int, left: Mapping[Node, int], bound: Bound
    ) -> Iterator[tuple[Bound, Mapping[Node, int]]]:
        if isinstance(pattern, Variable) and pattern.name in bound:
            view: Factors = self.pool.factors(bound[pattern.name])
            remaining = merged(left, {base: -power * exponent for base, power in view.powers.items()})
            if view.coefficient == 1 and _is_part(remaining, left):
                yield bound, remaining
            return
        for base, power in left.items():
            if power * exponent > 0 and abs(power) >= abs(exponent):
                for more in self.match(pattern, base, bound):
                    yield more, merged(left, {base: -exponent})


@dataclass(frozen=True)
class _Todo:
    """Terms of a pattern that are still to be found."""

    terms: tuple[tuple[float, Expression], ...]

    def next(self, bound: Bound) -> tuple[tuple[float, Expression], "_Todo"]:
        """The most specific term, and the others."""
        first = min(self.terms, key=lambda term: _vagueness(term[1], bound))
        return first, _Todo(tuple(term for term in self.terms if term is not first))


def _vagueness(pattern: Expression, bound: Bound) -> int:
    if isinstance(pattern, Variable):
        return 3 if pattern.name in bound else 4 if pattern.kind == "number" else 5
    return 0 if isinstance(pattern, Call) else 2 if pattern == ONE else 1


def _ordered(factors: tuple[tuple[Expression, int], ...]) -> tuple[tuple[Expression, int], ...]:
    return tuple(sorted(factors, key=lambda factor: _vagueness(factor[0], {})))


def _is_part(rest: Mapping[Any, float], whole: Mapping[Any, float]) -> bool:
    """Is the rest what is left of the whole, with nothing turned around?"""
    return all(each in whole and 0 < k / whole[each] <= 1 for each, k in rest.items())
