"""Power series at 0: x^v (c_0 + c_1 x + c_2 x^2 + ...), v any integer, and those of nodes as functions of one node.

Source: D. E. Knuth (1997), The Art of Computer Programming 2, section 4.7.
"""

import math
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from chainrule.graph import Node
from chainrule.transforms.pool import number_of

__all__ = ["ELSEWHERE", "ORDER", "TAYLOR", "Expansion", "Series", "nearby", "normal", "number"]

ORDER = 32  # coefficients of each series
_NEAREST = 150  # nodes that are looked at: a formula that is longer is not one that cancels
_ROUNDING = 2.0**-46  # what is left of coefficients that cancel

Coefficients: TypeAlias = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True)
class Series:
    """A Laurent series.

    Attributes:
        first: the exponent of the first coefficient, which is not 0 unless all are.
        coefficients: of x^first, x^(first + 1), ...
    """

    first: int
    coefficients: Coefficients

    @property
    def vanishes(self) -> bool:
        """Are all its coefficients 0?"""
        return not self.coefficients[0]

    def __add__(self, other: "Series") -> "Series":
        first = min(self.first, other.first)
        a, b = (_delayed(each.coefficients, each.first - first) for each in (self, other))
        return normal(first, _without_rounding(a + b, np.abs(a) + np.abs(b)))

    def __mul__(self, other: "Series") -> "Series":
        a, b = self.coefficients, other.coefficients
        product, size = np.convolve(a, b)[:ORDER], np.convolve(np.abs(a), np.abs(b))[:ORDER]
        return normal(self.first + other.first, _without_rounding(product, size))

    def __neg__(self) -> "Series":
        return Series(self.first, -self.coefficients)

    def times(self, k: float) -> "Series":
        """A multiple."""
        return normal(self.first, k * self.coefficients)

    def reciprocal(self) -> "Series":
        """One over it; its first coefficient must not be 0."""
        c, result = self.coefficients, np.zeros(ORDER)
        result[0] = 1 / c[0]
        for k in range(1, ORDER):
            parts = c[1 : k + 1] * result[k - 1 :: -1]
            result[k] = -_without_rounding(np.sum(parts), np.sum(np.abs(parts))) / c[0]
        return Series(-self.first, result)

    def at_zero(self) -> float:
        """Its value at 0; it must not have a pole there."""
        return float(self.coefficients[0]) if self.first == 0 else 0.0

    def composed(self, outer: Coefficients) -> "Series":
        """``outer`` of this series, which must be 0 at 0."""
        result = number(outer[-1])
        for coefficient in outer[-2::-1]:
            result = result * self + number(coefficient)
        return result


def normal(first: int, coefficients: Coefficients) -> Series:
    """A series whose first coefficient is not 0, unless all are."""
    there = np.flatnonzero(coefficients)
    if not there.size:
        return Series(0, np.zeros(ORDER))
    start = int(there[0])
    return Series(first + start, np.concatenate([coefficients[start:], np.zeros(start)]))


def number(value: float) -> Series:
    """The series of a number."""
    return Series(0, np.concatenate([[value], np.zeros(ORDER - 1)]))


def _without_rounding(sums: Any, sizes: Any) -> Any:
    """Sums, 0 where all terms have cancelled but for rounding."""
    return np.where(np.abs(sums) <= _ROUNDING * sizes, 0.0, sums)


def _delayed(coefficients: Coefficients, steps: int) -> Coefficients:
    return np.concatenate([np.zeros(min(steps, ORDER)), coefficients])[:ORDER]


# --- Taylor coefficients at 0 -------------------------------------------------------------------------------


def _of(rule: Callable[[int], float]) -> Coefficients:
    return np.array([rule(k) for k in range(ORDER)], dtype=np.float64)


def _sign(k: int) -> int:
    return -1 if k // 2 % 2 else 1


def _central(k: int) -> float:
    """The coefficient of x^(2 k + 1) in arcsin."""
    return float(math.comb(2 * k, k) / (4**k * (2 * k + 1)))


_EXP = _of(lambda k: 1 / math.factorial(k))
_SINH, _COSH = _of(lambda k: k % 2 / math.factorial(k)), _of(lambda k: (k + 1) % 2 / math.factorial(k))
_SIN, _COS = _SINH * _of(_sign), _COSH * _of(_sign)
_LOG1P = _of(lambda k: (-1) ** (k + 1) / k if k else 0.0)
_ARCTANH = _of(lambda k: k % 2 / k if k else 0.0)
_ARCSIN = _of(lambda k: _central(k // 2) if k % 2 else 0.0)
_ERF = _of(lambda k: 2 / math.sqrt(math.pi) * _sign(k) / (math.factorial(k // 2) * k) if k % 2 else 0.0)


def _binomial(exponent: float) -> Coefficients:
    """The coefficients of (1 + x)^exponent."""
    result = np.ones(ORDER)
    for k in range(1, ORDER):
        result[k] = result[k - 1] * (exponent - k + 1) / k
    return result


def _quotient(a: Coefficients, b: Coefficients) -> Coefficients:
    series = normal(0, a) * normal(0, b).reciprocal()
    return _delayed(series.coefficients, series.first)


TAYLOR: Mapping[str, Coefficients] = MappingProxyType(
    {
        "exp": _EXP,
        "expm1": _EXP - _of(lambda k: float(k == 0)),
        "log1p": _LOG1P,
        "sin": _SIN,
        "cos": _COS,
        "tan": _quotient(_SIN, _COS),
        "arcsin": _ARCSIN,
        "arctan": _ARCTANH * _of(_sign),
        "sinh": _SINH,
        "cosh": _COSH,
        "tanh": _quotient(_SINH, _COSH),
        "arcsinh": _ARCSIN * _of(_sign),
        "arctanh": _ARCTANH,
        "sigmoid": (_of(lambda k: float(k == 0)) + _quotient(_SINH, _COSH) * 0.5 ** np.arange(ORDER)) / 2,
        "erf": _ERF,
    }
)


# --- series of nodes ----------------------------------------------------------------------------------------


def nearby(node: Node, known: Container[Node]) -> list[Node]:
    """The node and what it depends on, up to what is known, inputs first; of many nodes only the nearest."""
    found = [node]
    seen = {node}
    for each in found:
        new = [inner for inner in each.inputs if inner not in seen and inner not in known]
        seen.update(new)
        found.extend(new[: max(_NEAREST - len(found), 0)])
    return sorted(found, key=lambda each: each.order)


class Expansion:
    """The series of nodes as functions of one node, around 0.

    Args:
        x: the node that is the variable.

    Example:
        >>> from chainrule.graph import input_node, make
        >>> x = input_node("x", (), np.dtype(float))
        >>> series = Expansion(x).of(make("sin", x) / x)
        >>> series.first, series.coefficients[:3].round(3).tolist()
        (0, [1.0, 0.0, -0.167])
    """

    def __init__(self, x: Node) -> None:
        self._found: dict[Node, Series | None] = {x: Series(1, number(1.0).coefficients)}
        self._answers: dict[Node, bool | None] = {}

    def of(self, node: Node) -> Series | None:
        """The series of a node; None if it has none, or depends on anything else."""
        if node not in self._found:
            with np.errstate(all="ignore"):
                for each in nearby(node, self._found):
                    self._found[each] = self._finite(each)
        return self._found[node]

    def _finite(self, node: Node) -> Series | None:
        found = self._series(node)
        return found if found is not None and bool(np.all(np.isfinite(found.coefficients))) else None

    def at_zero(self, node: Node) -> float | None:
        """The limit of a node where x is 0; None if it has none."""
        if node.op.name == "absolute":
            inner = self.at_zero(node.inputs[0])
            return None if inner is None else abs(inner)
        series = self.of(node)
        return None if series is None or series.first < 0 else series.at_zero()

    def chosen(self, choice: Node) -> Node | None:
        """The branch of a ``where`` around 0: the one within which 0 lies, or either if they are the same there."""
        condition, x, y = choice.inputs
        answer = self._holds(condition)
        if answer is not None:
            return x if answer else y
        return x if self._agree(x, y) else None

    def _holds(self, condition: Node) -> bool | None:
        """Does a condition hold at 0 and around it?"""
        if condition not in self._answers:
            self._answers[condition] = self._answer(condition)
        return self._answers[condition]

    def _answer(self, condition: Node) -> bool | None:
        if condition.op.name == "logical_not":
            inner = self._holds(condition.inputs[0])
            return None if inner is None else not inner
        if condition.op.name in ("logical_and", "logical_or"):
            answers = {self._holds(each) for each in condition.inputs}
            decisive = condition.op.name == "logical_or"
            return decisive if decisive in answers else None if None in answers else not decisive
        if condition.op.name not in ("less", "greater"):
            return None
        a, b = (self.at_zero(each) for each in condition.inputs)
        return None if a is None or b is None or a == b else (a < b) == (condition.op.name == "less")

    def _agree(self, x: Node, y: Node) -> bool:
        a, b = self.of(x), self.of(y)
        return a is not None and b is not None and a.first == b.first and np.allclose(a.coefficients, b.coefficients)

    def _series(self, node: Node) -> Series | None:
        value = number_of(node)
        if value is not None:
            return normal(0, number(value).coefficients)
        if node.op.name == "where":
            branch = self.chosen(node)
            return None if branch is None else self._found.get(branch)
        inputs = [self._found.get(each) for each in node.inputs]
        known = [each for each in inputs if each is not None]
        if node.op.name == "multiply" and any(each.vanishes for each in known):
            return number(0.0)
        if not inputs or len(known) < len(inputs):
            return None
        if node.op.name in TAYLOR:
            return _function(known[0], TAYLOR[node.op.name]) or _away(node.op.name, known[0])
        rule = _RULES.get(node.op.name)
        return rule(*known) if rule else _away(node.op.name, known[0])


def _function(u: Series, coefficients: Coefficients) -> Series | None:
    """A function of a series that is 0 at 0."""
    return u.composed(coefficients) if u.first > 0 or u.vanishes else None


def _away(op: str, u: Series) -> Series | None:
    """A function of a series that is not 0 at 0, by what it does to a product or a sum."""
    start = u.at_zero()
    if u.first != 0 or op not in ELSEWHERE or u.vanishes:
        return None
    return ELSEWHERE[op](start, u)


def _rest(start: float, u: Series) -> Series:
    return u + number(-start)


def _relative(start: float, u: Series) -> Series:
    return u.times(1 / start) + number(-1.0)


def _logarithm(start: float, u: Series) -> Series | None:
    return _relative(start, u).composed(_LOG1P) + number(math.log(start)) if start > 0 else None


def _root(exponent: float) -> Callable[[float, Series], Series | None]:
    def rule(start: float, u: Series) -> Series | None:
        return _relative(start, u).composed(_binomial(exponent)).times(start**exponent) if start > 0 else None

    return rule


def _sine(start: float, u: Series) -> Series:
    rest = _rest(start, u)
    return rest.composed(_COS).times(math.sin(start)) + rest.composed(_SIN).times(math.cos(start))


def _power(u: Series, exponent: Series) -> Series | None:
    n = exponent.at_zero()
    if n != int(n) or exponent.coefficients[1:].any() or exponent.first or abs(n) > 8 or u.vanishes:
        return None
    if n == 0:
        return number(1.0)
    base = u if n > 0 else u.reciprocal()
    result = base
    for _ in range(int(abs(n)) - 1):
        result = result * base
    return result


ELSEWHERE: Mapping[str, Callable[[float, Series], Series | None]] = MappingProxyType(
    {
        "exp": lambda start, u: _rest(start, u).composed(_EXP).times(float(np.exp(start))),
        "log": _logarithm,
        "sqrt": _root(1 / 2),
        "cbrt": _root(1 / 3),
        "sin": _sine,
        "cos": lambda start, u: _sine(start + math.pi / 2, u + number(math.pi / 2)),
    }
)


def _hypot(a: Series, b: Series) -> Series | None:
    return _away("sqrt", a * a + b * b)


_RULES: Mapping[str, Callable[..., Series | None]] = MappingProxyType(
    {
        "hypot": _hypot,
        "add": lambda a, b: a + b,
        "subtract": lambda a, b: a + -b,
        "negative": lambda a: -a,
        "multiply": lambda a, b: a * b,
        "divide": lambda a, b: None if b.vanishes else a * b.reciprocal(),
        "reciprocal": lambda a: None if a.vanishes else a.reciprocal(),
        "square": lambda a: a * a,
        "power": _power,
        "broadcast_to": lambda a: a,
    }
)
