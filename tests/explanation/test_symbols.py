"""Formulas and symbols of gates."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.explanation.symbols import formula
from chainrule.graph import input_node, make


def written(f: Any, *args: Any) -> str:
    """The formula of the last operation."""
    steps = [step for step in cr.explain(f, *args).steps if step.phase == "forward"]
    return steps[0].formula


X = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    ("f", "text"),
    [
        (lambda x: x[0, 0], "x[0, 0]"),
        (lambda x: np.sum(x[:, 1:]), "x[:, 1:]"),
        (lambda x: np.sum(x[..., ::2]), "x[..., ::2]"),
        (lambda x: np.sum(x[:, None]), "x[:, None]"),
        (lambda x: np.sum(x[[0, 1]]), "x[[0, 1]]"),
        (lambda x: np.sum(x.T), "xᵀ"),
        (lambda x: np.sum(x), "sum(x)"),
        (lambda x: np.sum(np.max(x, axis=0)), "max(x, axis=0)"),
        (lambda x: np.sum(cr.functions.softmax(x)), "softmax(x, axis=1)"),
        (lambda x: np.sum(x.reshape(3, 2)), "reshape(x, shape=(3, 2))"),
        (lambda x: np.sum(np.abs(x)), "|x|"),
        (lambda x: np.sum(x.astype(np.float32)), "float32(x)"),
        (lambda x: np.sum(np.arctan2(x, 2.0)), "atan2(x, 2)"),
        (lambda x: np.sum(x**0.5), "x^0.5"),
        (lambda x: np.sum(x**3), "x³"),
    ],
)
def test_formulas_of_arrays(f: Any, text: str) -> None:
    assert written(f, X) == text


def test_an_assignment() -> None:
    def f(x: Any) -> Any:
        y = x * 1.0
        y[0] = 7.0
        return np.sum(y)

    assert [step.formula for step in cr.explain(f, np.ones(2)).steps[:2]] == ["x × 1", "y with [0] = 7"]


@pytest.mark.parametrize(
    ("op", "operands", "text"),
    [
        ("add", ["-1", "-2"], "-1 + (-2)"),
        ("subtract", ["-1", "-2"], "-1 - (-2)"),
        ("multiply", ["-1", "-2"], "-1 × (-2)"),
        ("divide", ["1", "-2"], "1 / (-2)"),
        ("power", ["-2", "2"], "(-2)²"),
        ("power", ["2", "-2"], "2⁻²"),
        ("power", ["-2", "-0.5"], "(-2)^(-0.5)"),
        ("maximum", ["-1", "-2"], "max(-1, -2)"),
        ("negative", ["-1"], "-(-1)"),
        ("sigmoid", ["-1"], "σ(-1)"),
        ("square", ["-3"], "(-3)²"),
    ],
)
def test_negative_numbers_have_parentheses_where_they_are_needed(op: str, operands: list[str], text: str) -> None:
    nodes = [input_node("x", (), np.dtype(float)) for _ in operands]
    assert formula(make(op, *nodes), operands) == text
