"""The two sweeps: broadcasting, reductions, dtypes, several uses, and graphs of ten thousand nodes."""

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DifferentiationError
from chainrule.execute.interpret import interpret
from chainrule.graph import Graph, Node, constant, input_node, make
from chainrule.transforms.differentiate import backward, gradient_graph, scalar_output
from differences import check_derivatives, pullback

RNG = np.random.default_rng(11)


def inputs(*values: Any) -> tuple[Node, ...]:
    return tuple(input_node(f"x{i}", np.shape(x), np.asarray(x).dtype) for i, x in enumerate(values))


# --- broadcasting and reductions ------------------------------------------------------------------------------

SHAPES = [((), ()), ((3,), ()), ((), (2, 3)), ((3,), (2, 3)), ((2, 1), (1, 3)), ((4, 1, 3), (2, 1)), ((0, 3), (3,))]


@pytest.mark.parametrize("op", ["add", "subtract", "multiply", "divide", "power", "hypot", "arctan2", "logaddexp"])
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_broadcasting_is_undone(op: str, shapes: tuple[tuple[int, ...], ...]) -> None:
    values = [RNG.uniform(0.5, 2.0, size=shape) for shape in shapes]
    x, y = inputs(*values)
    check_derivatives(Graph((x, y), (make(op, x, y),)), values)


AXES = [((4,), (0,)), ((2, 3), (1,)), ((2, 3), (0, 1)), ((2, 3, 2), (0, 2)), ((2, 1, 3), (1,)), ((3,), ()), ((), ())]
WITH_ZEROS = np.array([[0.0, 1.5, 0.0], [2.0, 0.0, -1.0]])


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("op", ["sum", "prod", "max", "min", "logsumexp"])
@pytest.mark.parametrize(("shape", "axes"), AXES, ids=str)
def test_reductions(op: str, shape: tuple[int, ...], axes: tuple[int, ...], keepdims: bool) -> None:
    x = RNG.normal(size=shape)
    (node,) = inputs(x)
    check_derivatives(Graph((node,), (make(op, node, axes=axes, keepdims=keepdims),)), [x])


@pytest.mark.parametrize("axes", [(0,), (1,), (0, 1)])
def test_products_with_zeros(axes: tuple[int, ...]) -> None:
    (node,) = inputs(WITH_ZEROS)
    check_derivatives(Graph((node,), (make("prod", node, axes=axes, keepdims=False),)), [WITH_ZEROS])


@pytest.mark.parametrize("op", ["sum", "prod", "logsumexp"])
def test_reductions_over_nothing(op: str) -> None:
    (node,) = inputs(np.zeros((2, 0)))
    graph = pullback(Graph((node,), (make(op, node, axes=(1,), keepdims=False),)))
    assert interpret(graph, [np.zeros((2, 0)), np.ones(2)])[0].shape == (2, 0)


def test_the_gradient_of_logsumexp_keeps_its_digits_far_from_0() -> None:
    z = np.array([1000.25, 1001.5, 998.0], dtype=np.float32)
    exact = np.exp(z.astype(float) - 1000)
    np.testing.assert_allclose(cr.grad(cr.functions.logsumexp)(z), exact / exact.sum(), rtol=3e-7)


# --- dtypes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_gradient_has_the_dtype_of_its_argument(dtype: Any) -> None:
    x, y = np.ones(3, dtype), np.ones(3)
    gx, gy = cr.grad(lambda x, y: np.sum(np.tanh(x) * y + x**2 * np.arctan(y)), wrt=(0, 1))(x, y)
    assert (gx.dtype, gy.dtype) == (dtype, np.float64)
    assert cr.jvp(np.tanh, x, x)[1].dtype == dtype


def test_no_gradient_flows_through_integers_and_booleans() -> None:
    assert cr.grad(lambda x: np.sum(x.astype(int) * 1.0))(np.array([1.5, 2.5])).tolist() == [0.0, 0.0]
    assert cr.grad(lambda x: np.sum((x > 2) * 3.0))(np.array([1.5, 2.5])).tolist() == [0.0, 0.0]
    assert cr.grad(lambda x: np.sum((x > 2) * x))(np.array([1.5, 2.5])).tolist() == [0.0, 1.0]


def test_what_has_no_gradient_says_so() -> None:
    x, n = inputs(np.ones(2), np.array(3))
    with pytest.raises(DifferentiationError, match=r"only one number has a gradient, .* returned float64\[2\]"):
        gradient_graph(Graph((x,), (x,)), [x])
    with pytest.raises(DifferentiationError, match="returned int64, which has no derivative"):
        gradient_graph(Graph((x,), (constant(1),)), [x])
    for output in (constant(1.0), n, n * n):
        with pytest.raises(DifferentiationError, match=r"x1 is int64 and has no gradient; write x1.astype\(float\)"):
            gradient_graph(Graph((n,), (output,)), [n])
    with pytest.raises(DifferentiationError, match=r"x1 is int64 and has no gradient"):
        scalar_output(Graph((n,), (n * n,)))


# --- uses -----------------------------------------------------------------------------------------------------


def test_downstream_gradients_are_kept_for_each_use() -> None:
    (x,) = inputs(3.0)
    y = x * x
    sweep = backward(Graph((x,), (y,)), [constant(1.0)], [x])
    assert [node for node, _ in sweep.edges] == [y, y]
    assert [edge.local for edge in sweep.edges.values()] == [x, x]
    assert interpret(Graph((x,), (sweep.gradient(x),)), [3.0]) == [6.0]


def test_wrt_may_be_a_node_in_between() -> None:
    x, y = inputs(2.0, 5.0)
    z = x * y
    sweep = backward(Graph((x, y), (z * z,)), [constant(1.0)], [z])
    assert interpret(Graph((x, y), (sweep.gradient(z), sweep.gradient(x))), [2.0, 5.0]) == [20.0, 0.0]


def test_outputs_that_are_inputs_or_equal_or_constant() -> None:
    x, y = inputs(2.0, 3.0)
    graph = pullback(Graph((x, y), (x, x, x * y, constant(7.0))))
    assert interpret(graph, [2.0, 3.0, 1.0, 10.0, 100.0, 1000.0]) == [311.0, 200.0]


# --- size -----------------------------------------------------------------------------------------------------

MANY = 10_000


def chain(x: Any) -> Any:
    for _ in range(MANY // 2):
        x = np.sin(x) * 1.0001
    return x


def fan(x: Any) -> Any:
    return sum(x * float(i) for i in range(MANY))


def entries(x: Any) -> Any:
    total = 0.0
    for i in range(len(x)):
        total = total + x[i] * x[i]
    return total


def rows(x: Any) -> Any:
    return sum(np.sum(row * row) for row in x)


def picked_from_a_singular_array(x: Any) -> Any:
    y = np.log(x)
    return sum(y[i] for i in range(1, len(x)))


def views(x: Any) -> Any:
    for _ in range(MANY // 4):
        x = x[::-1].T
    return np.sum(x)


LARGE: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "chain": (chain, 0.5, None),
    "fan": (fan, 2.0, MANY * (MANY - 1) / 2),
    "entries": (entries, np.full(3000, 1.5), np.full(3000, 3.0)),
    "rows": (rows, np.full((2000, 3), 1.5), np.full((2000, 3), 3.0)),
    "picks": (picked_from_a_singular_array, np.array([0.0] + [2.0] * 2000), np.array([0.0] + [0.5] * 2000)),
    "views": (views, np.ones(3), np.ones(3)),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_graphs(name: str) -> None:
    f, x, expected = LARGE[name]
    start = time.perf_counter()
    gradient = cr.grad(f)(x)
    assert time.perf_counter() - start < 10  # a second or less; quadratic time would take minutes
    if expected is None:
        slope, h = 1.0, np.asarray(x)
        for _ in range(MANY // 2):
            slope, h = slope * 1.0001 * math.cos(h), np.sin(h) * 1.0001
        expected = slope
    np.testing.assert_allclose(gradient, expected, rtol=1e-11)


def test_second_derivatives_of_large_graphs() -> None:
    x = np.linspace(1.0, 2.0, 500)
    found = cr.hvp(entries, x, x)
    np.testing.assert_allclose(found, 2 * x, rtol=1e-12)
