"""The leading term c x^v of nodes at 0: quickly found, and enough to see whether terms of a sum cancel there."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from chainrule.execute.interpret import value_of
from chainrule.graph import Node
from chainrule.transforms.pool import number_of
from chainrule.transforms.power_series import ELSEWHERE, TAYLOR, Expansion, nearby

__all__ = ["CANCELLED", "Leading", "Term"]

CANCELLED = 2.0**-46  # of the sizes of the terms: what is left is rounding


class Term(NamedTuple):
    """A multiple of a power of x."""

    coefficient: float
    exponent: int

    @property
    def vanishes(self) -> bool:
        """Is it 0?"""
        return not self.coefficient

    def power(self, exponent: int) -> "Term":
        """The term raised to an integer."""
        return Term(float(np.float64(self.coefficient) ** exponent), self.exponent * exponent)

    def times(self, other: "Term") -> "Term":
        """The product of two terms."""
        return Term(self.coefficient * other.coefficient, self.exponent + other.exponent)


class Leading:
    """The leading terms of nodes as functions of one node.

    Args:
        x: the node that is the variable.

    Example:
        >>> from chainrule.graph import input_node, make
        >>> x = input_node("x", (), np.dtype(float))
        >>> Leading(x).of(make("sin", 2 * x) / x)
        Term(coefficient=2.0, exponent=0)
    """

    def __init__(self, x: Node) -> None:
        self.expansion = Expansion(x)
        self._found: dict[Node, Term | None] = {x: Term(1.0, 1)}

    def of(self, node: Node) -> Term | None:
        """The leading term, 0 if the node is; None if there is none, or if the node depends on anything else."""
        if node not in self._found:
            with np.errstate(all="ignore"):
                for each in nearby(node, self._found):
                    found = self._term(each)
                    self._found[each] = found if found and np.isfinite(found.coefficient) else None
        return self._found[node]

    def _term(self, node: Node) -> Term | None:
        value = number_of(node)
        if value is not None:
            return Term(value, 0)
        if node.op.name == "where":
            branch = self.expansion.chosen(node)
            return None if branch is None else self._found.get(branch)
        terms = [term for each in node.inputs if (term := self._found.get(each))]
        if node.op.name == "multiply" and any(term.vanishes for term in terms):
            return _NOTHING
        if not terms or len(terms) < len(node.inputs):
            return None
        rule = _RULES.get(node.op.name)
        found = rule(*terms) if rule else _function(node.op.name, terms[0])
        return self._exact(node) if found is None and node.op.name in _WITH_CANCELLATION else found

    def _exact(self, node: Node) -> Term | None:
        series = self.expansion.of(node)
        return None if series is None else Term(float(series.coefficients[0]), series.first)


def _function(op: str, u: Term) -> Term | None:
    if u.vanishes:
        return Term(float(TAYLOR[op][0]), 0) if op in TAYLOR else None
    if u.exponent > 0 and op in TAYLOR:
        first = int(np.flatnonzero(TAYLOR[op])[0])
        return Term(float(TAYLOR[op][first]), 0).times(u.power(first))
    if u.exponent == 0 and op in ELSEWHERE:
        value = float(value_of(op, [np.float64(u.coefficient)], {}))
        return Term(value, 0) if abs(value) > CANCELLED else None
    return None


def _sum(a: Term, b: Term) -> Term | None:
    if a.vanishes or b.vanishes:
        return b if a.vanishes else a
    if a.exponent != b.exponent:
        return min(a, b, key=lambda term: term.exponent)
    total = a.coefficient + b.coefficient
    return Term(total, a.exponent) if abs(total) > CANCELLED * abs(a.coefficient) else None


def _negative(a: Term) -> Term:
    return Term(-a.coefficient, a.exponent)


def _power(a: Term, n: Term) -> Term | None:
    whole = n.exponent == 0 and n.coefficient == int(n.coefficient) and abs(n.coefficient) <= 8
    return a.power(int(n.coefficient)) if whole else None


_NOTHING = Term(0.0, 0)
_WITH_CANCELLATION = frozenset(("add", "subtract", *ELSEWHERE))
_RULES: Mapping[str, Callable[..., Term | None]] = MappingProxyType(
    {
        "add": _sum,
        "subtract": lambda a, b: _sum(a, _negative(b)),
        "negative": _negative,
        "multiply": lambda a, b: a.times(b),
        "divide": lambda a, b: a.times(b.power(-1)),
        "reciprocal": lambda a: a.power(-1),
        "square": lambda a: a.power(2),
        "power": _power,
        "broadcast_to": lambda a: a,
        "hypot": lambda a, b: _function("sqrt", _sum(a.power(2), b.power(2)) or _NOTHING),
    }
)
