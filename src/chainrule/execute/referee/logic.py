"""Questions about numbers of the referee: yes, no, or None, which is not decided with so many bits."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from mpmath import libmp

from chainrule.execute.referee.interval import UNKNOWN, Interval, Number, Unknown, high, hull, low

__all__ = ["QUESTIONS", "Answer", "chosen", "conjunction", "disjunction", "negation"]

Answer = bool | None


def _compared(
    question: Callable[[Interval | float, Interval | float], Answer], of_nan: bool = False
) -> Callable[..., Answer]:
    """A comparison; with NaN its answer is always the same."""

    def ask(x: Number, y: Number) -> Answer:
        if any(isinstance(each, float) and math.isnan(each) for each in (x, y)):
            return of_nan
        if isinstance(x, Unknown) or isinstance(y, Unknown):
            return None
        return question(x, y)

    return ask


def _less(x: Interval | float, y: Interval | float) -> Answer:
    if libmp.mpf_lt(high(x), low(y)):
        return True
    return False if libmp.mpf_ge(low(x), high(y)) else None


def _less_equal(x: Interval | float, y: Interval | float) -> Answer:
    return negation(_less(y, x))


def _equal(x: Interval | float, y: Interval | float) -> Answer:
    if libmp.mpf_lt(high(x), low(y)) or libmp.mpf_lt(high(y), low(x)):
        return False
    return True if low(x) == high(x) == low(y) == high(y) else None


def negation(x: Answer) -> Answer:
    """Does it not hold?"""
    return None if x is None else not x


def conjunction(x: Answer, y: Answer) -> Answer:
    """Do both hold?"""
    if x is False or y is False:
        return False
    return None if x is None or y is None else True


def disjunction(x: Answer, y: Answer) -> Answer:
    """Does one hold?"""
    return negation(conjunction(negation(x), negation(y)))


def _exclusive(x: Answer, y: Answer) -> Answer:
    return None if x is None or y is None else x is not y


def _about_float(question: Callable[[float], bool], of_interval: Answer) -> Callable[[Number], Answer]:
    """A question about ±0, ±inf and NaN."""

    def ask(x: Number) -> Answer:
        if isinstance(x, Unknown):
            return None
        return question(x) if isinstance(x, float) else of_interval

    return ask


def _signbit(x: Number) -> Answer:
    if isinstance(x, float):
        return math.copysign(1.0, x) < 0
    return x.sign < 0 if isinstance(x, Interval) and x.sign else None


def chosen(condition: Answer, x: Number, y: Number) -> Number:
    """What a condition chooses; where it is not decided, whatever both have in common."""
    if condition is not None:
        return x if condition else y
    if x is y:
        return x
    precision = next((each.precision for each in (x, y) if isinstance(each, Interval)), None)
    if precision is not None:
        return hull(x, y, precision)
    return x if x == y else UNKNOWN


QUESTIONS: Mapping[str, Callable[..., Answer]] = MappingProxyType(
    {
        "less": _compared(_less),
        "less_equal": _compared(_less_equal),
        "equal": _compared(_equal),
        "not_equal": _compared(lambda x, y: negation(_equal(x, y)), of_nan=True),
        "greater": _compared(lambda x, y: _less(y, x)),
        "greater_equal": _compared(lambda x, y: _less_equal(y, x)),
        "logical_and": conjunction,
        "logical_or": disjunction,
        "logical_xor": _exclusive,
        "logical_not": negation,
        "isnan": _about_float(math.isnan, of_interval=False),
        "isinf": _about_float(math.isinf, of_interval=False),
        "isfinite": _about_float(math.isfinite, of_interval=True),
        "signbit": _signbit,
    }
)
