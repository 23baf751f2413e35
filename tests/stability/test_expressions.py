"""The suites are complete, and the truth about them is what mpmath says: values by the text, slopes by differences."""

from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
import pytest

from chainrule.execute.referee import Truth
from stability.expressions import Expression, load
from stability.measure import gradient_truths, measured, plain_gradient, second_truths, value_truths

SUITES = {"hard_points": 30, "families": 60, "hamming": 28, "fpbench": 105}
POINTS = [expression for name in ("hard_points", "families") for expression in load(name)]
HAMMING = load("hamming")

mp = mpmath.mp.clone()
mp.prec = 6000
FUNCTIONS = ("exp", "log", "cos", "sin", "tan", "sqrt", "cosh", "sinh", "erf", "erfc", "cbrt", "pi")
NAMES = {
    **{name: getattr(mp, name) for name in FUNCTIONS},
    "arctan": mp.atan,
    "abs": abs,
    "min": min,
    "max": max,
    "where": lambda condition, x, y: x if condition else y,
}


def exact(expression: Expression, point: Sequence[Any]) -> Any:
    """The value by Python's reading of the text, with 1800 digits; a pole or a logarithm of 0 is NaN."""
    known = dict(zip(expression.variables, map(mp.mpf, point), strict=True))
    try:
        for name, text in {**expression.let, "": expression.formula}.items():
            known[name] = eval(text, {"__builtins__": {}}, {**NAMES, **known})
    except (ZeroDivisionError, ValueError):
        return mp.nan
    return mp.mpf(known[""]) if isinstance(known[""], (mp.mpf, float, int)) else mp.nan


def slope(function: Callable[[Any], Any], x: Any, order: int) -> Any:
    """A difference with a step so small, and so many digits, that it has the derivative's first 100 digits."""
    step = mp.ldexp(1, -1500) * (abs(x) or 1)
    if order == 1:
        return (function(x + step) - function(x - step)) / (2 * step)
    return (function(x + step) - 2 * function(x) + function(x - step)) / step**2


def partial_slope(expression: Expression, point: Sequence[float], name: str, order: int) -> Any:
    place = expression.variables.index(name)
    along = lambda x: exact(expression, [*point[:place], x, *point[place + 1 :]])  # noqa: E731
    return slope(along, mp.mpf(point[place]), order)


def assert_true(truth: Truth, expected: Any) -> None:
    assert truth.settled
    nearest = float(expected)
    assert float(truth.value) == pytest.approx(nearest, rel=3e-16, abs=5e-324, nan_ok=True)


@pytest.mark.parametrize(("name", "count"), SUITES.items())
def test_suites_are_complete(name, count):
    rows = load(name)
    assert len({row.name for row in rows}) == len(rows) == count
    for row in rows:
        assert row(*[0.5] * len(row.variables)) is not None  # every variable is known


@pytest.mark.parametrize("expression", POINTS, ids=lambda each: each.name)
def test_truths_at_hard_points(expression):
    point = [float(x) for x in expression.at.values()]
    if "value" not in expression.truth:
        assert_true(value_truths(expression, point)[0], exact(expression, point))
    for order, key, found in ((1, "gradient", gradient_truths), (2, "second", second_truths)):
        if key not in expression.truth:
            for name, truth in zip(expression.asked, found(expression, point), strict=True):
                assert_true(truth, partial_slope(expression, point, name, order))


@pytest.mark.parametrize("expression", HAMMING, ids=lambda each: each.name)
def test_truths_at_random_points(expression):
    found = measured(expression, 4)
    for k, point in enumerate(zip(*found.points, strict=True)):
        assert_true(Truth(found.value[k], np.array(True)), exact(expression, point))
        for name, column in zip(expression.asked, found.gradient, strict=True):
            assert_true(Truth(column[k], np.array(True)), partial_slope(expression, point, name, 1))


def test_plain_numpy_fails_where_the_suite_says_so():
    by_name = {each.name: each for each in HAMMING}
    found = measured(by_name["expm1 (example 3.7)"], 32)
    assert np.mean(found.value_bits(found.expression)) > 50
    assert np.mean(found.gradient_bits(plain_gradient(found.expression))) < 1
    assert np.mean(found.value_bits(np.expm1)) < 1


def test_samples_are_within_the_ranges_and_conditions():
    for expression in HAMMING:
        found = measured(expression, 8)
        assert len(found.value) == 8
        with np.errstate(over="ignore"):
            assert np.all(expression.admits(*found.points))
        for column, (low, high) in zip(found.points, expression.ranges.values(), strict=True):
            assert np.all((low <= column) & (column <= high))
