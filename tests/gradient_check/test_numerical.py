"""Numerical derivatives: right within the error that they estimate, at easy and at hard places."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from chainrule.gradient_check.numerical import Kink, central_slope, kink

SMOOTH: list[tuple[Callable[[float], float], float, float, float]] = [  # function, x, slope, relative accuracy
    (math.exp, 1.0, math.e, 1e-10),
    (math.exp, -30.0, math.exp(-30), 1e-9),
    (math.sin, 1e5, math.cos(1e5), 1e-6),
    (lambda x: math.sin(1000 * x), 0.3, 1000 * math.cos(300), 1e-6),
    (lambda x: x**3, 1e-8, 3e-16, 1e-6),
    (lambda x: x * x, 1e8, 2e8, 1e-10),
    (lambda x: 1e3 + x, 0.0, 1.0, 1e-10),
    (lambda x: math.log(x) if x > 0 else math.nan, 1e-8, 1e8, 1e-6),
    (
        lambda x: math.sqrt(x) if x >= 0 else math.nan,
        1e-3,
        0.5 / math.sqrt(1e-3),
        1e-8,
    ),
    (lambda x: math.exp(x) if x < 709.7 else math.inf, 709.0, math.exp(709), 1e-6),
    (abs, 1e-3, 1.0, 1e-9),
]


@pytest.mark.parametrize(("f", "x", "slope", "accuracy"), SMOOTH)
def test_central_slopes(f: Callable[[float], float], x: float, slope: float, accuracy: float) -> None:
    found = central_slope(f, x)
    assert abs(found.value - slope) <= accuracy * abs(slope)
    assert abs(found.value - slope) <= 4 * found.error
    assert found.error <= 1e-4 * max(abs(slope), 1e-9)


def test_the_error_estimate_knows_a_function_that_computes_in_float32() -> None:
    found = central_slope(lambda x: float(np.tanh(np.float32(x))), 0.3)
    assert 1e-9 < abs(found.value - (1 - math.tanh(0.3) ** 2)) <= 4 * found.error < 1e-3


def test_a_function_that_is_constant_around_has_slope_zero_whatever_its_trend() -> None:
    found = central_slope(math.floor, 8651.5)
    assert found.value == 0.0
    assert found.error < 1e-9


def test_no_slope_where_the_function_is_not_finite() -> None:
    found = central_slope(lambda x: math.sqrt(x) if x >= 0 else math.nan, 0.0)
    assert math.isnan(found.value)
    assert found.error == math.inf


@pytest.mark.parametrize(
    ("f", "x", "left", "right"),
    [
        (abs, 0.0, -1.0, 1.0),
        (lambda x: max(x, 0.0), 0.0, 0.0, 1.0),
        (lambda x: max(x, 0.0) + 1e3, 1e-9, 0.0, 1.0),
        (lambda x: abs(x - 5.0) + x * x, 5.0, 9.0, 11.0),
    ],
)
def test_kinks_are_found(f: Callable[[float], float], x: float, left: float, right: float) -> None:
    slopes = kink(f, x)
    assert slopes is not None
    assert np.allclose(slopes, Kink(left, right), rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("f", [math.sin, math.exp, lambda x: x**3, lambda x: math.sin(1000 * x), lambda x: 7.0])
@pytest.mark.parametrize("x", [0.0, 0.3, -2.0])
def test_smooth_functions_have_no_kink(f: Callable[[float], float], x: float) -> None:
    assert kink(f, x) is None
