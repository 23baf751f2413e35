import itertools
import math

import mpmath
import numpy as np
import pytest
from mpmath import libmp

from chainrule.execute.interpret import value_of
from chainrule.execute.referee.functions import BESIDE_EXACT, ON_INTERVALS, elementwise
from chainrule.execute.referee.interval import UNKNOWN, Interval, interval, number
from chainrule.graph.ops import OPS

BITS = 96
mp = mpmath.mp.clone()
mp.prec = 2600  # 1 + x holds both for every float64

UNARY = {
    "negative": lambda x: -x,
    "reciprocal": lambda x: 1 / x,
    "square": lambda x: x * x,
    "absolute": abs,
    "sign": mp.sign,
    "sqrt": mp.sqrt,
    "cbrt": lambda x: mp.sign(x) * mp.root(abs(x), 3),
    "exp": mp.exp,
    "exp2": lambda x: mp.mpf(2) ** x,
    "expm1": lambda x: mp.exp(x) - 1,
    "log": mp.log,
    "log2": lambda x: mp.log(x) / mp.ln2,
    "log10": lambda x: mp.log(x) / mp.ln10,
    "log1p": lambda x: mp.log(1 + x),
    "log1mexp": lambda x: mp.log(1 - mp.exp(x)),
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "arcsin": mp.asin,
    "arccos": mp.acos,
    "arctan": mp.atan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "arcsinh": lambda x: mp.sign(x) * mp.log(abs(x) + mp.sqrt(x * x + 1)),
    "arccosh": lambda x: mp.log(x + mp.sqrt(x * x - 1)),
    "arctanh": lambda x: mp.log((1 + x) / (1 - x)) / 2,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "erf": mp.erf,
    "erfc": mp.erfc,
    "floor": mp.floor,
    "ceil": mp.ceil,
    "trunc": lambda x: mp.floor(x) if x > 0 else mp.ceil(x),
    "rint": mp.nint,
}
BINARY = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "power": lambda x, y: x**y,
    "floor_divide": lambda x, y: mp.floor(x / y),
    "remainder": lambda x, y: x - y * mp.floor(x / y),
    "hypot": lambda x, y: mp.sqrt(x * x + y * y),
    "logaddexp": lambda x, y: max(x, y) + mp.log(1 + mp.exp(-abs(x - y))),
    "xlogy": lambda x, y: x * mp.log(y),
    "arctan2": mp.atan2,
    "maximum": max,
    "minimum": min,
}
STEPS = ("sign", "floor", "ceil", "trunc", "rint")
SPECIAL = (0.0, -0.0, math.inf, -math.inf, math.nan)


def floats(count: int) -> list[float]:
    """Numbers of both signs, most of them of middle size, and the ends of float64."""
    rng = np.random.default_rng(0)
    middle = rng.choice([-1, 1], count) * 2.0 ** rng.uniform(-60, 9, count)
    return [*middle.tolist(), 1.0, -1.0, 0.5, 2.0, -3.0, 4.0, 700.0, -700.0, 1e-300, -1e-300, 5e-324, 1e300]


def bounds(x: Interval | float) -> tuple[mpmath.mpf, mpmath.mpf]:
    if isinstance(x, float):
        return mp.mpf(x), mp.mpf(x)
    return mp.make_mpf(x.low), mp.make_mpf(x.high)


def assert_encloses(enclosure: Interval | float, truth: mpmath.mpf, width: float) -> None:
    if not isinstance(truth, mp.mpf):  # complex: outside of the domain
        assert isinstance(enclosure, float)
        assert math.isnan(enclosure)
        return
    low, high = bounds(enclosure)
    assert low <= truth <= high
    assert low == high or high - low <= width * abs(truth)


def test_every_elementwise_op_has_a_row():
    real = {name for name, op in OPS.items() if op.kind == "elementwise" and op.dtype in ("common", "number", "float")}
    bits = {"left_shift", "right_shift", "invert", *(name for name in OPS if name.startswith("bitwise"))}
    assert (real | {"divide"}) - bits == set(ON_INTERVALS) == set(UNARY) | set(BINARY)


@pytest.mark.parametrize("op", UNARY)
def test_the_interval_of_a_number_is_narrow_and_holds_the_truth(op):
    for x in floats(40):
        if op in ("sinh", "cosh", "exp", "exp2", "expm1", "erfc") and abs(x) > 1e100:
            continue  # the reference would compute for minutes
        try:
            truth = UNARY[op](mp.mpf(x))
        except (ValueError, ZeroDivisionError):  # a pole
            continue
        assert_encloses(elementwise(op, interval(x, BITS), precision=BITS), truth, 2.0 ** (8 - BITS))


@pytest.mark.parametrize("op", BINARY)
def test_the_interval_of_two_numbers_holds_the_truth(op):
    some = [x for x in floats(8) if 1e-5 < abs(x) < 1e3]
    for x, y in itertools.product(some, repeat=2):
        truth = BINARY[op](mp.mpf(x), mp.mpf(y))
        result = elementwise(op, interval(x, BITS), interval(y, BITS), precision=BITS)
        assert_encloses(result, truth, 2.0**-60)  # a remainder cancels


@pytest.mark.parametrize("op", UNARY)
def test_an_interval_holds_the_values_of_all_its_numbers(op):
    rng = np.random.default_rng(1)
    for x in floats(20):
        if not 1e-9 < abs(x) < 100:
            continue
        other = x * (1 + 2.0**-30)
        low, high = sorted([x, other])
        enclosure = elementwise(op, number(libmp.from_float(low), libmp.from_float(high), BITS), precision=BITS)
        truth = UNARY[op](mp.mpf(rng.uniform(low, high)))
        if enclosure is not UNKNOWN and isinstance(truth, mp.mpf):
            first, last = bounds(enclosure)
            assert first <= truth <= last
            assert op in STEPS or last - first <= mp.mpf(2) ** -10 * max(1, abs(truth))


@pytest.mark.parametrize("op", UNARY)
@pytest.mark.parametrize("x", SPECIAL)
def test_one_special_number_as_ieee_754_says(op, x):
    expected = float(value_of(op, [x], {}))
    result = elementwise(op, x, precision=BITS)
    if isinstance(result, Interval):
        low, high = bounds(result)
        assert abs((low + high) / 2 - expected) <= 1e-15
    else:
        assert repr(result) == repr(expected)


@pytest.mark.parametrize("op", BINARY)
def test_two_numbers_one_of_them_special(op):
    others = (*SPECIAL, 1.0, -1.0, 0.5, -2.5, 3.0, -4.0)
    for x, y in [*itertools.product(SPECIAL, others), *itertools.product(others, SPECIAL)]:
        expected = float(value_of(op, [x, y], {}))
        operands = [
            each if each in (0.0, math.inf, -math.inf) or each != each else interval(each, BITS) for each in (x, y)
        ]
        result = elementwise(op, *operands, precision=BITS)
        if isinstance(result, Interval):
            low, high = bounds(result)
            assert abs((low + high) / 2 - expected) <= 1e-15, (x, y)
        elif expected == 0.0 and op in ("maximum", "minimum"):  # IEEE 754 leaves the sign of 0 open here
            assert result == 0.0
        else:
            assert repr(result) == repr(expected), (x, y)


def test_what_is_not_decided_is_unknown():
    around_zero = number(libmp.from_float(-1e-99), libmp.from_float(1e-99), BITS)
    for op in ("log", "sqrt", "reciprocal", "log1mexp", "sign"):
        assert elementwise(op, around_zero, precision=BITS) is UNKNOWN
    assert elementwise("divide", around_zero, around_zero, precision=BITS) is UNKNOWN
    assert elementwise("divide", around_zero, 0.0, precision=BITS) is UNKNOWN
    assert elementwise("exp", UNKNOWN, precision=BITS) is UNKNOWN
    for unknown in (UNKNOWN + around_zero, around_zero * UNKNOWN, around_zero - UNKNOWN, 0.0 * UNKNOWN, -UNKNOWN):
        assert unknown is UNKNOWN


def test_rows_beside_exact_numbers_are_those_of_two_numbers():
    assert set(BESIDE_EXACT) == set(BINARY)


def test_numbers_far_out_have_limits_instead_of_exponents_that_fill_the_memory():
    far = elementwise("exp", elementwise("exp", interval(1e4, BITS), precision=BITS), precision=BITS)
    assert far == math.inf
    assert elementwise("exp", -elementwise("exp", interval(1e4, BITS), precision=BITS), precision=BITS) == 0.0
    assert elementwise("sin", elementwise("exp", interval(1e4, BITS), precision=BITS), precision=BITS) is UNKNOWN
