"""What is said about wrong gradients: one test for each thing that can be wrong."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import GradientCheckError
from chainrule.gradient_check.factors import CONSTANTS, factors_of_entries

X = np.array([0.3, -1.2, 2.0])
TABLE = np.array([[0.5, 1.0, -0.7], [2.0, 0.3, 1.1]])
SQUARE = np.array([[1.0, 2.0], [-0.5, 0.7]])


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def message(f: Any, x: Any, gradient: Any) -> str:
    with pytest.raises(GradientCheckError) as raised:
        cr.check_grad(f, x, gradient=gradient)
    return str(raised.value)


def first_line(f: Any, x: Any, gradient: Any) -> str:
    return message(f, x, gradient).partition("\n")[0]


def squares(x: Any) -> Any:
    return np.sum(x**2)


# --- the same everywhere --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "gradient", "said"),
    [
        (squares, lambda x: -2 * x, "has the wrong sign everywhere: multiply it by -1"),
        (squares, lambda x: x, "is the numerical one divided by 2 everywhere: multiply it by 2"),
        (squares, lambda x: 4 * x, "is 2 times the numerical one everywhere: divide it by 2"),
        (squares, lambda x: -4 * x, "is -2 times the numerical one everywhere: divide it by -2"),
        (squares, lambda x: 5.4 * x, "is 2.7 times the numerical one everywhere: a constant factor 0.37037 is missing"),
        (squares, lambda x: 0 * x, "is 0 everywhere, although the function does depend on it"),
        (lambda x: np.mean(x**2), lambda x: 2 * x, "divide it by 3 (3 entries: is one a sum and the other a mean?)"),
        (squares, lambda x: 2 * x / 3, "multiply it by 3 (3 entries: is one a sum and the other a mean?)"),
        (lambda x: np.sum(np.sin(np.pi * x)), lambda x: np.cos(np.pi * x), "multiply it by pi"),
        (lambda x: np.sum(2**x), lambda x: 2**x, "multiply it by ln 2"),
        (lambda x: np.sum(np.exp(x + 1)), lambda x: np.exp(x), "multiply it by e"),
    ],
)  # fmt: skip
def test_constant_factors(f: Any, gradient: Any, said: str) -> None:
    assert said in first_line(f, X, gradient)


@pytest.mark.parametrize("name", CONSTANTS)
def test_every_known_constant_is_named(name: str) -> None:
    c = CONSTANTS[name]
    table = np.linspace(0.3, 2.0, 7)
    assert f"divide it by {name}" in first_line(squares, table, lambda x: 2 * x * c)
    assert f"multiply it by -{name}" in first_line(squares, table, lambda x: -2 * x / c)


def test_a_factor_of_the_batch_is_named_by_its_number() -> None:
    samples = np.random.default_rng(0).normal(size=(17, 3))
    with pytest.raises(
        GradientCheckError, match=r"divide it by 17 \(17 entries: is one a sum and the other a mean\?\)"
    ):
        cr.check_grad(lambda w, X: np.mean((X @ w) ** 2), X, samples, gradient=lambda w, X: 2 * X.T @ (X @ w))


# --- a factor that differs from entry to entry ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x", "gradient", "said"),
    [
        (sigmoid, X, sigmoid, "the gradient by x lacks the factor 1 - s, s being the value of the function"),
        (sigmoid, 0.7, sigmoid, "lacks the factor 1 - s, s being the value"),
        (sigmoid, X, lambda x: 1 - sigmoid(x), "lacks the factor s, s being the value"),
        (sigmoid, X, np.ones_like, "lacks the factor s (1 - s), s being the value"),
        (np.tanh, X, np.ones_like, "lacks the factor 1 - s^2, s being the value"),
        (lambda x: np.sum(sigmoid(x)), X, lambda x: sigmoid(x), "lacks the factor 1 - s(x), s being the sigmoid"),
        (lambda x: np.sum(np.exp(-x * x)), X, lambda x: np.exp(-x * x), "lacks the factor 2 x and a minus sign"),
        (lambda x: np.sum(x**3), X, lambda x: 3 * x, "lacks the factor x"),
        (lambda x: np.sum(x**3), X, lambda x: 3 * x**3, "has the factor x too much"),
        (lambda x: np.sum(np.log(x)), np.abs(X), lambda x: np.ones_like(x), "has the factor x too much"),
        (lambda x: np.sum(np.sin(x) ** 2), X, lambda x: 2 * np.sin(x), "lacks the factor cos(x)"),
    ],
)
def test_factors_of_entries(f: Any, x: Any, gradient: Any, said: str) -> None:
    assert said in first_line(f, x, gradient)


@pytest.mark.parametrize("text", [text for text, _ in factors_of_entries(X, 0.0, "x")])
def test_every_known_factor_is_named(text: str) -> None:
    x = np.array([0.31, -1.23, 2.07, 0.9])
    factor = dict(factors_of_entries(x, 0.0, "x"))[text]
    weights = np.array([1.3, 0.2, -2.0, 0.6]) * factor
    assert f"lacks the factor {text}" in first_line(lambda x: np.sum(weights * x), x, lambda x: weights / factor)


# --- shape ----------------------------------------------------------------------------------------------------


def added(b: Any) -> Any:
    return np.sum((TABLE + b) ** 2)


@pytest.mark.parametrize(
    ("f", "x", "gradient", "said"),
    [
        (
            squares,
            TABLE,
            lambda x: 2 * x.T,
            "has shape [3, 2], and x itself [2, 3]; it is right when transposed: write g.T",
        ),
        (squares, TABLE, lambda x: 2 * x.ravel(), "it is right when reshaped: write g.reshape(2, 3)"),
        (added, X, lambda b: 2 * (TABLE + b), "it is right when added up over the samples: write g.sum(axis=0)"),
        (added, X, lambda b: 4 * (TABLE + b), "it is right when averaged over the samples: write g.mean(axis=0)"),
        (np.sum, X, lambda a: 1.0, "has shape [], and a itself [3]; it is right when copied to every entry"),
        (squares, X, lambda x: x[:2], "has shape [2], and x itself [3]; it must have one entry for each entry of x"),
    ],
)
def test_wrong_shapes(f: Any, x: Any, gradient: Any, said: str) -> None:
    assert said in message(f, x, gradient)


def test_a_square_matrix_may_be_transposed() -> None:
    weights = np.array([[1.0, 2.0], [3.0, 4.0]])
    said = first_line(lambda A: np.sum(A * weights), SQUARE, lambda A: weights.T)
    assert said == "the gradient by A is transposed: write g.T"


def test_another_form_than_the_argument() -> None:
    params = {"W": X, "b": 0.5}
    with pytest.raises(GradientCheckError, match=r"has 1 arrays and the argument 2: p\['W'\], p\['b'\]; give"):
        cr.check_grad(lambda p: np.sum(p["W"]) * p["b"], params, gradient=lambda p: p["b"])


# --- order, terms, single entries -----------------------------------------------------------------------------


def test_the_right_numbers_in_another_order() -> None:
    said = first_line(lambda x: np.sum(np.sin(x)), X, lambda x: np.cos(x[::-1]))
    assert said == "the gradient by x has the right numbers in another order: that of x[0] stands at x[2]"


@pytest.mark.parametrize(
    ("gradient", "said"),
    [
        (np.cos, "lacks the term 0.1 x"),
        (lambda x: np.cos(x) + 0.3 * x, "has the term 0.2 x too much"),
        (lambda x: np.cos(x) + 0.1 * x + 0.5, "has the term 0.5 too much"),
    ],
)
def test_a_term_that_is_missing_or_too_much(gradient: Any, said: str) -> None:
    assert said in first_line(lambda x: np.sum(np.sin(x)) + 0.05 * np.sum(x**2), X, gradient)


def test_some_entries() -> None:
    text = message(lambda x: np.sum(np.sin(x)), X, lambda x: np.cos(x) + np.array([0, 0, 0.1]))
    assert text == (
        "the gradient by x is wrong at 1 of 3 entries and right at the others\n"
        "  x[2]  gradient -0.316147    numerical -0.416147"
    )


def test_only_the_wrong_one_of_several_arrays_is_blamed() -> None:
    def f(p: Any) -> Any:
        return np.sum((TABLE @ p["W"] + p["b"]) ** 2)

    def gradient(p: Any) -> Any:
        r = TABLE @ p["W"] + p["b"]
        return {"W": 2 * TABLE.T @ r, "b": np.sum(r)}

    assert first_line(f, {"W": X, "b": 0.5}, gradient) == (
        "the gradient by p['b'] is the numerical one divided by 2 everywhere: multiply it by 2"
    )


def test_wrong_everywhere_shows_the_five_worst() -> None:
    x = np.linspace(0.2, 2.0, 9)
    lines = message(lambda x: np.sum(np.sin(x)), x, lambda x: np.cos(x) + np.cos(7 * x) ** 2 + 1).split("\n")
    assert lines[0] == "the gradient by x is wrong everywhere, and not by one factor"
    assert len(lines) == 6


# --- where there is no derivative -----------------------------------------------------------------------------


def test_a_kink_is_named_and_nobody_blamed() -> None:
    text = message(lambda x: np.sum(np.abs(x)), np.array([0.0, 1.0]), lambda x: np.array([3.0, 1.0]))
    assert text == (
        "the gradient by x cannot be checked at x[0] = 0, a kink of the function: its slope is -1 from the left and 1 "
        "from the right, and the gradient 3 is not between them; check it at another point"
    )


def test_a_wrong_entry_beside_a_kink_is_still_wrong() -> None:
    said = first_line(lambda x: np.sum(np.abs(x)), np.array([0.0, 1.0]), lambda x: np.array([0.0, 2.0]))
    assert "is 2 times the numerical one everywhere" in said


def test_numbers_that_are_not_finite() -> None:
    def root(x: Any) -> Any:
        return np.sum(np.where(x > 0, np.sqrt(np.abs(x)), 0.0))

    said = first_line(root, np.array([-1.0, 1.0]), lambda x: np.where(x > 0, 0.5, 0.0) / np.sqrt(x))
    assert "is nan at 1 entry, where the function has a finite slope: look for 0/0" in said
    said = first_line(lambda x: np.sum(np.sqrt(x)), np.array([0.0, 1.0]), lambda x: 0.5 / np.sqrt(x))
    assert "cannot be checked numerically at 1 entry: the function is not finite there or right beside" in said
