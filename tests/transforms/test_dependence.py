"""On which entries a value depends: the structure of the graph against what moves when one entry is moved."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.graph import OPS
from chainrule.transforms.dependence import BY_KIND, BY_OP, reach

Function = Callable[..., Any]

X = np.array([[0.3, -1.2, 2.0], [0.7, 0.1, -0.4]])
M = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


def by_moving(f: Function, x: Any) -> tuple[Any, Any]:
    """The first and the last entry of x whose small change changes each entry of f(x)."""
    first, last = np.full(np.shape(f(x)), x.size), np.full(np.shape(f(x)), -1)
    for i in range(x.size):
        nearby = x.copy()
        nearby.flat[i] += 1e-4
        moved = f(nearby) != f(x)
        first, last = np.where(moved, np.minimum(first, i), first), np.where(moved, i, last)
    return first, last


def by_structure(f: Function, x: Any) -> tuple[Any, Any]:
    graph = cr.trace(f, x)
    return reach(graph, graph.inputs[0], [x])[graph.outputs[0]]


def masked(x: Any) -> Any:
    y = x * 1
    y[x > 0.2] = np.exp(x[x > 0.2])
    return y


def overwritten(x: Any) -> Any:
    y = x * x[0, 0]
    y[1] = x[0]
    return y


def added(x: Any) -> Any:
    y = x * 1
    np.add.at(y, ([0, 0, 1], [2, 2, 0]), x[1])
    return y


def order_as_number_and_as_index(x: Any) -> Any:
    order = np.argsort(x, axis=None)
    return x.ravel() * (order + 1) + np.ravel(x)[order]


@pytest.mark.parametrize(
    "f",
    [
        np.sin,
        lambda x: x * x + 2,
        lambda x: x + x[0],
        lambda x: x * x[:, :1],
        lambda x: np.where(x > x.mean(), x, -x),
        lambda x: np.maximum(x, -5.0) + x[0],
        lambda x: np.sum(x, axis=0),
        lambda x: np.sum(x, axis=1, keepdims=True) + np.zeros((2, 3)),
        lambda x: np.prod(x),
        lambda x: cr.functions.logsumexp(x, axis=1),
        lambda x: cr.functions.softmax(x, axis=0),
        lambda x: x.T,
        lambda x: np.reshape(x, (3, 2)),
        lambda x: np.broadcast_to(x, (4, 2, 3)),
        lambda x: x[:, ::-1],
        lambda x: x[[1, 1, 0], [0, 2, 2]],
        lambda x: np.roll(x, 1, axis=1),
        lambda x: np.concatenate([x, x[:1], np.ones((1, 3))]),
        lambda x: x @ M,
        lambda x: np.ones(2) @ x,
        lambda x: x @ np.ones(3),
        lambda x: x[0] @ x[1],
        lambda x: x @ x.T,
        lambda x: np.ones((2, 1, 3)) @ x[..., None],
        lambda x: np.einsum("ij,ij->ij", x, x),
        lambda x: np.einsum("ij,kj->ki", x, x),
        lambda x: np.einsum("ii->i", x[:, :2]),
        lambda x: np.einsum("ij,jk,k->ik", x, M, np.ones(2)),
        lambda x: np.einsum("ij,kl->lj", x, np.ones((2, 2))),
        lambda x: np.stack([x, x**2], -1) @ np.array([1.0, 2.0]),
        lambda x: np.floor(x) + x,
        masked,
        overwritten,
        added,
        order_as_number_and_as_index,
    ],
)  # fmt: skip
def test_the_structure_says_what_moves(f: Function) -> None:
    for found, expected in zip(by_structure(f, X), by_moving(f, X), strict=True):
        assert np.array_equal(found, expected)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.where(X > 0, x, x[::-1]),
        lambda x: np.cumsum(x, axis=1),
        lambda x: np.linalg.inv(np.diag(x[0])),
        lambda x: np.linalg.det(x @ x.T) * x,
        lambda x: np.linalg.solve(np.eye(2) + x[:, :2], x),
        lambda x: x - x.max() + x.max(),
    ],
)
def test_the_structure_may_say_too_much_but_never_too_little(f: Function) -> None:
    (first, last), (moved_first, moved_last) = by_structure(f, X), by_moving(f, X)
    assert np.all(first <= moved_first)
    assert np.all(last >= moved_last)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (1,), ()])
def test_small_arguments(shape: tuple[int, ...]) -> None:
    x = np.ones(shape)
    first, last = by_structure(lambda x: x - np.sum(x), x)
    assert first.shape == last.shape == shape
    assert np.all(first == 0)
    assert np.all(last == 0)


def test_what_does_not_depend_on_the_argument_is_not_there() -> None:
    graph = cr.trace(lambda x, y: (y * 2, np.floor(x), x * y), 1.5, 2.0)
    found = reach(graph, graph.inputs[0], [1.5, 2.0])
    assert [output in found for output in graph.outputs] == [False, False, True]
    assert len(found) == len(list(found)) == 2


def test_every_primitive_has_a_row() -> None:
    assert {name for name, op in OPS.items() if op.kind != "source" and op.kind not in BY_KIND} == {"matmul", "einsum"}
    assert set(BY_OP) <= set(OPS)
