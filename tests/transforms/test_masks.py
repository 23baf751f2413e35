"""Structural zeros: what has no influence gets the gradient 0, whatever stands there and whatever lies in between."""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.execute.interpret import interpret
from chainrule.graph import Graph, Node, constant, input_node, make
from chainrule.graph.expressions import (
    astype,
    broadcast_to,
    exp,
    index,
    log,
    matmul,
    reshape,
    sin,
    softmax,
    sqrt,
    total,
    transpose,
    where,
)
from chainrule.graph.keys import ArrayIndex, Slice
from chainrule.transforms.differentiate import forward
from differences import check_derivatives, pullback

SAFE = np.array([0.7, 1.3, 0.4, 2.0])
OTHER = np.array([0.5, -1.0, 2.0, 1.5])
REST = Slice(1, None, None)
KEEP = constant([False, True, True, True])
ROWS = reshape(KEEP, (4, 1))
STACK = reshape(KEEP, (4, 1, 1))

SINGULAR: dict[str, Callable[[Node], Node]] = {
    "log": log,
    "sqrt": sqrt,
    "reciprocal": lambda x: make("reciprocal", x),
    "quotient": lambda x: sin(x) / x,
    "power": lambda x: x**-1.5,
    "entropy": lambda x: x * log(x),
    "arctanh": lambda x: make("arctanh", 0.4 * x),
}


def column(v: Node) -> Node:
    return reshape(v, (4, 1))


def matrices(v: Node, w: Node) -> Node:
    """Four matrices of two rows, the first made of the first entries."""
    entries = make("concatenate", column(v), column(0.3 * w), column(0.2 * w), column(v + 3), axis=1)
    return reshape(entries, (4, 2, 2))


def indexed(v: Node, *positions: int) -> Node:
    return index(v, (ArrayIndex(0),), constant(np.array(positions)))


def overwritten(v: Node, w: Node) -> Node:
    return make("index_set", v, index(w, (Slice(0, 1, None),)), key=(Slice(0, 1, None),))


def written_twice(v: Node, w: Node) -> Node:
    """The first entry of v is written, and overwritten at once by the second."""
    return make("index_set", w, v, constant(np.array([0, 0, 1, 2])), key=(ArrayIndex(0),))


def from_the_end(v: Node) -> Node:
    return index(v, (Slice(None, None, -1),))


def first_three(v: Node) -> Node:
    return index(v, (Slice(0, 3, None),))


def reduced(op: str, v: Node, w: Node) -> Node:
    rows = column(v) * constant([[1.0, 2.0, 0.5]]) + column(w)
    return where(KEEP, make(op, rows, axes=(1,), keepdims=False), 0)


WAYS: dict[str, Callable[[Node, Node], Node]] = {
    "where": lambda v, w: where(KEEP, v * w, 0),
    "where not": lambda v, w: where(~KEEP, 0, v * w),
    "several uses": lambda v, w: where(KEEP, v * v + w * sin(v), w),
    "one living use": lambda v, w: where(KEEP, v, w) * w + where(KEEP, v * w, 0),
    "nested": lambda v, w: where(KEEP, where(KEEP, v, w) * w, where(~KEEP, w, v)),
    "in a sum in a where": lambda v, w: where(
        total(w, [0]) > 0, total(where(KEEP, exp(sin(v)), w), [0], keepdims=True), v
    ),
    "scalar condition": lambda v, w: where(constant(False), v * w, w),
    "number as condition": lambda v, w: where(constant([0.0, 0.5, 1.0, -1.0]), v * w, w),
    "astype": lambda v, w: where(KEEP, astype(astype(v, np.dtype(np.longdouble)) * w, w.dtype), 0),
    "broadcast in": lambda v, w: where(reshape(KEEP, (1, 4)), reshape(v, (1, 4)) * column(w), 0),
    "broadcast_to": lambda v, w: where(KEEP, broadcast_to(v, (3, 4)) * w, 0),
    "reshape": lambda v, w: where(reshape(KEEP, (2, 2)), reshape(v * w, (2, 2)), 0),
    "transpose": lambda v, w: where(transpose(ROWS, (1, 0)), transpose(column(v * w), (1, 0)), 0),
    "slice": lambda v, w: index(v * w, (REST,)),
    "negative step": lambda v, w: index(v * w, (Slice(None, 0, -1),)),
    "integer": lambda v, w: index(v, (2,)) * w,
    "repeated indices": lambda v, w: indexed(v, 3, 1, 1, -2) * w,
    "overwritten": lambda v, w: overwritten(v, w) * w,
    "written twice": lambda v, w: written_twice(v, w) * w,
    "index_add": lambda v, w: where(KEEP, make("index_add", v, w, key=(Slice(None, None, None),)), 0),
    "added values": lambda v, w: make("index_add", w, index(v, (REST,)), key=(REST,)) * w,
    "concatenate": lambda v, w: where(
        make("concatenate", KEEP, KEEP, axis=0), make("concatenate", v, v * w, axis=0), 0
    ),
    "matmul": lambda v, w: where(ROWS, matmul(column(v), reshape(w, (1, 4))), 0),
    "matmul from the right": lambda v, w: where(KEEP, matmul(column(w), reshape(v, (1, 4))), 0),
    "matmul of a vector": lambda v, w: where(KEEP, matmul(column(v), index(w, (Slice(1, 2, None),))), 0),
    "matmul of a stack": lambda v, w: where(STACK, matmul(matrices(v, w), matrices(w, w)), 0),
    "einsum": lambda v, w: where(ROWS, make("einsum", v, w, subscripts="i,j->ij"), 0),
    "einsum of diagonals": lambda v, w: where(KEEP, make("einsum", column(v) * w, w, subscripts="ii,i->i"), 0),
    "einsum of a stack": lambda v, w: where(
        STACK, make("einsum", matrices(v, w), matrices(w, w), subscripts="bij,bjk->bki"), 0
    ),
    "cumsum": lambda v, w: first_three(make("cumsum", from_the_end(v * w), axis=0)),
    "cumprod": lambda v, w: first_three(make("cumprod", from_the_end(v * w), axis=0)),
    "softmax": lambda v, w: where(ROWS, softmax(column(v) * w, 1), 0),
    "log_softmax": lambda v, w: where(ROWS, make("log_softmax", column(v) * w, axis=1), 0),
    **{op: lambda v, w, op=op: reduced(op, v, w) for op in ("sum", "prod", "max", "min", "logsumexp")},  # type: ignore[misc]
    "det": lambda v, w: where(KEEP, make("det", matrices(v, w)), 0),
    "inv": lambda v, w: where(STACK, make("inv", matrices(v, w)), 0),
    "solve": lambda v, w: where(STACK, make("solve", matrices(v, w), matrices(w, w)), 0),
    "solve vectors": lambda v, w: where(ROWS, make("solve", matrices(v, w), index(w, (Slice(0, 2, None),))), 0),
    "hypot": lambda v, w: where(KEEP, make("hypot", v, w), 0),
    "logaddexp": lambda v, w: where(KEEP, make("logaddexp", v, w), 0),
    "arctan2": lambda v, w: where(KEEP, make("arctan2", v, w), 0),
    "maximum": lambda v, w: where(KEEP, make("maximum", v, w), 0),
    "remainder": lambda v, w: where(KEEP, make("remainder", v, w), 0),
}


def graph_of(way: str, singular: str) -> Graph:
    x, w = (input_node(name, (4,), np.dtype(float)) for name in "xw")
    return Graph((x, w), (WAYS[way](SINGULAR[singular](x), w),))


def pushed(graph: Graph) -> Graph:
    tangents = {node: input_node("t", node.shape, node.dtype) for node in graph.inputs}
    return Graph((*graph.inputs, *tangents.values()), forward(graph, tangents))


def at(x0: float) -> Any:
    return np.array([x0, *SAFE[1:]])


@pytest.mark.parametrize("way", WAYS)
def test_what_has_no_influence_has_the_gradient_0(way: str) -> None:
    graph = graph_of(way, "log")
    check_derivatives(graph, [SAFE, OTHER], tolerance=1e-7)
    upstream = np.random.default_rng(0).normal(size=graph.outputs[0].shape)
    ones = [np.ones(4), np.ones(4)]
    first, push = pullback(graph), pushed(graph)
    second = pullback(first)
    for program, more in [
        (first, [upstream]),
        (push, ones),
        (second, [upstream, *ones]),
        (pushed(first), [upstream, *ones, upstream]),
    ]:
        expected = interpret(program, [SAFE, OTHER, *more])
        for x0 in (0.0, -1.0, math.inf, math.nan):
            found = interpret(program, [at(x0), OTHER, *more])
            for one, other in zip(found, expected, strict=True):
                np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("singular", SINGULAR)
@pytest.mark.parametrize("way", ["where", "slice", "overwritten", "matmul", "softmax", "one living use"])
def test_it_does_not_matter_what_is_infinite(way: str, singular: str) -> None:
    first = pullback(graph_of(way, singular))
    for program, more in [(first, []), (pullback(first), [np.ones(4), np.ones(4)])]:
        upstream = np.ones(first.inputs[2].shape)
        expected = interpret(program, [SAFE, OTHER, upstream, *more])
        for x0 in (0.0, -1.0, 1e308, 2.5):
            found = interpret(program, [at(x0), OTHER, upstream, *more])
            for one, other in zip(found, expected, strict=True):
                np.testing.assert_array_equal(one, other)


# --- the same in NumPy, as users write it ---------------------------------------------------------------------


def set_to_zero(x: Any) -> Any:
    y = np.log(x)
    y[x <= 0] = 0.0
    return np.sum(y)


USERS: dict[str, tuple[Callable[[Any], Any], Any, Any, Any]] = {  # function, x, gradient, row sums of the Hessian
    "log": (lambda x: np.where(x > 0, np.log(x), 0.0), -1.0, 0.0, 0.0),
    "sqrt": (lambda x: np.where(x > 0, np.sqrt(x), 0.0), 0.0, 0.0, 0.0),
    "sinc": (lambda x: np.where(x != 0, np.sin(x) / x, 1.0), 0.0, 0.0, 0.0),
    "clipped from below": (lambda x: np.maximum(np.log(x), 0.0), 0.0, 0.0, 0.0),
    "clipped": (lambda x: np.clip(1 / x, -5.0, 5.0), 0.0, 0.0, 0.0),
    "greatest": (lambda x: np.max(np.log(x)), [0.0, 1.0, 2.0], [0, 0, 0.5], [0, 0, -0.25]),
    "mask": (lambda x: np.sum(np.log(x)[x > 0]), [0.0, 1.0, 2.0], [0, 1, 0.5], [0, -1, -0.25]),
    "assignment": (set_to_zero, [0.0, 1.0, 2.0], [0, 1, 0.5], [0, -1, -0.25]),
    "missing data": (lambda x: np.sum(np.where(np.isnan(x), 0.0, x * x)), [np.nan, 3.0], [0, 6], [0, 2]),
    "overflow": (
        lambda x: np.sum(np.where(x < 1e3, np.sin(np.exp(x)), 0.0)),
        [1e4, 0.0],
        [0, np.cos(1)],
        [0, np.cos(1) - np.sin(1)],
    ),
}


@pytest.mark.parametrize("name", USERS)
def test_nobody_has_to_write_where_twice(name: str) -> None:
    f, x, gradient, second = USERS[name]
    x = np.array(x) if isinstance(x, list) else x
    ones = np.ones_like(x)
    slopes = cr.grad(f, stabilize=False)
    np.testing.assert_allclose(slopes(x), gradient, rtol=1e-15)
    np.testing.assert_allclose(cr.grad(lambda x: np.sum(slopes(x)), stabilize=False)(x), second, rtol=1e-15)
    np.testing.assert_allclose(cr.hvp(f, x, ones, stabilize=False), second, rtol=1e-15)
    np.testing.assert_allclose(cr.jvp(f, x, ones, stabilize=False)[1], np.sum(gradient), rtol=1e-15)


def test_rows_and_columns_of_a_jacobian_are_structurally_zero_off_their_entry() -> None:
    x = np.array([0.0, 1.0])
    assert cr.jacobian(np.sqrt)(x).tolist() == [[math.inf, 0.0], [0.0, 0.5]]
    tall = cr.jacobian(lambda x: np.concatenate([np.sqrt(x), x]))(x)
    assert tall.tolist() == [[math.inf, 0.0], [0.0, 0.5], [1.0, 0.0], [0.0, 1.0]]
    assert cr.hessian(lambda x: np.sum(x**1.5))(x).tolist() == [[math.inf, 0.0], [0.0, 0.75]]


def test_a_zero_that_is_not_structural_stays_what_the_arithmetic_gives() -> None:
    as_written = functools.partial(cr.grad, stabilize=False)
    assert math.isnan(as_written(lambda x: x * np.log(x))(0.0))
    assert math.isnan(as_written(lambda x: np.sqrt(x * x))(0.0))
    assert math.isnan(as_written(lambda x: 0.0 * np.log(x))(0.0))
    assert math.isnan(as_written(lambda x: np.where(x >= 0, x * np.log(x), 0.0))(0.0))
    assert math.isnan(as_written(lambda x: np.sum(np.sqrt(x) * np.array([0.0, 1.0])))(np.array([0.0, 1.0]))[0])
