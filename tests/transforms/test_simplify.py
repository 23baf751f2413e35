"""Simplified graphs compute the same bits with fewer nodes."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import chainrule as cr
from chainrule.execute.interpret import interpret
from chainrule.graph import Graph, constant, input_node, make
from chainrule.transforms.simplify import simplify

HARD = np.array([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 5e-324, 1.7e308, 0.1])


def simplified(f: Any, *args: Any) -> Graph:
    return simplify(cr.trace(f, *args))


def ops(graph: Graph) -> list[str]:
    return [node.op.name for node in graph.nodes if node.op.name not in ("input", "constant")]


def same_bits(a: Any, b: Any) -> bool:
    a, b = np.asarray(a), np.asarray(b)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


REDUCED = {
    "x * 1": (lambda x: x * 1, []),
    "1 * x": (lambda x: 1 * x, []),
    "x / 1": (lambda x: x / 1, []),
    "x - 0": (lambda x: x - 0, []),
    "x + -0.0": (lambda x: x + -0.0, []),
    "x ** 1": (lambda x: x**1, []),
    "x ** 2": (lambda x: x**2, ["square"]),
    "-(-x)": (lambda x: np.negative(-x), []),
    "where(True, x, 0)": (lambda x: np.where(np.True_, x, 0.0 * x), []),
    "x.T.T": (lambda x: x[None].T.T[0], []),
    "x.astype(same)": (lambda x: x.astype(np.float64), []),
    "sin(x) + sin(x)": (lambda x: np.sin(x) + np.sin(x), ["sin", "add"]),
    "x + (2 * 3 - 1)": (lambda x: x + np.sum(np.zeros_like(x) + 5), None),
    "x[:]": (lambda x: x[:], []),
    "x + copies of 2": (lambda x: x + np.broadcast_to(np.full_like(x[:1], 2.0), x.shape), None),
}

KEPT = {
    "x + 0 changes -0": (lambda x: x + 0.0, ["add"]),
    "x * 0 is not 0 at infinity": (lambda x: x * 0.0, ["multiply"]),
    "0 - x is not -x at 0": (lambda x: 0.0 - x, ["subtract"]),
    "x / x is not 1 at 0": (lambda x: x / x, ["divide"]),
    "x * -1 is not -x at NaN, whose sign it keeps": (lambda x: x * -1, ["multiply"]),
    "x - x is not 0 at infinity": (lambda x: x - x, ["subtract"]),
    "different constants": (lambda x: (x + 0.0) * (x + -1.0), ["add", "add", "multiply"]),
    "0.0 and -0.0 are two constants": (lambda x: np.copysign(1.0, 0.0 * x) + (x + 0.0), None),
}


@pytest.mark.parametrize("case", [*REDUCED, *KEPT])
def test_the_same_bits_with_the_expected_operations(case: str) -> None:
    f, expected = {**REDUCED, **KEPT}[case]
    graph = cr.trace(f, HARD)
    simple = simplify(graph)
    assert same_bits(interpret(simple, [HARD])[0], interpret(graph, [HARD])[0])
    assert len(simple.nodes) <= len(graph.nodes)
    if expected is not None:
        assert [name for name in ops(simple) if name != "index"] == expected


def test_a_widening_product_by_one_stays() -> None:
    x = input_node("x", (), np.dtype(np.float32))
    graph = simplify(Graph((x,), (make("multiply", x, constant(1.0)),)))
    assert graph.outputs[0].dtype == np.float64


def test_constants_are_told_apart_by_their_bits() -> None:
    x = input_node("x", (), np.dtype(float))
    graph = simplify(Graph((x,), (x / constant(0.0), x / constant(-0.0))))
    assert graph.outputs[0] is not graph.outputs[1]


def test_names_of_the_user_survive() -> None:
    def f(x: Any) -> Any:
        q = x**2
        return q * 1

    assert simplified(f, 3.0).outputs[0].name == "q"


def test_guards_on_arguments_stay_and_those_on_constants_go() -> None:
    def f(x: Any) -> Any:
        return x if x > 0 and np.zeros_like(x) < 1 else -x

    assert len(cr.trace(f, 2.0).guards) == 2
    assert [guard.node.op.name for guard in simplified(f, 2.0).guards] == ["greater"]


def test_a_training_step_gets_shorter() -> None:
    def step(w: Any, x: Any, y: Any) -> Any:
        return w - 0.1 * cr.grad(lambda w: np.mean((np.tanh(x @ w) - y) ** 2))(w)

    rng = np.random.default_rng(0)
    arguments = rng.normal(size=(4, 2)), rng.normal(size=(5, 4)), rng.normal(size=(5, 2))
    graph = cr.trace(step, *arguments)
    simple = simplify(graph)
    assert len(ops(simple)) < len(ops(graph))
    np.testing.assert_allclose(interpret(simple, arguments)[0], interpret(graph, arguments)[0], rtol=1e-15)


@given(st.lists(st.sampled_from(["x*1", "x+x", "-x", "x**2", "x/1", "x-0", "x.T", "2*x", "where"]), max_size=8))
def test_any_chain_keeps_its_bits(chain: list[str]) -> None:
    steps = {
        "x*1": lambda x: x * 1,
        "x+x": lambda x: x + x,
        "-x": lambda x: -x,
        "x**2": lambda x: x**2,
        "x/1": lambda x: x / 1,
        "x-0": lambda x: x - 0,
        "x.T": lambda x: x.T,
        "2*x": lambda x: 2 * x,
        "where": lambda x: np.where(x > 0, x, x),
    }

    def f(x: Any) -> Any:
        for name in chain:
            x = steps[name](x)
        return np.sum(x) + x

    x = np.array([[1.5, -2.0], [0.0, 3.0]])
    graph = cr.trace(f, x)
    assert same_bits(interpret(simplify(graph), [x])[0], interpret(graph, [x])[0])
