"""Tracing as a whole: inputs, outputs, guards, nesting; Python's ``if`` and ``while`` follow the example."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import TraceError
from chainrule.graph import Graph
from chainrule.tracing import replay, trace_leaves


def ops(graph: Graph) -> list[str]:
    return [node.op.name for node in graph.nodes]


@dataclass
class Point:
    x: Any
    y: Any


def test_arguments_of_every_form_become_inputs() -> None:
    def f(a: Any, b: Any, c: Any, *, mode: str) -> Any:
        assert mode == "sum"
        return a["w"] + b[0] * b[1][0] + c.x * c.y

    graph = cr.trace(f, {"w": 1.0}, [2.0, (3.0, None)], Point(4.0, np.ones(2)), mode="sum")
    assert [node.name for node in graph.inputs] == ["a['w']", "b[0]", "b[1][0]", "c.x", "c.y"]


def test_results_of_every_form_become_outputs() -> None:
    traced = trace_leaves(lambda x: {"a": x, "b": [x * 2, 3.0], "c": None}, [1.0], ["x"])
    assert [node.op.name for node in traced.graph.outputs] == ["input", "multiply", "constant"]
    assert set(traced.result) == {"a", "b", "c"}


def test_inputs_that_do_not_matter_stay() -> None:
    graph = cr.trace(lambda x, y: x, 1.0, 2.0)
    assert len(graph.inputs) == 2


def test_if_follows_the_example_and_is_a_guard() -> None:
    def f(x: Any) -> Any:
        return x * x if x > 1 else -x

    assert cr.grad(f)(3.0) == 6
    assert cr.grad(f)(0.5) == -1
    assert [guard.value for guard in cr.trace(f, 3.0).guards] == [True]
    assert [guard.value for guard in cr.trace(f, 0.5).guards] == [False]


def test_while_follows_the_example() -> None:
    def f(x: Any) -> Any:
        while x < 100:
            x = x * x
        return x

    assert cr.grad(f)(3.0) == 8 * 3.0**7
    assert [guard.value for guard in cr.trace(f, 3.0).guards] == [True, True, True, False]


def test_range_and_indices_by_a_traced_integer_are_guards() -> None:
    def f(x: Any, n: Any) -> Any:
        return sum(x[i] for i in range(n))

    graph = cr.trace(f, np.arange(4.0), 3)
    assert [guard.value for guard in graph.guards] == [3]


def test_masks_are_guards() -> None:
    graph = cr.trace(lambda x: x[x > 0].sum(), np.array([1.0, -1.0, 2.0]))
    assert len(graph.guards) == 1
    assert graph.guards[0].holds(np.array([True, False, True]))
    assert not graph.guards[0].holds(np.array([True, True, False]))


@pytest.mark.parametrize(
    "inner",
    [
        lambda f, x: cr.grad(f)(x),
        lambda f, x: cr.value_and_grad(f)(x)[1],
        lambda f, x: cr.vjp(f, x)[1](x)[0],
        lambda f, x: cr.jvp(f, x, x)[1],
        lambda f, x: cr.jacobian(f)(x),
        lambda f, x: cr.grad(lambda y: f(x) * y)(x),
    ],
    ids=["grad", "value_and_grad", "vjp", "jvp", "jacobian", "captured"],
)
def test_decisions_of_an_inner_function_are_those_of_the_outer_one(inner: Any) -> None:
    graph = cr.trace(lambda x: inner(lambda y: y * y if y > 1 else -y, x), 3.0)
    values = {guard.value for guard in graph.guards}
    assert values == {True}
    assert {guard.node.op.name for guard in graph.guards} == {"greater"}


def test_derivatives_of_derivatives_of_decisions() -> None:
    def f(x: Any) -> Any:
        return x**3 if x > 0 else x**2

    assert cr.grad(cr.grad(f))(2.0) == 12
    assert cr.grad(cr.grad(f))(-2.0) == 2
    assert cr.grad(cr.grad(cr.grad(f)))(2.0) == 6


def test_plain_and_traced_arguments_mix_in_an_inner_gradient() -> None:
    def f(x: Any) -> Any:
        gx, gy = cr.grad(lambda a, b: a * b, wrt=(0, 1))(x, 2.0)
        return gx * gy

    assert cr.grad(f)(3.0) == 2


def test_results_of_an_inner_gradient_are_arrays_of_their_own() -> None:
    def f(x: Any) -> Any:
        gradient = cr.grad(lambda y: 0.5 * np.sum(y * y))(x)
        gradient[0] = 100
        return np.sum(x * x) + gradient.sum()

    np.testing.assert_array_equal(cr.grad(f)(np.array([1.0, 2.0])), [2, 5])


def test_replay_records_a_graph_again() -> None:
    traced = trace_leaves(lambda x, y: x * y + 1, [2.0, 3.0], ["x", "y"])
    again = trace_leaves(lambda x: replay(traced.graph, [x, np.float64(5.0)]), [2.0], ["x"])
    assert sorted(ops(again.graph)) == ["add", "constant", "constant", "input", "multiply"]


@pytest.mark.parametrize("result", ["text", object(), {"a": "b"}, [1, 2j]])
def test_what_is_not_an_array_cannot_be_returned(result: Any) -> None:
    with pytest.raises(TraceError, match=r"not a number or an array|cannot be traced"):
        cr.trace(lambda x: result, 1.0)


@pytest.mark.parametrize("argument", [1j, np.array(["a"]), np.array([1j]), np.array([None])])
def test_what_is_not_real_cannot_be_traced(argument: Any) -> None:
    with pytest.raises((TraceError, TypeError)):
        cr.trace(lambda x: x * 1.0, argument)


def test_functions_without_a_signature() -> None:
    assert [node.name for node in cr.trace(max, 1.0, 2.0).inputs] == ["x0", "x1"]
