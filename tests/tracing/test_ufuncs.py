from collections.abc import Callable

import numpy as np
import pytest
import scipy.special

import chainrule as cr
from chainrule.graph import OPS
from chainrule.tracing.ufuncs import COMPOSED, PRIMITIVES, SCIPY
from faithful import check_expression, check_slope, check_values, function_of

TWO = [
    "add", "subtract", "multiply", "divide", "true_divide", "power", "float_power", "arctan2", "hypot", "logaddexp",
    "logaddexp2", "maximum", "minimum", "fmax", "fmin", "fmod", "remainder", "mod", "copysign", "divmod",
    "floor_divide",
]  # fmt: skip
EVERYWHERE = [
    "exp", "exp2", "expm1", "cbrt", "square", "absolute", "fabs", "negative", "positive", "sign", "sin", "cos",
    "sinh", "cosh", "tanh", "arcsinh", "arctan", "floor", "ceil", "trunc", "rint", "degrees", "radians", "deg2rad",
    "rad2deg", "conjugate", "modf", "abs",
]  # fmt: skip
POSITIVE = ["log", "log2", "log10", "log1p", "sqrt", "reciprocal", "tan"]
WITHIN_ONE = ["arcsin", "arccos", "arctanh", "asin", "acos", "atanh"]
QUESTIONS = ["isnan", "isinf", "isfinite", "signbit", "logical_not"]
COMPARISONS = [
    "less", "less_equal", "equal", "not_equal", "greater", "greater_equal", "logical_and", "logical_or",
    "logical_xor", "heaviside",
]  # fmt: skip
BITS = ["bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"]

SMOOTH = [
    *(f"np.{name}({pair})" for name in TWO for pair in ("P, 3 * P[0]", "s, 2 + P", "P, 2", "2.5, P", "P, z")),
    *(f"np.{name}({x})" for name in EVERYWHERE for x in ("A", "s", "z", "E")),
    *(f"np.{name}({x})" for name in POSITIVE for x in ("P", "s", "E")),
    *(f"np.{name}({x})" for name in WITHIN_ONE for x in ("A / 4", "s")),
    "np.arccosh(P + 1)",
    "np.vecdot(A, B)",
    "np.add(A, 1, dtype=np.float64)",
]
STEPS = [
    *(f"np.{name}({pair})" for name in COMPARISONS for pair in ("A, v", "A, 0", "0.5, A", "N, 1")),
    *(f"np.{name}({x})" for name in QUESTIONS for x in ("A", "N", "s")),
    *(f"np.{name}((P * 9).astype(int), np.arange(4))" for name in BITS),
    "np.invert(A > 0)",
    "np.invert((P * 9).astype(int))",
    *(f"np.{name}(N, 0.5)" for name in ("fmax", "fmin", "maximum", "fmod", "copysign", "heaviside")),
    "np.add(A, 1, dtype=np.float32)",
    "np.sqrt((P * 9).astype(int), dtype=np.float32)",
    "np.fmod(A * 1e20, 3.0)",
    "np.modf(np.array([np.inf, -np.inf, -3.0, 2.5]) * s)",
]


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


def test_every_elementwise_primitive_that_numpy_knows_is_traced() -> None:
    missing = {op.name for op in OPS.values() if op.kind == "elementwise"} - set(PRIMITIVES.values())
    assert missing == {"astype", "erf", "erfc", "log1mexp", "sigmoid", "softplus", "where", "xlogy"}


def test_every_ufunc_that_is_traced_is_tested() -> None:
    tested = {
        getattr(np, name)
        for table in (TWO, EVERYWHERE, POSITIVE, WITHIN_ONE, QUESTIONS, COMPARISONS, BITS)
        for name in table
    }
    assert {*PRIMITIVES, *COMPOSED} - tested == {np.arccosh, np.vecdot, np.invert, np.matmul}


@pytest.mark.parametrize("name", SCIPY)
def test_ufuncs_of_scipy(name: str) -> None:
    ufunc = getattr(scipy.special, name)
    args = [np.array([0.2, 0.7])] * ufunc.nin
    check_values(ufunc, args)
    check_slope(ufunc, args)


# --- hard points --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("power", "x", "slope", "curvature"),
    [
        (lambda x: x**2, 0.0, 0.0, 2.0),
        (lambda x: x**1, 0.0, 1.0, 0.0),
        (lambda x: x**0, 0.0, 0.0, 0.0),
        (lambda x: x**1.5, 0.0, 0.0, np.inf),
        (lambda x: x**0.5, 0.0, np.inf, -np.inf),
        (lambda x: 0.0**x, 2.0, 0.0, 0.0),
        (lambda x: x**3, -2.0, 12.0, -12.0),
        (lambda x: np.square(x), 0.0, 0.0, 2.0),
        (lambda x: np.fmod(x, 3.0), 0.0, 1.0, 0.0),
        (lambda x: np.abs(x), 0.0, 0.0, 0.0),
        (lambda x: np.hypot(x, 0.0), 0.0, 0.0, 0.0),
    ],
)
def test_powers_and_kinks(power: Callable[[float], float], x: float, slope: float, curvature: float) -> None:
    assert cr.grad(power)(x) == slope
    np.testing.assert_equal(cr.grad(cr.grad(power))(x), curvature)


def test_powers_of_zero_by_traced_exponents() -> None:
    by_base, by_exponent = cr.grad(lambda x, y: np.sum(x**y), wrt=(0, 1))(np.zeros(3), np.array([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(by_base, [1, 0, 0])
    np.testing.assert_array_equal(by_exponent, [0, 0, 0])


# --- methods ------------------------------------------------------------------------------------------------


def test_addition_at_places_that_are_named_twice() -> None:
    def f(x: np.ndarray) -> np.ndarray:
        y = np.zeros(3, like=x)
        np.add.at(y, [0, 0, 2], x)
        np.subtract.at(y, np.array([1]), x[0])
        return y

    x = np.array([1.0, 2.0, 4.0])
    check_values(f, [x])
    np.testing.assert_array_equal(cr.jacobian(f)(x), [[1, 1, 0], [-1, 0, 0], [0, 0, 1]])


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: np.add.reduceat(x, [0, 1]), "write the parts as slices"),
        (lambda x: np.multiply.at(x, [0], 2.0), "np.add.at and np.subtract.at are"),
        (lambda x: np.add.at(np.zeros(3), [0, 1, 2], x), r"np.zeros\(shape, like=x\)"),
        (lambda x: np.maximum.accumulate(x, axis=0, dtype=np.float32), "without options"),
        (lambda x: np.subtract.reduce(x, keepdims=True), "without options"),
        (lambda x: np.spacing(x), "np.spacing is not among the functions that are traced"),
        (lambda x: scipy.special.gamma(x), "gamma is not among the functions that are traced"),
        (lambda x: np.add(x, 1, where=x > 0), r"write np.where\(c, np.add"),
        (lambda x: np.add(x, 1, out=np.zeros(3)), "a plain array cannot hold a traced result"),
        (lambda x: np.matmul(x, x, axes=[0, 0, ()]), "np.matmul is traced without axes="),
    ],
)
def test_what_is_not_traced_says_what_to_write(function: object, message: str) -> None:
    assert callable(function)
    with pytest.raises(cr.errors.TraceError, match=message):
        cr.trace(function, np.ones(3))


def test_out_may_be_a_traced_array() -> None:
    def f(x: np.ndarray) -> np.ndarray:
        y = np.zeros(3, like=x)
        np.exp(x, out=y)
        np.multiply(y, x, out=y)
        return y

    check_values(f, [np.array([1.0, 2.0, 3.0])])
    check_slope(f, [np.array([1.0, 2.0, 3.0])])
