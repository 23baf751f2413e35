"""The table of local gradients: complete, in order, and right to hundreds of digits at ordinary and hard points."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mpf

import chainrule as cr
from chainrule.execute.interpret import interpret
from chainrule.graph import OPS, Graph, Node, input_node, make
from chainrule.graph.expressions import filled
from chainrule.transforms.derivatives import LOCAL, ROUTES
from chainrule.transforms.pullbacks import PULLBACKS, TRANSPOSES

F = cr.functions
TABLES = {"LOCAL": LOCAL, "TRANSPOSES": TRANSPOSES, "PULLBACKS": PULLBACKS}

# --- contracts ------------------------------------------------------------------------------------------------


def test_every_op_has_a_row_in_exactly_one_table() -> None:
    found = [name for table in TABLES.values() for name in table]
    assert sorted(found) == sorted(op.name for op in OPS.values() if op.kind != "source")


@pytest.mark.parametrize("table", [*TABLES.values(), ROUTES], ids=[*TABLES, "ROUTES"])
def test_rows_stand_in_the_order_of_the_ops(table: Any) -> None:
    order = list(OPS)
    assert list(table) == sorted(table, key=order.index)


@pytest.mark.parametrize("name", LOCAL)
def test_there_are_as_many_local_gradients_as_inputs(name: str) -> None:
    assert len(LOCAL[name]) == OPS[name].arity
    assert len(ROUTES.get(name, LOCAL[name])) == OPS[name].arity


def local_gradient(name: str, i: int, values: list[Any], dtype: Any) -> Any:
    """The row as it stands, computed entry by entry."""
    nodes = tuple(input_node("x", np.shape(value), np.dtype(dtype)) for value in values)
    row = LOCAL[name][i]
    assert row is not None
    local = row(*nodes, make(name, *nodes))
    output = local if isinstance(local, Node) else filled(np.shape(values[0]), np.dtype(dtype), local)
    return interpret(Graph(nodes, (output,)), values)[0]


def finite_halves() -> Any:
    numbers = np.arange(2**16, dtype=np.uint16).view(np.float16)
    return numbers[np.isfinite(numbers)]


def can_be_infinite(name: str, i: int) -> bool:
    """Is a local gradient infinite or NaN at a finite input? All of float16 for one input, corners for two."""
    if OPS[name].arity == 1:
        return not np.all(np.isfinite(local_gradient(name, i, [finite_halves()], np.float16)))
    corners = np.array([0, 1, 2, 0.5, 6e-8, 6e4, np.inf], dtype=np.float16)
    x = np.concatenate([corners, -corners, [np.float16(np.nan)]])
    pairs = np.array(list(itertools.product(x, x)), dtype=np.float16)
    pairs = pairs[np.isfinite(pairs[:, i])]
    return not np.all(np.isfinite(local_gradient(name, i, [pairs[:, 0], pairs[:, 1]], np.float16)))


ELEMENTWISE = [
    name
    for name, rows in LOCAL.items()
    if OPS[name].kind == "elementwise" and any(rows) and name not in ("where", "astype")
]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_ops_with_infinite_local_gradients_are_flagged(name: str) -> None:
    found = any(can_be_infinite(name, i) for i, row in enumerate(LOCAL[name]) if row is not None)
    assert OPS[name].singular == found


# --- the oracle -----------------------------------------------------------------------------------------------

DIGITS = 400  # so that 1 - 1e-324 is not 1


def derivative(f: Callable[..., Any], x: tuple[float, ...], orders: tuple[int, ...]) -> Any:
    """A partial derivative of a function by mpmath's differences, steps being relative to each argument."""

    def along(g: Callable[[Any], Any], at: Any, order: int) -> Any:
        if order == 0:
            return g(at)
        scale = abs(at) if at != 0 and (abs(at) > 1 or f in SINGULAR_AT_0) else mpf(1)
        return mpmath.diff(lambda t: g(at + scale * t), 0, order) / scale**order

    def partial(fixed: tuple[Any, ...]) -> Any:
        position = len(fixed)
        if position == len(x):
            return f(*fixed)
        return along(lambda value: partial((*fixed, value)), mpf(x[position]), orders[position])

    return partial(())


def error(found: Any, truth: Any, dtype: Any) -> float:
    """The relative error; beside it a few units of the smallest number are forgiven."""
    info = np.finfo(dtype)
    if abs(truth) > float(info.max):
        return 0.0 if abs(found) == math.inf else math.inf
    if not np.isfinite(found):
        return math.inf
    distance = abs(mpf(float(found)) - truth) - 40 * mpf(float(info.smallest_subnormal))
    return 0.0 if distance <= 0 else float(distance / abs(truth)) if truth else math.inf


def check(f: Any, g: Any, points: list[Any], orders: tuple[int, ...], dtype: Any, tolerance: float) -> None:
    gradient = f
    for argument, order in enumerate(orders):
        for _ in range(order):
            gradient = cr.grad(gradient, argument)
    for point in points:
        x = tuple(dtype(each) for each in (point if isinstance(point, tuple) else (point,)))
        with mpmath.workdps(DIGITS):
            truth = derivative(g, tuple(map(float, x)), orders)
        found = gradient(*x)
        off = error(found, truth, dtype)
        assert off < tolerance, f"{orders} at {x}: {found} for {mpmath.nstr(truth, 17)}, relative error {off:.1e}"


# --- functions of one number ----------------------------------------------------------------------------------

REAL = [0.0, 5e-324, -1e-300, 1e-160, -1e-10, 1e-5, 0.3, -0.7, 1.0, 2.5, -7.3, 40.0, -1e5, 1e10, 1e155, -1e200, 1e308]
POSITIVE = [1e-300, 1e-160, 1e-20, 1e-5, 0.3, 1 - 1e-16, 1.0, 1 + 2.3e-16, 2.5, 1e3, 1e10, 1e155, 1e200, 1e308]
UNIT = [0.0, 1e-300, -1e-20, 1e-10, -1e-5, 0.1, 0.3, 0.499, 0.5, -0.7, 0.9, 0.999, -1 + 1e-10, 1 - 2e-16]
EXPONENTS = [0.0, 1e-300, -1e-10, 1e-5, 0.2, 0.3, -0.7, 1.0, -7.3, 20.0, -40.0, 350.0, -372.0, 600.0]
EXPONENTS += [-700.0, 709.0, -740.0, 745.0, 800.0, -800.0]
ANGLES = [0.0, 1e-300, -1e-10, 1e-5, 0.3, -0.7, 1.0, 1.5, -2.5, 3.14, 100.0, -1e5, 1e10]
GAUSSIAN = [0.0, 1e-300, -1e-10, 1e-5, 0.3, -0.7, 1.0, -2.5, 5.0, -9.0, 15.0, 20.3, -26.1, 30.0, 1e3, -1e200, 1e308]
BELOW_0 = [-1e-300, -1e-160, -1e-20, -1e-10, -1e-3, -0.5, -0.693147, -1.0, -5.0, -40.0, -350.0, -700.0, -709.0, -740.0]
BELOW_0 += [-745.0, -800.0, -1e5]
ABOVE_MINUS_1 = [-1 + 2e-16, -1 + 1e-10, -0.5, -1e-20, 0.0, 1e-10, 0.5, 3.0, 1e5, 1e200, 1e308]
ABOVE_1 = [1 + 2.3e-16, 1 + 1e-10, 1.001, 1.5, 2.0, 10.0, 1e5, 1e10, 1e155, 1e200, 1e308]

UNARY: dict[str, tuple[Any, Callable[[Any], Any], list[float]]] = {
    "negative": (np.negative, lambda x: -x, REAL),
    "reciprocal": (np.reciprocal, lambda x: 1 / x, POSITIVE),
    "square": (np.square, lambda x: x * x, REAL),
    "absolute": (np.absolute, abs, [x for x in REAL if x]),
    "sqrt": (np.sqrt, mpmath.sqrt, POSITIVE),
    "cbrt": (np.cbrt, lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), [*POSITIVE, -8.0, -1e-20]),
    "exp": (np.exp, mpmath.exp, EXPONENTS),
    "exp2": (np.exp2, lambda x: mpf(2) ** x, EXPONENTS),
    "expm1": (np.expm1, mpmath.expm1, EXPONENTS),
    "log": (np.log, mpmath.log, POSITIVE),
    "log2": (np.log2, lambda x: mpmath.log(x, 2), POSITIVE),
    "log10": (np.log10, mpmath.log10, POSITIVE),
    "log1p": (np.log1p, mpmath.log1p, ABOVE_MINUS_1),
    "log1mexp": (
        F.log1mexp,
        lambda x: mpmath.log(-mpmath.expm1(x)) if x > -1 else mpmath.log1p(-mpmath.exp(x)),
        BELOW_0,
    ),
    "sin": (np.sin, mpmath.sin, ANGLES),
    "cos": (np.cos, mpmath.cos, ANGLES),
    "tan": (np.tan, mpmath.tan, [*ANGLES, 1.5707963267948966, -4.71238898038469]),
    "arcsin": (np.arcsin, mpmath.asin, UNIT),
    "arccos": (np.arccos, mpmath.acos, UNIT),
    "arctan": (np.arctan, mpmath.atan, REAL),
    "sinh": (np.sinh, mpmath.sinh, EXPONENTS),
    "cosh": (np.cosh, mpmath.cosh, EXPONENTS),
    "tanh": (np.tanh, mpmath.tanh, EXPONENTS),
    "arcsinh": (np.arcsinh, mpmath.asinh, REAL),
    "arccosh": (np.arccosh, mpmath.acosh, ABOVE_1),
    "arctanh": (np.arctanh, mpmath.atanh, UNIT),
    "sigmoid": (F.sigmoid, lambda x: 1 / (1 + mpmath.exp(-x)), EXPONENTS),
    "softplus": (F.softplus, lambda x: mpmath.log1p(mpmath.exp(x)), EXPONENTS),
    "erf": (F.erf, lambda x: mpmath.erf(x) if abs(x) < 1e3 else mpmath.sign(x), GAUSSIAN),
    "erfc": (F.erfc, lambda x: mpmath.erfc(x) if abs(x) < 1e3 else 1 - mpmath.sign(x), GAUSSIAN),
}
SINGULAR_AT_0 = {UNARY[name][1] for name in ("reciprocal", "absolute", "sqrt", "cbrt", "log", "log2", "log10")}
SINGULAR_AT_0.add(UNARY["log1mexp"][1])


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", UNARY)
def test_derivatives_of_functions_of_one_number(name: str, order: int) -> None:
    f, g, points = UNARY[name]
    check(f, g, points, (order,), np.float64, 1e-12)


@pytest.mark.parametrize("name", UNARY)
def test_derivatives_of_functions_of_one_float32(name: str) -> None:
    f, g, points = UNARY[name]
    with np.errstate(over="ignore"):
        singles = [x for x in map(np.float32, points) if np.isfinite(x) and (g not in SINGULAR_AT_0 or x != 0)]
    singles = [x for x in singles if abs(x) != 1 or name not in ("arcsin", "arccos", "arctanh", "arccosh", "log1p")]
    check(f, g, singles, (1,), np.float32, 4 * float(np.finfo(np.float32).eps))


# --- functions of two numbers ---------------------------------------------------------------------------------


def logaddexp(x: Any, y: Any) -> Any:
    return max(x, y) + mpmath.log1p(mpmath.exp(-abs(x - y)))


DIRECTIONS = [(3, 4), (1e200, 1e200), (1, 1e-10), (1e-5, 1), (0, 1), (2, 0), (-1, 1.5), (1, 1e17), (1e16, 1)]
DIRECTIONS += [(1e-5, 1e-9), (-1e100, 3), (1e155, 3e155)]

BINARY: dict[str, tuple[Any, Callable[[Any, Any], Any], list[tuple[float, float]]]] = {
    "add": (np.add, lambda x, y: x + y, [(1, 2), (1e308, 1e308)]),
    "subtract": (np.subtract, lambda x, y: x - y, [(1, 2), (1e308, -1e308)]),
    "multiply": (np.multiply, lambda x, y: x * y, [(1, 2), (1e200, 1e200), (0, 0), (1e-200, 1e-200)]),
    "divide": (
        np.divide,
        lambda x, y: x / y,
        [(1, 2), (1e200, 1e200), (0, 3), (1e-200, 1e200), (3, -1e-100), (1e-300, 1e-150), (5, 1e155)],
    ),
    "power": (
        np.power,
        lambda x, y: x**y,
        [(2, 3), (0.5, -2.5), (1e-10, 3), (1e-300, 0.5), (1e300, 0.5), (1.0000001, 1e7), (1e100, -2), (3, 0), (1, 0)],
    ),
    "remainder": (
        np.remainder,
        lambda x, y: x - y * mpmath.floor(x / y),
        [(5, 3), (-5, 3), (5, -3), (0.1, 3e5), (1e16, 3), (0.9999999999999999, 0.3333333333333333)],
    ),
    "hypot": (np.hypot, lambda x, y: mpmath.sqrt(x * x + y * y), [*DIRECTIONS, (1e-200, 2e-200), (1.7e308, 1.7e308)]),
    "logaddexp": (
        np.logaddexp,
        logaddexp,
        [(0, 1e-10), (0, 40), (40, 0), (0, 700), (0, -740), (1000, 1000.5), (1e308, -1e308), (-1e5, 0), (3, -2)],
    ),
    "xlogy": (F.xlogy, lambda x, y: x * mpmath.log(y), [(0, 2), (2, 3), (1e-20, 1e20), (1e200, 0.5), (-3, 1e-5)]),
    "arctan2": (np.arctan2, mpmath.atan2, [*DIRECTIONS, (-1e-10, 1), (1e-200, 1e200), (1e-10, -1), (-2, -1)]),
}


@pytest.mark.parametrize("orders", [(1, 0), (0, 1), (2, 0), (1, 1), (0, 2)], ids=str)
@pytest.mark.parametrize("name", BINARY)
def test_derivatives_of_functions_of_two_numbers(name: str, orders: tuple[int, int]) -> None:
    f, g, points = BINARY[name]
    check(f, g, points, orders, np.float64, 1e-12)


@pytest.mark.parametrize("name", BINARY)
def test_derivatives_of_functions_of_two_float32(name: str) -> None:
    f, g, points = BINARY[name]
    singles = [(x, y) for x, y in points if all(z == 0 or 1e-6 < abs(z) < 1e6 for z in (x, y))]
    for orders in [(1, 0), (0, 1)]:
        check(f, g, singles, orders, np.float32, 12 * float(np.finfo(np.float32).eps))


def test_every_smooth_elementwise_op_was_compared() -> None:
    assert {*UNARY, *BINARY} == {*ELEMENTWISE} - {"maximum", "minimum"}


# --- points at which the rule must know better than the formula -----------------------------------------------


def slopes(f: Any, *x: float) -> tuple[float, ...]:
    return tuple(map(float, cr.grad(f, tuple(range(len(x))))(*x)))


INF = math.inf
HARD: list[tuple[Any, tuple[float, ...], tuple[float, ...]]] = [
    (lambda x: x**2, (0.0,), (0.0,)),
    (lambda x: x**1, (0.0,), (1.0,)),
    (lambda x: x**0, (0.0,), (0.0,)),
    (lambda x: x**0.5, (0.0,), (INF,)),
    (lambda x: x**3, (-2.0,), (12.0,)),
    (lambda x: x**-1, (-2.0,), (-0.25,)),
    (lambda x: np.sum(np.power(x, np.array([0.0, 1.0, 2.0, 3.0]))), (0.0,), (1.0,)),
    (lambda x: np.sum(np.power(x, np.array([0.0, 1.0, 2.0, 3.0]))), (-2.0,), (9.0,)),
    (lambda x: np.power(x, x > 0), (2.0,), (1.0,)),
    (lambda x: np.power(x, x > 0), (-2.0,), (0.0,)),
    (np.power, (0.0, 2.0), (0.0, 0.0)),
    (np.power, (0.0, 0.0), (0.0, -INF)),
    (np.hypot, (0.0, 0.0), (0.0, 0.0)),
    (np.logaddexp, (INF, INF), (0.5, 0.5)),
    (np.logaddexp, (-INF, -INF), (0.5, 0.5)),
    (np.logaddexp, (0.0, -INF), (1.0, 0.0)),
    (np.logaddexp, (0.0, INF), (0.0, 1.0)),
    (F.xlogy, (0.0, 0.0), (-INF, 0.0)),
    (np.sqrt, (0.0,), (INF,)),
    (np.cbrt, (0.0,), (INF,)),
    (np.log, (0.0,), (INF,)),
    (np.arctan, (INF,), (0.0,)),
    (np.tanh, (-INF,), (0.0,)),
    (F.sigmoid, (INF,), (0.0,)),
    (F.softplus, (-INF,), (0.0,)),
    (F.erf, (INF,), (0.0,)),
    (np.exp, (-INF,), (0.0,)),
]


@pytest.mark.parametrize(("f", "x", "expected"), HARD)
def test_first_derivatives_at_the_edge(f: Any, x: tuple[float, ...], expected: tuple[float, ...]) -> None:
    assert slopes(f, *x) == expected


def test_second_derivatives_at_the_edge() -> None:
    assert cr.hessian(lambda z: np.logaddexp(z[0], z[1]))(np.array([7.0, 7.0])).tolist() == [
        [0.25, -0.25],
        [-0.25, 0.25],
    ]
    assert cr.hessian(lambda z: np.power(z[0], z[1]))(np.array([0.0, 3.0])).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert cr.grad(cr.grad(F.xlogy, 0), 1)(0.0, 2.0) == 0.5
    assert cr.grad(cr.grad(F.xlogy, 1), 0)(0.0, 2.0) == 0.5
    assert cr.grad(cr.grad(lambda x: x**2))(0.0) == 2.0
    assert cr.grad(cr.grad(cr.grad(np.tanh)))(0.0) == -2.0


# --- kinks and ties -------------------------------------------------------------------------------------------

KINKS: list[tuple[Any, tuple[float, ...], tuple[float, ...]]] = [
    (np.abs, (0.0,), (0.0,)),
    (np.abs, (-0.0,), (0.0,)),
    (np.sign, (0.0,), (0.0,)),
    (np.floor, (1.0,), (0.0,)),
    (lambda x: x - np.floor(x), (1.0,), (1.0,)),
    (np.maximum, (1.0, 2.0), (0.0, 1.0)),
    (np.maximum, (2.0, 2.0), (0.5, 0.5)),
    (np.minimum, (2.0, 2.0), (0.5, 0.5)),
    (np.minimum, (1.0, 2.0), (1.0, 0.0)),
    (lambda x: np.maximum(x, 0), (0.0,), (0.0,)),
    (lambda x: np.maximum(0, x), (0.0,), (0.0,)),
    (lambda x: np.maximum(x, np.zeros_like(x)), (0.0,), (0.0,)),
    (lambda x: np.maximum(x, x), (3.0,), (1.0,)),
    (lambda x: np.clip(x, 0, 1), (0.0,), (0.0,)),
    (lambda x: np.clip(x, 0, 1), (0.5,), (1.0,)),
    (lambda x: np.clip(x, 0, 1), (1.0,), (0.0,)),
    (lambda x: np.clip(x, 0, 1), (2.0,), (0.0,)),
    (lambda x: np.where(x > 0, x, 0), (0.0,), (0.0,)),
    (lambda x: np.where(np.floor(x), x, 3 * x), (0.5,), (3.0,)),
    (lambda x: np.where(x, x, 3 * x), (0.5,), (1.0,)),
    (lambda x, y, z: np.max(np.stack([x, y, z])), (1.0, 3.0, 3.0), (0.0, 0.5, 0.5)),
    (lambda x, y, z: np.min(np.stack([x, y, z])), (1.0, 1.0, 1.0), (1 / 3, 1 / 3, 1 / 3)),
]


@pytest.mark.parametrize(("f", "x", "expected"), KINKS)
def test_subgradients_at_kinks(f: Any, x: tuple[float, ...], expected: tuple[float, ...]) -> None:
    assert slopes(f, *x) == expected


def test_relu_has_the_slope_0_at_0() -> None:
    assert cr.grad(F.relu)(0.0) == 0.0
    assert cr.grad(F.relu)(-0.0) == 0.0
