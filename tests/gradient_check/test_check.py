"""check_grad as users call it: what passes, with which method, and what cannot be checked at all."""

import math
import pickle
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DifferentiationError, GradientCheckError, InputError
from chainrule.gradient_check import GradientCheck

F = cr.functions
X = np.array([0.3, -1.2, 2.0])
TABLE = np.array([[0.5, 1.0, -0.7], [2.0, 0.3, 1.1]])


@pytest.mark.parametrize(
    ("f", "x", "method"),
    [
        (lambda x: np.sum(np.tanh(x) * x), X, "complex step"),
        (np.tanh, X, "complex step"),
        (np.sin, 0.7, "complex step"),
        (lambda x: x**3, 2, "complex step"),
        (F.sigmoid, X, "central differences"),
        (lambda x: F.softmax(x)[0], X, "central differences"),
        (lambda x: np.sum(np.abs(x) * x), X, "central differences"),
        (lambda x: np.sum(np.hypot(x, 1.0)), X, "central differences"),
        (lambda x: np.sum(np.log(x)), np.array([1e-8, 1e8]), "complex step"),
        (lambda x: np.sin(1000 * x), 0.3, "complex step"),
        (lambda x: np.sum(x) * 0 + 3.0, X, "complex step"),
        (lambda x: np.sum(x), np.zeros(0), "complex step"),
    ],
)
def test_right_gradients_pass(f: Any, x: Any, method: str) -> None:
    found = cr.check_grad(f, x)
    assert found
    assert found.method == method
    assert found.entries == np.size(x)
    assert found.largest_error < 1e-9


def test_a_passed_check_reads_as_a_sentence() -> None:
    assert str(cr.check_grad(np.sin, 0.5)).startswith("the gradient agrees with the complex step at 1 entry, to ")
    assert str(GradientCheck(1e-12, 2, 1, "central differences")) == (
        "the gradient agrees with the central differences at 2 entries, to 1.0e-12; "
        "at 1 entry the function has a kink or a jump, and the gradient is a slope of either side"
    )


def test_a_gradient_derived_by_hand_is_checked_in_place_of_ours() -> None:
    def f(W: Any, b: Any, y: Any) -> Any:
        return np.mean((TABLE @ W + b - y) ** 2)

    def by_hand(W: Any, b: Any, y: Any) -> Any:
        r = 2 * (TABLE @ W + b - y) / 2
        return TABLE.T @ r, np.sum(r)

    assert cr.check_grad(f, X, 0.5, np.array([1.0, -1.0]), gradient=by_hand, wrt=("W", "b")).entries == 4
    assert cr.check_grad(lambda x: np.sum(x**2), X, gradient=lambda x: [2 * each for each in x])


def test_wrt_trees_and_keywords() -> None:
    def f(p: Any, scale: Any = 1.0, *, shift: Any = 0.0) -> Any:
        return scale * np.sum(np.tanh(TABLE @ p["W"][0] + shift))

    params = {"W": [X], "none": None}
    assert cr.check_grad(f, params).entries == 3
    assert cr.check_grad(f, params, 2.0, wrt=("p", "scale")).entries == 4
    assert cr.check_grad(f, params, shift=0.3, wrt="shift").entries == 1


def test_subgradients_at_kinks_pass_and_are_counted() -> None:
    found = cr.check_grad(lambda x: np.sum(F.relu(x)), np.array([0.0, 1.0, -1.0]))
    assert (found.entries, found.kinks) == (2, 1)
    assert cr.check_grad(lambda x: np.maximum(x, 0.0) + 1e3, 1e-9)
    assert cr.check_grad(np.abs, 0.0).kinks == 1
    with pytest.raises(GradientCheckError, match="a kink of the function: its slope is -1 from the left and 1 from"):
        cr.check_grad(np.abs, 0.0, gradient=lambda x: 2.0)


@pytest.mark.parametrize(("f", "x"), [(np.floor, 1.0), (np.sign, 0.0), (lambda x: np.where(x < 2, x, x + 3), 2.0)])
def test_at_a_jump_the_gradient_is_a_slope_beside_it(f: Any, x: float) -> None:
    assert cr.check_grad(f, x).kinks == 1
    with pytest.raises(GradientCheckError, match=r"cannot be checked at x = \d, where the function jumps by [123]: "):
        cr.check_grad(f, x, gradient=lambda x: 5.0)


FAST: list[tuple[Any, float]] = [
    (np.sin, 1e10),
    (np.sin, 1e14),
    (lambda x: np.sin(1e8 * x), 0.3),
    (lambda x: np.sin(1 / x), 1e-5),
    (np.log1p, -1 + 1e-10),
    (np.arccosh, 1 + 1e-9),
]


@pytest.mark.parametrize(("f", "x"), FAST)
def test_steps_fit_the_function(f: Any, x: float) -> None:
    assert cr.check_grad(f, x).entries == 1
    with pytest.raises(GradientCheckError, match="divide it by 2"):
        cr.check_grad(f, x, gradient=lambda x: 2 * cr.grad(f)(x))


def test_where_no_step_fits_only_the_complex_step_can_confirm_the_gradient() -> None:
    assert cr.check_grad(np.sin, 1e16).method == "complex step"
    for f, x in ((np.sin, 1e16), (np.cbrt, 0.0)):
        with pytest.raises(GradientCheckError, match="cannot be checked numerically at 1 entry"):
            cr.check_grad(f, x, gradient=lambda x: 3.0)


def test_a_function_that_is_not_analytic_but_takes_complex_numbers() -> None:
    assert cr.check_grad(lambda x: x * abs(x), 0.0)
    assert cr.check_grad(lambda x: x**3, 0.0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_tolerances_follow_the_dtype(dtype: Any) -> None:
    x = X.astype(dtype)
    assert cr.check_grad(lambda x: np.sum(np.exp(x) * np.tanh(x)), x).entries == 3
    with pytest.raises(GradientCheckError, match="2 times"):
        cr.check_grad(lambda x: np.sum(np.tanh(x)), x, gradient=lambda x: 2 * (1 - np.tanh(x) ** 2))


def test_the_noise_of_a_function_that_computes_in_float32_is_not_blamed_on_the_gradient() -> None:
    def noisy(x: Any) -> Any:
        return np.sum(np.tanh(x.astype(np.float32)))

    assert cr.check_grad(noisy, X, gradient=lambda x: 1 - np.tanh(x) ** 2)
    with pytest.raises(GradientCheckError, match="2 times"):
        cr.check_grad(noisy, X, gradient=lambda x: 2 * (1 - np.tanh(x) ** 2))


def test_a_tolerance_of_ones_own() -> None:
    def nearly(x: Any) -> Any:
        return np.cos(x) * (1 + 1e-5)

    assert cr.check_grad(np.sin, X, gradient=nearly, tolerance=1e-4)
    with pytest.raises(GradientCheckError):
        cr.check_grad(np.sin, X, gradient=nearly)


def test_of_many_entries_some_are_drawn() -> None:
    W = np.random.default_rng(0).normal(size=(100, 3))
    assert cr.check_grad(lambda W: np.sum(np.tanh(W @ X)), W).entries == 200
    assert cr.check_grad(lambda W: np.sum(np.tanh(W @ X)), W, entries=7).entries == 7


def test_saturated_functions() -> None:
    assert cr.check_grad(F.sigmoid, 50.0)
    with pytest.raises(GradientCheckError, match="lacks the factor 1 - s"):
        cr.check_grad(lambda z: 1 / (1 + np.exp(-z)), 50.0, gradient=lambda z: 1 / (1 + np.exp(-z)))


def test_a_random_function_cannot_be_checked() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match="two different values for the same argument"):
        cr.check_grad(lambda x: np.sum(x * rng.random(3)), X)


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda x: x[:2], r"returns an array of shape \[2\]; only a number has a gradient"),
        (F.softmax, "2 other entries of the function's value move with one entry of its argument"),
        (lambda x: {"a": x}, "the function returned dict"),
    ],
)
def test_values_that_have_no_gradient(f: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        cr.check_grad(f, X)


def test_integers_have_no_gradient() -> None:
    with pytest.raises(DifferentiationError, match=r"x is int64 and has no gradient; write x.astype\(float\)"):
        cr.check_grad(lambda x: np.sum(x * 1.0), np.arange(3), gradient=lambda x: np.ones(3))


def test_the_function_may_compute_derivatives_itself() -> None:
    assert cr.check_grad(lambda x: np.sum(cr.grad(lambda y: np.sum(np.sin(y)))(x) ** 2), X).entries == 3


def test_errors_and_results_travel() -> None:
    found = cr.check_grad(np.sin, X)
    assert pickle.loads(pickle.dumps(found)) == found
    assert math.isfinite(found.largest_error)
