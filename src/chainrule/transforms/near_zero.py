"""Near 0, sums whose terms cancel and quotients whose parts vanish together become polynomials.

``sin(x) - x`` is the sum of x, -x and much smaller terms; which of them remain, the power series of its terms say. It
serves for \\|x\\| below the threshold at which the first term that is left out is half a unit in the last place of the
first one that is there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from chainrule.graph import Node
from chainrule.graph.graph import reachable
from chainrule.transforms.pool import Pool, number_of
from chainrule.transforms.power_series import ELSEWHERE, ORDER, TAYLOR, Expansion, Series, number

__all__ = ["CANCELS_AT_ZERO", "FILLED", "TAYLOR_SERIES", "NearZero", "near_zero", "without_gap"]

CANCELS_AT_ZERO = "near 0 the terms cancel, or numerator and denominator vanish together"
FILLED = "the function has its limit at 0 without being told"
TAYLOR_SERIES = "B. Taylor (1715), Methodus incrementorum directa et inversa"

_MOST_NODES = 80  # of a formula that is looked at
_MOST_TERMS = 10  # of a polynomial
_HALF_ULP = 2.0**-54
_SMALLEST = 1e-3  # a threshold below is not worth the work


@dataclass(frozen=True)
class NearZero:
    """What a node is near 0.

    Attributes:
        x: the variable.
        threshold: the polynomial serves for all smaller sizes of x.
        first: the exponent of its first term.
        step: 2 if only every other power is there, else 1.
        coefficients: of x^first, x^(first + step), ...
        others: powers of other nodes by which it is multiplied.
    """

    x: Node
    threshold: float
    first: int
    step: int
    coefficients: tuple[float, ...]
    others: Mapping[Node, int]

    def polynomial(self, pool: Pool, like: Node) -> Node:
        """Its value, by Horner's rule."""
        power = self.x if self.step == 1 else pool.make("square", self.x)
        value = pool.number(self.coefficients[-1], like.dtype)
        for k in self.coefficients[-2::-1]:
            value = pool.make("add", pool.number(k, like.dtype), pool.make("multiply", power, value, like=like), like=like)
        leading = [(self.x, self.first)] if self.first else []
        return pool.product_of(1.0, [(value, 1), *leading, *self.others.items()], like)


def near_zero(node: Node, pool: Pool) -> NearZero | None:
    """What a sum or quotient is near 0, if there it loses digits as it is written."""
    if node.op.name not in ("add", "subtract", "divide"):
        return None
    parts = reachable([node])
    if len(parts) > _MOST_NODES:
        return None
    find = _quotient if node.op.name == "divide" else _sum
    return next(filter(None, (find(node, x, pool) for x in _variables(parts))), None)


def without_gap(node: Node) -> Node | None:
    """What ``where(x != 0, f(x), c)`` is if c is the limit of f at 0: f, which is written so that it has it there."""
    condition, a, b = node.inputs
    f, limit = (a, b) if condition.op.name == "not_equal" else (b, a)
    gap = number_of(limit)
    if condition.op.name not in ("equal", "not_equal") or gap is None or f.op.name != "where":
        return None
    x, zero = condition.inputs
    return f if number_of(zero) == 0 and Expansion(x).at_zero(f) == gap else None


def _variables(parts: tuple[Node, ...]) -> Iterator[Node]:
    """The nodes that may be what a formula is a function of: arguments of functions, and denominators."""
    found: dict[Node, None] = {}
    for node in parts:
        if node.op.name in TAYLOR or node.op.name in ELSEWHERE:
            found[_core(node.inputs[0])] = None
    yield from found


def _core(node: Node) -> Node:
    """The node without numbers that are added to it or by which it is multiplied."""
    while node.op.name in ("add", "subtract", "negative", "multiply", "divide", "broadcast_to"):
        others = [each for each in node.inputs if number_of(each) is None]
        if len(others) != 1 or (node.op.name == "divide" and others[0] is not node.inputs[0]):
            break
        node = others[0]
    return node


def _sum(node: Node, x: Node, pool: Pool) -> NearZero | None:
    expansion = Expansion(x)
    total: Series | None = None
    lowest: int | None = None
    foreign: Mapping[Node, int] | None = None
    for term, k in pool.terms(node).items():
        series, others = _term(term, expansion, pool)
        if series is None or (foreign is not None and others != foreign):
            return None
        foreign = others
        if not series.vanishes:
            lowest = series.first if lowest is None else min(lowest, series.first)
        total = series.times(k) if total is None else total + series.times(k)
    if total is None or lowest is None or total.vanishes or total.first <= lowest:
        return None
    return _polynomial(x, total, foreign or {})


def _term(term: Node | None, expansion: Expansion, pool: Pool) -> tuple[Series | None, Mapping[Node, int]]:
    """The series of a term, and the factors that do not depend on the variable."""
    if term is None:
        return number(1.0), {}
    view = pool.factors(term)
    series, others = number(view.coefficient), {}
    for base, power in view.powers.items():
        own = expansion.of(base)
        if own is None:
            others[base] = power
            continue
        if power < 0 and own.vanishes:
            return None, {}
        for _ in range(abs(power)):
            series = series * (own if power > 0 else own.reciprocal())
    return series, others


def _quotient(node: Node, x: Node, pool: Pool) -> NearZero | None:
    expansion = Expansion(x)
    above, below = (expansion.of(each) for each in node.inputs)
    if above is None or below is None or below.vanishes or above.vanishes:
        return None
    if not 0 < below.first <= above.first:
        return None
    return _polynomial(x, above * below.reciprocal(), {})


def _polynomial(x: Node, series: Series, others: Mapping[Node, int]) -> NearZero | None:
    c = series.coefficients
    step = 1 if c[1::2].any() else 2
    powers = np.arange(0, ORDER, step)
    left_out = [k for k in powers[_MOST_TERMS:] if c[k]]
    threshold = float(np.float32(min([1.0, *((_HALF_ULP * abs(c[0] / c[k])) ** (1 / k) for k in left_out)])))
    if threshold < _SMALLEST:
        return None
    counts = np.abs(c[powers]) * threshold**powers > _HALF_ULP * abs(c[0])
    last = min(int(np.flatnonzero(counts)[-1]) + 1, _MOST_TERMS)
    return NearZero(x, threshold, series.first, step, tuple(map(float, c[powers[:last]])), others)
