r"""Near 0, sums whose terms cancel and quotients whose parts vanish together become polynomials.

``sin(x) - x`` is the sum of x, -x and much smaller terms; which of them remain, the power series of its terms say. It
serves for \|x\| below the threshold at which the first term that is left out is half a unit in the last place of the
first one that is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from chainrule.graph import Node
from chainrule.graph.graph import reachable
from chainrule.transforms.leading import CANCELLED, Leading, Term
from chainrule.transforms.pool import Pool, number_of
from chainrule.transforms.power_series import ELSEWHERE, ORDER, TAYLOR, Expansion, Series, number

__all__ = ["NearZero", "Search"]

_MOST_VARIABLES = 4  # of a formula
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
            product = pool.make("multiply", value, power, like=like)
            value = pool.make("add", product, pool.number(k, like.dtype), like=like)
        leading = [(self.x, self.first)] if self.first else []
        return pool.product_of(1.0, [(value, 1), *leading, *self.others.items()], like)


@dataclass
class Search:
    """Looks at the nodes of one graph; what is known of them as functions of a node is kept."""

    pool: Pool
    _leading: dict[Node, Leading] = field(default_factory=dict)
    _functions_of: dict[Node, tuple[Node, ...]] = field(default_factory=dict)

    def near_zero(self, node: Node) -> NearZero | None:
        """What a sum or quotient is near 0, if there it loses digits as it is written."""
        if node.op.name not in ("add", "subtract", "divide"):
            return None
        find = self._quotient if node.op.name == "divide" else self._sum
        return next(filter(None, (find(node, x) for x in self._variables(node))), None)

    def around_gap(self, node: Node) -> tuple[Node, NearZero | None] | None:
        """The f of ``where(x != 0, f(x), c)``, if its limit at 0 is c, and what it is near 0 if it does not say so."""
        condition, a, b = node.inputs
        f, gap = (a, b) if condition.op.name == "not_equal" else (b, a)
        if condition.op.name not in ("equal", "not_equal") or number_of(gap) is None or number_of(f) is not None:
            return None
        x, zero = condition.inputs
        if number_of(zero) != 0 or (x.shape, f.shape, f.dtype) != (node.shape, node.shape, node.dtype):
            return None
        series = self._of(x).expansion.of(f)
        if series is None or series.vanishes or series.first < 0 or series.at_zero() != number_of(gap):
            return None
        return f, None if f.op.name == "where" else _polynomial(x, series, {})

    def _variables(self, node: Node) -> tuple[Node, ...]:
        """What the nearest functions in a formula are functions of."""
        for each in reachable([node], stop=self._functions_of):
            if each not in self._functions_of:
                is_function = each.op.name in TAYLOR or each.op.name in ELSEWHERE
                own = (_core(each.inputs[0]),) if is_function else ()
                below = (x for inner in each.inputs for x in self._functions_of[inner])
                found = dict.fromkeys(x for x in (*own, *below) if number_of(x) is None)
                self._functions_of[each] = tuple(found)[:_MOST_VARIABLES]
        return self._functions_of[node]

    def _of(self, x: Node) -> Leading:
        return self._leading.setdefault(x, Leading(x))

    # --- sums -----------------------------------------------------------------------------------------------

    def _sum(self, node: Node, x: Node) -> NearZero | None:
        leading, first = self._of(x), list[tuple[float, Term]]()
        common: Mapping[Node, int] | None = None
        for term, k in self.pool.terms(node).items():
            own, others = self._leading_of(term, leading)
            if own.vanishes:
                continue
            if common is not None and others != common:
                return None
            common = others
            first.append((k, own))
        if common is None or not _cancel(first):
            return None
        total = self._series(node, leading.expansion)
        return None if total is None or total.vanishes else _polynomial(x, total, common)

    def _leading_of(self, term: Node | None, leading: Leading) -> tuple[Term, Mapping[Node, int]]:
        """The leading term of a product, and the factors that do not depend on the variable."""
        if term is None:
            return Term(1.0, 0), {}
        view = self.pool.factors(term)
        found, others = Term(view.coefficient, 0), dict[Node, int]()
        for base, power in view.powers.items():
            own = leading.of(base)
            if own is None:
                others[base] = power
            else:
                found = found.times(own.power(power))
        return found, others

    def _series(self, node: Node, expansion: Expansion) -> Series | None:
        """The series of a sum, without the factors that do not depend on the variable."""
        total = number(0.0)
        for term, k in self.pool.terms(node).items():
            view = self.pool.factors(term) if term is not None else None
            series = number(k if view is None else k * view.coefficient)
            for base, power in view.powers.items() if view else ():
                own = expansion.of(base)
                if own is None:
                    continue
                for _ in range(abs(power)):
                    series = series * (own if power > 0 else own.reciprocal())
            total = total + series
        return total

    # --- quotients ------------------------------------------------------------------------------------------

    def _quotient(self, node: Node, x: Node) -> NearZero | None:
        leading = self._of(x)
        above, below = (leading.of(each) for each in node.inputs)
        if (
            above is None
            or below is None
            or above.vanishes
            or below.vanishes
            or not 0 < below.exponent <= above.exponent
        ):
            return None
        series = leading.expansion.of(node)
        return None if series is None else _polynomial(x, series, {})


def _cancel(terms: list[tuple[float, Term]]) -> bool:
    """Do the leading terms of a sum cancel?"""
    lowest = min(term.exponent for _, term in terms)
    parts = [k * term.coefficient for k, term in terms if term.exponent == lowest]
    return abs(sum(parts)) <= CANCELLED * max(map(abs, parts))


def _core(node: Node) -> Node:
    """The node without numbers that are added to it or by which it is multiplied."""
    while node.op.name in ("add", "subtract", "negative", "multiply", "divide", "broadcast_to"):
        others = [each for each in node.inputs if number_of(each) is None]
        if len(others) != 1 or (node.op.name == "divide" and others[0] is not node.inputs[0]):
            break
        node = others[0]
    return node


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
