"""Nodes: formulas written with Python's operators, shapes and dtypes that follow."""

from collections.abc import Callable

import numpy as np
import pytest

from chainrule.errors import ShapeError
from chainrule.graph import Node, Scope, Where, constant, input_node, make
from chainrule.graph.node import like

X = input_node("x", (2, 3), np.dtype("float32"))
MASK = input_node("m", (3,), np.dtype(bool))


@pytest.mark.parametrize(
    ("formula", "op", "swapped"),
    [
        (lambda x: x + 1, "add", False),
        (lambda x: 1 + x, "add", True),
        (lambda x: x - 1, "subtract", False),
        (lambda x: 1 - x, "subtract", True),
        (lambda x: x * 2, "multiply", False),
        (lambda x: 2 * x, "multiply", True),
        (lambda x: x / 2, "divide", False),
        (lambda x: 2 / x, "divide", True),
        (lambda x: x**2, "power", False),
        (lambda x: x < 2, "less", False),
        (lambda x: x <= 2, "less_equal", False),
        (lambda x: x > 2, "greater", False),
        (lambda x: x >= 2, "greater_equal", False),
    ],
)
def test_formulas(formula: Callable[[Node], Node], op: str, swapped: bool) -> None:
    node = formula(X)
    assert node.op.name == op
    assert node.inputs[swapped] is X
    assert node.inputs[not swapped].op.name == "constant"
    assert node.inputs[not swapped].dtype == X.dtype
    assert node.shape == (2, 3)


def test_logic_and_sign() -> None:
    assert [node.op.name for node in (MASK & MASK, MASK | MASK, ~MASK, -X)] == [
        "logical_and", "logical_or", "logical_not", "negative",
    ]  # fmt: skip


def test_nodes_compare_by_identity() -> None:
    assert X + 1 != X + 1
    assert len({X, X, X + 1}) == 2


def test_size_and_dimensions() -> None:
    assert (X.ndim, X.size) == (2, 6)
    assert (constant(1.0).ndim, constant(1.0).size) == (0, 1)
    assert constant(np.zeros((0, 3))).size == 0


def test_like() -> None:
    assert like(X, X) is X
    assert like(X, 3).dtype == np.float32


def test_where_is_written_as_editors_do() -> None:
    assert str(Where("file.py", 3)) == "file.py:3"
    node = make("add", X, X, name="y", scope=(Scope("f", "m", 0),), where=Where("file.py", 3))
    assert (node.name, node.scope[0].name, node.where) == ("y", "f", Where("file.py", 3))


@pytest.mark.parametrize(
    ("make_node", "message"),
    [
        (lambda: make("add", X, constant(np.ones(4))), r"add does not fit float32\[2, 3\] and float64\[4\]"),
        (lambda: make("exp", X, X), "exp takes 1 inputs and was given 2"),
        (lambda: make("matmul", X, X), "3 columns meet 2 rows"),
        (lambda: make("matmul", X, constant(1.0)), r"write \* for a number"),
        (lambda: make("reshape", X, shape=(5,)), "the number of entries differs"),
        (lambda: make("broadcast_to", X, shape=(2,)), "cannot broadcast|does not fit"),
        (lambda: make("max", constant(np.zeros(0)), axes=(0,), keepdims=False), "empty axis"),
        (lambda: make("concatenate", X, constant(np.ones(3)), axis=0), "cannot join shapes"),
        (lambda: make("inv", X), "a square matrix is needed"),
        (lambda: make("solve", constant(np.eye(2)), constant(np.ones(3))), "solve: the matrix is"),
        (lambda: make("solve", constant(np.eye(2)), constant(np.ones((3, 1)))), "solve: the matrix is"),
        (lambda: make("einsum", X, X, subscripts="ij,jk->ik"), "axis j is 3 long and 2 long"),
    ],
)
def test_what_does_not_fit_is_an_error(make_node: Callable[[], Node], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        make_node()
