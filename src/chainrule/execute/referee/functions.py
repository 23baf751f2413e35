"""The elementwise ops on numbers of the referee.

- ``ON_INTERVALS``: what an op gives for intervals. Nothing but mathematics stands in a row.
- ``BESIDE_EXACT``: what it gives for an interval and an exact number (±0, ±inf, NaN), where that needs a word.

An op of exact numbers is asked from the interpreter: where IEEE 754 gives ±0, ±1/2, ±1, ±inf or NaN for ±0, ±1, ±inf
and NaN, the value is exact.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from mpmath import libmp

from chainrule.execute.interpret import value_of
from chainrule.execute.referee import bounds
from chainrule.execute.referee.interval import (
    DOWN,
    UNKNOWN,
    UP,
    Bound,
    Interval,
    Number,
    Unknown,
    greatest,
    high,
    interval,
    least,
    low,
    number,
)

__all__ = ["BESIDE_EXACT", "ON_INTERVALS", "elementwise"]

SPARE = 10  # bits with which a bound is computed beyond those that are kept

Rule = Callable[..., Number]


def elementwise(op: str, *operands: Number, precision: int) -> Number:
    """The value of an elementwise op that gives a real number."""
    if any(isinstance(each, Unknown) for each in operands):
        return UNKNOWN
    values = [_exact(each) for each in operands]
    if None not in values:
        value = float(value_of(op, values, {}))
        if abs(value) in (0.5, 1.0):
            return interval(value, precision)
        if value == 0.0 or not math.isfinite(value):
            return value
    if op in BESIDE_EXACT and any(isinstance(each, float) for each in operands):
        return BESIDE_EXACT[op](op, *operands, precision)
    return ON_INTERVALS[op](*[interval(each, precision) if isinstance(each, float) else each for each in operands])


def _exact(x: Number) -> float | None:
    """The value of ±0, ±1, ±inf and NaN."""
    if isinstance(x, float):
        return x
    if isinstance(x, Interval) and x.is_point and x.low in (libmp.fone, libmp.fnone):
        return float(x.sign)
    return None


# --- one function at both bounds ------------------------------------------------------------------------------


def _increasing(function: bounds.Function, bottom: float = -math.inf, top: float = math.inf) -> Rule:
    """An increasing function; NaN outside of its domain."""
    start, end = libmp.from_float(bottom), libmp.from_float(top)

    def rule(x: Interval) -> Number:
        if libmp.mpf_lt(x.high, start) or libmp.mpf_gt(x.low, end):
            return math.nan
        if libmp.mpf_lt(x.low, start) or libmp.mpf_gt(x.high, end):
            return UNKNOWN
        first = function(x.low, x.precision + SPARE)
        last = first if x.is_point else function(x.high, x.precision + SPARE)
        return number(_outward(first, x.precision, DOWN), _outward(last, x.precision, UP), x.precision)

    return rule


def _decreasing(function: bounds.Function, bottom: float = -math.inf, top: float = math.inf) -> Rule:
    mirrored = _increasing(lambda x, precision: libmp.mpf_neg(function(x, precision)), bottom, top)
    return lambda x: -mirrored(x)


def _outward(value: Bound, precision: int, direction: str) -> Bound:
    """The value, moved by more than its error."""
    if not value[1]:  # 0 and the infinities are exact
        return value
    error = libmp.mpf_shift(libmp.mpf_abs(value), -precision)
    return (libmp.mpf_sub if direction == DOWN else libmp.mpf_add)(value, error, precision, direction)


def _constant(value: Callable[[int], Bound], precision: int) -> Interval:
    """A constant such as pi."""
    found = value(precision + SPARE)
    return Interval(_outward(found, precision, DOWN), _outward(found, precision, UP), precision)


def _logarithm_to(base: Callable[[int], Bound]) -> Rule:
    """The logarithm to a base whose own logarithm is given."""
    return lambda x: elementwise(
        "divide", elementwise("log", x, precision=x.precision), _constant(base, x.precision), precision=x.precision
    )


# --- rules with cases -----------------------------------------------------------------------------------------


def _absolute(x: Interval) -> Number:
    if x.sign:
        return x if x.sign > 0 else -x
    return number(libmp.fzero, greatest([libmp.mpf_neg(x.low), x.high]), x.precision)


def _sign(x: Interval) -> Number:
    return interval(float(x.sign), x.precision) if x.sign else UNKNOWN


def _square(x: Interval) -> Number:
    size = _absolute(x)
    return size * size


def _sqrt(x: Interval) -> Number:
    if libmp.mpf_sign(x.high) < 0:
        return math.nan
    if libmp.mpf_sign(x.low) < 0:
        return UNKNOWN
    first, last = (libmp.mpf_sqrt(bound, x.precision, way) for bound, way in ((x.low, DOWN), (x.high, UP)))
    return number(first, last, x.precision)


def _hypot(x: Interval, y: Interval) -> Number:
    return elementwise("sqrt", _square(x) + _square(y), precision=x.precision)


def _exp2(x: Interval) -> Number:
    if x.is_point and bounds.magnitude(x.low) < bounds.FAR and x.low == libmp.mpf_floor(x.low):
        power = libmp.mpf_shift(libmp.fone, libmp.to_int(x.low))
        return Interval(power, power, x.precision)
    return _increasing(bounds.exp2)(x)


def _power(x: Interval, y: Interval) -> Number:
    """A power; by an integer as products, so that exact ones stay exact."""
    whole = y.is_point and y.low == libmp.mpf_floor(y.low)
    if whole and bounds.magnitude(y.low) <= 6:
        return _whole_power(x, libmp.to_int(y.low))
    if x.sign > 0:
        return elementwise("exp", y * elementwise("log", x, precision=x.precision), precision=x.precision)
    if x.sign < 0 and y.is_point:
        if not whole:
            return math.nan
        size = _power(-x, y)
        return -size if libmp.to_int(y.low) % 2 else size
    return UNKNOWN


def _whole_power(x: Interval, exponent: int) -> Number:
    size: Number = _absolute(x) if exponent % 2 == 0 else x
    product = size
    for _ in range(abs(exponent) - 1):
        product = product * size
    return (
        product if exponent > 0 else elementwise("divide", interval(1.0, x.precision), product, precision=x.precision)
    )


def _logaddexp(x: Interval, y: Interval) -> Number:
    """The greater plus log(1 + e^-distance)."""
    if libmp.mpf_lt(x.low, y.low):
        x, y = y, x
    difference = y - x
    if isinstance(difference, float):
        difference = interval(difference, x.precision)
    return x + ON_INTERVALS["softplus"](difference)


def _xlogy(x: Interval, y: Interval) -> Number:
    return x * elementwise("log", y, precision=x.precision)


def _cosine(function: bounds.Function) -> Rule:
    """Sine or cosine: at the middle, and as far around it as the interval reaches."""

    def rule(x: Interval) -> Number:
        if max(bounds.magnitude(x.low), bounds.magnitude(x.high)) > bounds.FAR:
            return UNKNOWN
        if x.is_point:
            return _increasing(function)(x)
        middle = libmp.mpf_shift(libmp.mpf_add(x.low, x.high, x.precision), -1)
        radius = libmp.mpf_sub(x.high, x.low, x.precision, UP)
        value = function(middle, x.precision + SPARE)
        first = libmp.mpf_sub(_outward(value, x.precision, DOWN), radius, x.precision, DOWN)
        last = libmp.mpf_add(_outward(value, x.precision, UP), radius, x.precision, UP)
        return number(greatest([first, libmp.fnone]), least([last, libmp.fone]), x.precision)

    return rule


def _tan(x: Interval) -> Number:
    return elementwise(
        "divide",
        elementwise("sin", x, precision=x.precision),
        elementwise("cos", x, precision=x.precision),
        precision=x.precision,
    )


def _cosh(x: Interval) -> Number:
    return _increasing(bounds.cosh)(_absolute(x))


def _arctan2(y: Interval, x: Interval) -> Number:
    if x.sign > 0:
        return elementwise("arctan", elementwise("divide", y, x, precision=x.precision), precision=x.precision)
    quarter = _constant(libmp.mpf_pi, x.precision)
    if y.sign:
        half = quarter * interval(y.sign / 2, x.precision)
        return half - elementwise("arctan", elementwise("divide", x, y, precision=x.precision), precision=x.precision)
    return UNKNOWN


def _steps(function: Callable[[Bound], Bound]) -> Rule:
    """A step function: both bounds on a step."""
    return lambda x: number(function(x.low), function(x.high), x.precision)


def _trunc(x: Bound) -> Bound:
    return libmp.mpf_floor(x) if libmp.mpf_sign(x) > 0 else libmp.mpf_ceil(x)


def _floor_divide(x: Interval, y: Interval) -> Number:
    return elementwise("floor", elementwise("divide", x, y, precision=x.precision), precision=x.precision)


def _remainder(x: Interval, y: Interval) -> Number:
    return x - y * _floor_divide(x, y)


def _extreme(choose: Callable[[list[Bound]], Bound]) -> Rule:
    """The greater or the lesser of two."""

    def rule(x: Number, y: Number) -> Number:
        precision = next(each.precision for each in (x, y) if isinstance(each, Interval))
        return number(choose([low(x), low(y)]), choose([high(x), high(y)]), precision)

    return rule


# --- an interval beside an exact number -----------------------------------------------------------------------


def _by_example(op: str, x: Number, y: Number, precision: int) -> Number:
    """The op at ±1/2 in the place of an interval of that sign; where the value depends on the sign alone."""
    if any(isinstance(each, Interval) and not each.sign for each in (x, y)):
        return UNKNOWN
    return float(value_of(op, [each.sign / 2 if isinstance(each, Interval) else each for each in (x, y)], {}))


def _power_beside(op: str, x: Number, y: Number, precision: int) -> Number:
    """Here it also counts whether |x| < 1, and whether y is odd."""
    if y == 0.0:
        return interval(1.0, precision)
    if isinstance(x, Interval):
        distance = _absolute(x) - interval(1.0, precision)
        known = x.sign and isinstance(distance, Interval) and distance.sign
        return float(value_of(op, [x.sign * 2.0**distance.sign, y], {})) if known else UNKNOWN
    whole = y.is_point and y.low == libmp.mpf_floor(y.low)
    size = 2.0 - libmp.to_int(y.low) % 2 if whole else 0.5
    return float(value_of(op, [x, y.sign * size], {})) if y.sign else UNKNOWN


def _remainder_beside(op: str, x: Number, y: Number, precision: int) -> Number:
    """The remainder of a number by ±inf is that number, if it has the same sign."""
    value = _by_example(op, x, y, precision)
    return x if isinstance(value, float) and abs(value) == 0.5 else value


def _hypot_beside(op: str, x: Number, y: Number, precision: int) -> Number:
    exact, other = (x, y) if isinstance(x, float) else (y, x)
    return elementwise("absolute", other, precision=precision) if exact == 0.0 else exact * exact


def _logaddexp_beside(op: str, x: Number, y: Number, precision: int) -> Number:
    exact, other = (x, y) if isinstance(x, float) else (y, x)
    if exact == 0.0:
        return elementwise("softplus", other, precision=precision)
    return other if exact == -math.inf else exact


def _xlogy_beside(op: str, x: Number, y: Number, precision: int) -> Number:
    return 0.0 if isinstance(x, float) and x == 0.0 else x * elementwise("log", y, precision=precision)


def _arctan2_beside(op: str, y: Number, x: Number, precision: int) -> Number:
    """A multiple of a quarter of pi."""
    value = _by_example(op, y, x, precision)
    if not isinstance(value, float) or value == 0.0 or math.isnan(value):
        return value
    return _constant(libmp.mpf_pi, precision) * interval(round(value * 4 / math.pi) / 4, precision)


def _extreme_beside(op: str, x: Number, y: Number, precision: int) -> Number:
    exact = x if isinstance(x, float) else y
    return exact if math.isnan(exact) else ON_INTERVALS[op](x, y)


BESIDE_EXACT: Mapping[str, Rule] = MappingProxyType(
    {
        "add": lambda op, x, y, precision: x + y,
        "subtract": lambda op, x, y, precision: x - y,
        "multiply": lambda op, x, y, precision: x * y,
        "divide": _by_example,
        "power": _power_beside,
        "floor_divide": _by_example,
        "remainder": _remainder_beside,
        "hypot": _hypot_beside,
        "logaddexp": _logaddexp_beside,
        "xlogy": _xlogy_beside,
        "arctan2": _arctan2_beside,
        "maximum": _extreme_beside,
        "minimum": _extreme_beside,
    }
)

ON_INTERVALS: Mapping[str, Rule] = MappingProxyType(
    {
        # arithmetic
        "add": lambda x, y: x + y,
        "subtract": lambda x, y: x - y,
        "multiply": lambda x, y: x * y,
        "divide": lambda x, y: x / y,
        "power": _power,
        "floor_divide": _floor_divide,
        "remainder": _remainder,
        "negative": lambda x: -x,
        "reciprocal": lambda x: interval(1.0, x.precision) / x,
        "square": _square,
        "absolute": _absolute,
        "sign": _sign,
        "sqrt": _sqrt,
        "cbrt": _increasing(bounds.cbrt),
        "hypot": _hypot,
        # exponentials and logarithms
        "exp": _increasing(bounds.exp),
        "exp2": _exp2,
        "expm1": _increasing(bounds.expm1),
        "log": _increasing(bounds.log, 0.0),
        "log2": _logarithm_to(libmp.mpf_ln2),
        "log10": _logarithm_to(libmp.mpf_ln10),
        "log1p": _increasing(bounds.log1p, -1.0),
        "log1mexp": _decreasing(bounds.log1mexp, top=0.0),
        "logaddexp": _logaddexp,
        "xlogy": _xlogy,
        # trigonometric and hyperbolic
        "sin": _cosine(libmp.mpf_sin),
        "cos": _cosine(libmp.mpf_cos),
        "tan": _tan,
        "arcsin": _increasing(libmp.mpf_asin, -1.0, 1.0),
        "arccos": _decreasing(libmp.mpf_acos, -1.0, 1.0),
        "arctan": _increasing(libmp.mpf_atan),
        "arctan2": _arctan2,
        "sinh": _increasing(bounds.sinh),
        "cosh": _cosh,
        "tanh": _increasing(bounds.tanh),
        "arcsinh": _increasing(libmp.mpf_asinh),
        "arccosh": _increasing(bounds.arccosh, 1.0),
        "arctanh": _increasing(libmp.mpf_atanh, -1.0, 1.0),
        # functions of neural networks and statistics
        "sigmoid": _increasing(bounds.sigmoid),
        "softplus": _increasing(bounds.softplus),
        "erf": _increasing(bounds.erf),
        "erfc": _decreasing(bounds.erfc),
        # choice
        "maximum": _extreme(greatest),
        "minimum": _extreme(least),
        # rounding
        "floor": _steps(libmp.mpf_floor),
        "ceil": _steps(libmp.mpf_ceil),
        "trunc": _steps(_trunc),
        "rint": _steps(libmp.mpf_nint),
    }
)
