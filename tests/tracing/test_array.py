"""A traced array is taken for the array that it stands for: the plain program's branches are the traced one's."""

import copy
import functools
import numbers
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr

ARGUMENTS = (np.array([1.0, -2.0]), np.array(3.0), 3.0, np.float64(3.0), np.float32(3.0))


@functools.singledispatch
def by_type(x: Any) -> Any:
    return 5.0 * np.sum(x)


@by_type.register(np.ndarray)
def _(x: Any) -> Any:
    return np.sum(x**2)


@by_type.register(float)
def _(x: Any) -> Any:
    return x**3


def by_pattern(x: Any) -> Any:
    match x:
        case np.ndarray():
            return np.sum(x**2)
        case float():
            return x**3
    return 5 * x


def moved(x: Any, by: float) -> Any:
    return np.asarray(x + by) if isinstance(x, np.ndarray) else type(x)(x + by)


@pytest.mark.parametrize("argument", ARGUMENTS, ids=lambda x: f"{type(x).__name__}{np.ndim(x)}")
@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.sum(x**2) if isinstance(x, np.ndarray) else 5.0 * x,
        lambda x: x**2 if np.isscalar(x) else 5.0 * np.sum(x),
        lambda x: x**2 if isinstance(x, (float, np.floating)) else 5.0 * np.sum(x),
        lambda x: x**2 if isinstance(x, np.generic) else 5.0 * np.sum(x),
        lambda x: x**2 if isinstance(x, numbers.Real) else 5.0 * np.sum(x),
        lambda x: x**2 if isinstance(x, (int, np.integer)) else 5.0 * np.sum(x),
        lambda x: x**2 if issubclass(x.__class__, float) else 5.0 * np.sum(x),
        lambda x: np.sum(copy.deepcopy(x) ** 2) if isinstance(copy.copy(x), np.ndarray) else 5.0 * x,
        by_type,
        by_pattern,
    ],
)
def test_questions_for_the_type_are_answered_as_on_plain_arguments(
    function: Callable[[Any], Any], argument: Any
) -> None:
    value = function(argument)
    slopes = (function(moved(argument, 2**-6)) - function(moved(argument, -(2**-6)))) * 2**5
    found, gradient = cr.value_and_grad(function)(argument)
    assert found == pytest.approx(value, rel=1e-6)
    assert np.sum(gradient) == pytest.approx(slopes, rel=1e-3)


def test_the_type_of_what_is_computed() -> None:
    def f(x: Any, n: Any) -> Any:
        for value, kind in ((x, np.ndarray), (x[0], np.float64), (n, int), (n + 0.5, float), (np.sin(n), np.float64)):
            assert isinstance(value, kind)
        assert not isinstance(n, (float, np.generic))
        return x[n]

    assert cr.trace(f, np.arange(3.0), 1).nodes[-1].op.name == "index"


def test_a_question_within_an_inner_trace() -> None:
    def f(x: Any) -> Any:
        return cr.grad(lambda y: (x if isinstance(y, float) else 0.0) * y**2)(3 * x)

    assert cr.grad(f)(2.0) == 24.0
