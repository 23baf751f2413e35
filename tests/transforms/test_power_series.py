"""Power series of functions against mpmath's."""

import mpmath
import numpy as np
import pytest

from chainrule.graph import Node, input_node, make
from chainrule.transforms.power_series import TAYLOR, Expansion

x = input_node("x", (), np.dtype(float))
NAMES = {"arcsin": "asin", "arctan": "atan", "arcsinh": "asinh", "arctanh": "atanh"}


@pytest.mark.parametrize("name", TAYLOR)
def test_functions_at_zero(name: str) -> None:
    def sigmoid(t: mpmath.mpf) -> mpmath.mpf:
        return 1 / (1 + mpmath.exp(-t))

    function = sigmoid if name == "sigmoid" else getattr(mpmath, NAMES.get(name, name))
    with mpmath.workdps(80):
        expected = [float(each) for each in mpmath.taylor(function, 0, 15)]
    np.testing.assert_allclose(TAYLOR[name][:16], expected, rtol=1e-12, atol=1e-40)


def series(node: Node) -> list[float]:
    found = Expansion(x).of(node)
    assert found is not None
    return [float(found.first), *found.coefficients[:4].tolist()]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (make("sin", x) / x, [0, 1, 0, -1 / 6, 0]),
        (x - make("sin", x), [3, 1 / 6, 0, -1 / 120, 0]),
        (1 / x - 1 / make("tan", x), [1, 1 / 3, 0, 1 / 45, 0]),
        (make("exp", 2 * x), [0, 1, 2, 2, 4 / 3]),
        (make("exp", 1 + x), [0, *(np.e * np.array([1, 1, 1 / 2, 1 / 6]))]),
        (make("log", 2 + x), [0, np.log(2), 1 / 2, -1 / 8, 1 / 24]),
        (make("sqrt", 4 + x), [0, 2, 1 / 4, -1 / 64, 1 / 512]),
        (make("cos", x + 1), [0, np.cos(1), -np.sin(1), -np.cos(1) / 2, np.sin(1) / 6]),
        (make("sin", make("sin", x)), [1, 1, 0, -1 / 3, 0]),
        (make("where", make("absolute", x) < 1, 1 + x, 1 / x), [0, 1, 1, 0, 0]),
        (make("square", x + 1), [0, 1, 2, 1, 0]),
    ],
)
def test_series_of_formulas(node: Node, expected: list[float]) -> None:
    np.testing.assert_allclose(series(node), expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize(
    "node",
    [make("log", x), make("sqrt", x), make("absolute", x), make("exp", 1 / x), make("exp", 1000 + x)],
    ids=["log", "sqrt", "absolute", "essential", "overflow"],
)
def test_no_series(node: Node) -> None:
    assert Expansion(x).of(node) is None


def test_series_of_one_variable_only() -> None:
    y = input_node("y", (), np.dtype(float))
    assert Expansion(x).of(make("sin", x) * y) is None
