"""Nodes that are equal by structure are one node, and each is seen as a sum of terms and as a product of factors.

A view does not change the graph: ``a - b`` stays what the user wrote, and is the sum ``{a: 1, b: -1}`` for those who
ask. Where terms or factors cancel, ``(a + b) - a``, there is no view: such code may do so on purpose.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from chainrule.execute.interpret import value_of
from chainrule.graph import Node, constant, make
from chainrule.graph.graph import frozen_params

__all__ = ["Factors", "Pool", "Terms", "merged", "number_of", "scaled"]

MOST = 12  # terms or factors in a view
_LARGEST_POWER = 8
_MAY_UNDERFLOW = frozenset(("exp", "exp2", "multiply", "divide", "power", "square", "sigmoid", "softplus", "erfc"))

Terms = dict[Node | None, float]  # the coefficient of each term; None is the number 1


class Factors(NamedTuple):
    """A coefficient times powers of nodes."""

    coefficient: float
    powers: dict[Node, int]


class Pool:
    """All nodes of one rewriting, each structure once.

    Attributes:
        made: how many nodes have been made here.
    """

    def __init__(self) -> None:
        self.made = 0
        self._known: dict[Hashable, Node] = {}
        self._terms: dict[Node, Terms] = {}
        self._factors: dict[Node, Factors] = {}

    def same(self, node: Node) -> Node:
        """The one node of this structure, which is this one if it is the first; what numbers give is a number."""
        folded = _folded(node)
        return self._known.setdefault(_key(folded.op.name, folded.inputs, folded), folded)

    def make(self, op: str, *inputs: Node, like: Node | None = None, **params: Any) -> Node:
        """Apply a primitive; the scope and the line are those of ``like``."""
        self.made += 1
        scope, where = (like.scope, like.where) if like else ((), None)
        return self.same(make(op, *inputs, scope=scope, where=where, **params))

    def number(self, value: float, dtype: np.dtype[Any]) -> Node:
        """The node of a number."""
        return self.same(constant(value, dtype))

    def terms(self, node: Node) -> Terms:
        """The node as a sum."""
        if node not in self._terms:
            view = _TERMS.get(node.op.name)
            found = view(self, node) if view and _one_dtype(node) else None
            self._terms[node] = found if found and len(found) <= MOST else _alone(node)
        return self._terms[node]

    def factors(self, node: Node) -> Factors:
        """The node as a product."""
        if node not in self._factors:
            view = _FACTORS.get(node.op.name)
            found = view(self, node) if view and _one_dtype(node) else None
            fits = found is not None and 0 < len(found.powers) <= MOST and isfinite(found.coefficient)
            self._factors[node] = found if found and fits and found.coefficient else Factors(1.0, {node: 1})
        return self._factors[node]

    # --- nodes of views ---------------------------------------------------------------------------------------

    def sum_of(self, terms: Mapping[Node | None, float], like: Node) -> Node:
        """The sum of terms, those that are added before those that are subtracted."""
        ordered = sorted(terms.items(), key=lambda item: item[1] < 0)
        result: Node | None = None
        for term, k in ordered:
            size = abs(k) if result else k
            part = self.number(size, like.dtype) if term is None else self._times(size, term, like)
            result = part if result is None else self.make("add" if k > 0 else "subtract", result, part, like=like)
        return self.number(0.0, like.dtype) if result is None else result

    def product_of(self, coefficient: float, powers: Iterable[tuple[Node, int]], like: Node) -> Node:
        """A coefficient times powers of nodes."""
        above: list[Node] = []
        below: list[Node] = []
        for node, exponent in powers:
            k, base = self._without_coefficient(node)
            coefficient *= k**exponent
            if base is not None and exponent:
                (above if exponent > 0 else below).append(self._power(base, abs(exponent), like))
        result = self.number(1.0 if above else coefficient, like.dtype)
        for i, node in enumerate(above):
            result = self.make("multiply", result, node, like=like) if i else node
        for node in below:  # one after the other: their product might overflow
            result = self.make("divide", result, node, like=like)
        return self._times(coefficient, result, like) if above else result

    def _without_coefficient(self, node: Node) -> tuple[float, Node | None]:
        """The node as a number times another node; None if it is a number altogether."""
        ((base, k), *others) = self.terms(node).items()
        return (1.0, node) if others or k == 0 else (k, base)

    def _power(self, base: Node, exponent: int, like: Node) -> Node:
        if exponent == 1:
            return base
        square = self.make("square", base, like=like)
        if exponent == 2:
            return square
        return self.make("power", base, self.number(exponent, like.dtype), like=like)

    def _times(self, k: float, node: Node, like: Node) -> Node:
        inner, base = self._without_coefficient(node)
        if base is not None and base is not node:
            k, node = k * inner, base
        if k == 1:
            return node
        if k == -1:
            return self.make("negative", node, like=like)
        return self.make("multiply", self.number(k, like.dtype), node, like=like)


def number_of(node: Node) -> float | None:
    """The number in all entries of a constant; None if the node is no constant, or holds several numbers."""
    if node.op.name == "broadcast_to":
        return number_of(node.inputs[0])
    if node.op.name != "constant" or not node.size:
        return None
    value = node.params["value"]
    first = float(value.flat[0])
    return first if isfinite(first) and (value.size == 1 or bool(np.all(value == first))) else None


def scaled(terms: Terms, k: float) -> Terms:
    """The sum times a number."""
    return {term: k * coefficient for term, coefficient in terms.items()}


def merged(first: Mapping[Any, Any], second: Mapping[Any, Any]) -> dict[Any, Any]:
    """Coefficients or exponents added, zeros left out."""
    result = dict(first)
    for each, k in second.items():
        result[each] = result.get(each, 0) + k
    return {each: k for each, k in result.items() if k}


def _folded(node: Node) -> Node:
    """The number that a function of numbers is, unless it is beyond all numbers, as exp(999) and exp(-999) are."""
    if not node.inputs or node.shape or node.op.kind != "elementwise" or not all(map(_is_scalar_constant, node.inputs)):
        return node
    operands = [each.params["value"][()] for each in node.inputs]
    value = value_of(node.op.name, operands, node.params)
    is_lost = not np.isfinite(value) or (not value and node.op.name in _MAY_UNDERFLOW and all(operands))
    return node if is_lost else constant(value, node.dtype)


def _key(op: str, inputs: tuple[Node, ...], node: Node) -> Hashable:
    return node if op == "input" else (op, inputs, frozen_params(node), node.shape, node.dtype)


def _is_scalar_constant(node: Node) -> bool:
    return node.op.name == "constant" and not node.shape


def _one_dtype(node: Node) -> bool:
    return node.dtype.kind == "f" and all(each.dtype == node.dtype for each in node.inputs)


def _alone(node: Node) -> Terms:
    value = number_of(node)
    return {node: 1.0} if value is None else {None: value}


# --- views as sums ------------------------------------------------------------------------------------------


def _plus(sign: float) -> Callable[[Pool, Node], Terms | None]:
    def view(pool: Pool, node: Node) -> Terms | None:
        a, b = (pool.terms(each) for each in node.inputs)
        result = merged(a, scaled(b, sign))
        return result if len(result) == len({*a, *b}) else None

    return view


def _multiple(pool: Pool, node: Node) -> Terms | None:
    x, y = node.inputs
    for k, other in ((number_of(x), y), (number_of(y), x)):
        if k:
            return scaled(pool.terms(other), k)
    return None


def _part(pool: Pool, node: Node) -> Terms | None:
    k = number_of(node.inputs[1])
    return scaled(pool.terms(node.inputs[0]), 1 / k) if k else None


_TERMS: Mapping[str, Callable[[Pool, Node], Terms | None]] = {
    "add": _plus(1.0),
    "subtract": _plus(-1.0),
    "negative": lambda pool, node: scaled(pool.terms(node.inputs[0]), -1.0),
    "multiply": _multiple,
    "divide": _part,
}


# --- views as products --------------------------------------------------------------------------------------


def _of_number(pool: Pool, node: Node) -> Factors:
    k = number_of(node)
    return pool.factors(node) if k is None else Factors(k, {})


def _raised(x: Factors, exponent: int) -> Factors:
    if not x.coefficient and exponent < 0:
        return Factors(float("nan"), {})
    return Factors(x.coefficient**exponent, {node: power * exponent for node, power in x.powers.items()})


def _product(a: Factors, b: Factors) -> Factors | None:
    powers = merged(a.powers, b.powers)
    whole = len(powers) == len({*a.powers, *b.powers})
    return Factors(a.coefficient * b.coefficient, powers) if whole else None


def _quotient(pool: Pool, node: Node) -> Factors | None:
    a, b = (_of_number(pool, each) for each in node.inputs)
    return _product(a, _raised(b, -1))


def _power(pool: Pool, node: Node) -> Factors | None:
    exponent = number_of(node.inputs[1])
    if exponent is None or exponent != int(exponent) or not 0 < abs(exponent) <= _LARGEST_POWER:
        return None
    return _raised(_of_number(pool, node.inputs[0]), int(exponent))


_FACTORS: Mapping[str, Callable[[Pool, Node], Factors | None]] = {
    "multiply": lambda pool, node: _product(*(_of_number(pool, each) for each in node.inputs)),
    "divide": _quotient,
    "power": _power,
    "negative": lambda pool, node: _product(Factors(-1.0, {}), _of_number(pool, node.inputs[0])),
    "reciprocal": lambda pool, node: _raised(_of_number(pool, node.inputs[0]), -1),
    "square": lambda pool, node: _raised(_of_number(pool, node.inputs[0]), 2),
}
