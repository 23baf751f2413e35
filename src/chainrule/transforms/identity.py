"""An identity: a pattern, what may stand in its place, where, and why; and the words for its conditions."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from chainrule.graph import Node
from chainrule.transforms.interval import Range
from chainrule.transforms.patterns import Call, Expression, Product, Sum, Variable
from chainrule.transforms.pool import Terms, number_of

__all__ = [
    "Condition", "Identity", "Place", "Rewrite", "above", "all_of", "cancels", "even",
    "has_stable_logarithm", "negative", "nonnegative", "one_axis", "one_in_all", "positive", "square_number", "stays",
    "sum_of_exponentials", "varies",
]  # fmt: skip


class Place(Protocol):
    """A place in a graph where a pattern was found, as conditions ask about it."""

    def stands_for(self, variable: Variable) -> Node:
        """What stands for a variable."""

    def range(self, expression: Expression) -> Range:
        """What an expression can be there."""

    def terms(self, node: Node) -> Terms:
        """A node as a sum."""

    def fill(self, expression: Expression) -> Node:
        """The node of an expression, in its stable form."""

    def params(self) -> Mapping[str, Any]:
        """The params of the reduction that was found."""

    def shortens(self, expression: Expression) -> bool:
        """Do terms of a sum cancel there, exactly?"""


Condition = Callable[[Place], bool]


@dataclass(frozen=True)
class Identity:
    """Two formulas for one function, of which the second loses fewer digits.

    Attributes:
        name: what people call it.
        pattern: the formula as it is written.
        replacement: the stable form; ``WRITTEN`` is the formula as it stood there.
        why: one sentence: what goes wrong in the formula as it is written.
        source: who found it, or where it is explained.
        when: what must hold.
    """

    name: str
    pattern: Expression
    replacement: Expression
    why: str
    source: str = ""
    when: Condition = lambda place: True

    @property
    def roots(self) -> tuple[str, ...]:
        """The ops that can be the last one of the pattern."""
        if isinstance(self.pattern, Call):
            return (self.pattern.op,)
        return ("add", "subtract") if isinstance(self.pattern, Sum) else ("multiply", "divide", "reciprocal")

    @cached_property
    def needed(self) -> frozenset[str]:
        """The ops that must be there directly below a sum or product."""
        below = self.pattern.parts if isinstance(self.pattern, (Sum, Product)) else ()
        return frozenset(each.op for each in below if isinstance(each, Call)) - {"kept", "moved"}


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


# --- conditions ---------------------------------------------------------------------------------------------


def positive(x: Expression) -> Condition:
    """It is above 0 whatever the arguments are."""
    return lambda place: place.range(x).positive


def nonnegative(x: Expression) -> Condition:
    """It is not below 0 whatever the arguments are."""
    return lambda place: place.range(x).nonnegative


def negative(x: Expression) -> Condition:
    """It is below 0 whatever the arguments are."""
    return lambda place: place.range(x).negative


def above(c: Variable, limit: float) -> Condition:
    """It is a number of the code above a limit."""
    return lambda place: (number_of(place.stands_for(c)) or float("-inf")) > limit


def cancels(difference: Expression) -> Condition:
    """Terms of the difference cancel exactly, as x does in (x + 1) - x."""
    return lambda place: place.shortens(difference)


def even(c: Variable) -> Condition:
    """It is an even number of the code."""
    return lambda place: (number_of(place.stands_for(c)) or 1.0) % 2 == 0


def square_number(c: Variable) -> Condition:
    """It is the square of a number that is exact, such as 4."""
    return lambda place: _has_root(number_of(place.stands_for(c)) or -1.0)


def _has_root(c: float) -> bool:
    return c > 0 and math.sqrt(c) ** 2 == c and math.sqrt(c) == float(np.float32(math.sqrt(c)))


def varies(x: Variable) -> Condition:
    """It is no number of the code."""
    return lambda place: number_of(place.stands_for(x)) is None


def sum_of_exponentials(y: Variable) -> Condition:
    """It is a sum of positive multiples of exponentials and of 1, at least one of them."""
    return lambda place: all(
        k > 0 and (term is None or term.op.name == "exp") for term, k in place.terms(place.stands_for(y)).items()
    )


def one_axis(place: Place) -> bool:
    """The sum goes over one axis."""
    return bool(len(place.params().get("axes", (0,))) == 1)


def one_in_all(c: Variable, x: Variable) -> Condition:
    """It is 1 over the number of entries over which the sum goes."""

    def condition(place: Place) -> bool:
        shape = place.stands_for(x).shape
        count = math.prod(shape[axis] for axis in place.params()["axes"])
        return bool(abs((number_of(place.stands_for(c)) or 0.0) * count - 1) < 1e-6)

    return condition


def has_stable_logarithm(y: Variable) -> Condition:
    """Its logarithm has a formula that does not need it."""
    return lambda place: place.stands_for(y).op.name in ("softmax", "sigmoid", "exp")


def stays(x: Expression) -> Condition:
    """It is a primitive that has no other stable form."""
    return lambda place: isinstance(x, Call) and place.fill(x).op.name == x.op


def all_of(*parts: Condition) -> Condition:
    """All conditions hold."""
    return lambda place: all(part(place) for part in parts)
