"""Questions about the arguments of maxima and minima, asked of their values."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.graph import Graph
from chainrule.tracing import trace_leaves
from chainrule.transforms.lower import lower

W = np.array([[1.0, -2.0], [0.5, 3.0]])
X = np.array([[1.0, 0.0], [-2.0, 0.25], [0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0]])


def questions(f: Callable[..., Any]) -> list[str]:
    """What is compared with what in the gradient, with the value beside it."""
    graph: Graph = lower(trace_leaves(cr.value_and_grad(f), [W, X], ["W", "X"]).graph)
    return [" ".join(each.op.name for each in node.inputs) for node in graph.nodes if node.op.name == "less_equal"]


@pytest.mark.parametrize(
    ("f", "asked"),
    [
        (lambda W, X: np.sum(np.maximum(X @ W, 0.5) @ W), "maximum constant"),
        (lambda W, X: np.sum(np.maximum(0.5, X @ W) @ W), "maximum constant"),
        (lambda W, X: np.sum(np.minimum(X @ W, 0.5) @ W), "constant minimum"),
        (lambda W, X: np.sum(np.maximum(X @ W, 0.5)), "matmul constant"),
    ],
)
def test_the_value_answers_if_a_product_takes_it(f: Any, asked: str) -> None:
    assert questions(f) == [asked]
    gradient = cr.grad(f)
    found, expected = cr.compile(gradient)(W, X), gradient(W, X)
    np.testing.assert_allclose(found, expected, rtol=1e-13)
