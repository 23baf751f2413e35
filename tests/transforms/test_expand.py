"""Expanded graphs compute the same values and the same gradients, and keep the user's names, scopes and lines."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.execute.interpret import interpret
from chainrule.graph import OPS, Graph, Scope, Where, input_node, make
from chainrule.transforms.differentiate import gradient_graph
from chainrule.transforms.expand import DEFINITIONS, expand

FLOAT = np.dtype(float)
PARAMS = {
    "softmax": {"axis": 1},
    "log_softmax": {"axis": 0},
    "logsumexp": {"axes": (1,), "keepdims": False},
}
INSIDE = {"log1mexp": (-3.0, -0.1), "arccosh": (1.5, 3.0), "arctanh": (-0.9, 0.9), "xlogy": (0.1, 3.0)}


def one_op(name: str, dtype: np.dtype = FLOAT) -> Graph:
    """The mean of the squares of what one op gives: a number whose gradient depends on every entry."""
    inputs = tuple(input_node(letter, (3, 4), dtype) for letter in "xy"[: OPS[name].arity])
    node = make(name, *inputs, **PARAMS.get(name, {}))
    squares = node * node
    return Graph(inputs, (make("sum", squares, axes=tuple(range(squares.ndim)), keepdims=False),))


def points(name: str) -> list[np.ndarray]:
    low, high = INSIDE.get(name, (0.1, 2.0))
    rng = np.random.default_rng(1)
    return [rng.uniform(low, high, (3, 4)) for _ in range(OPS[name].arity or 1)]


@pytest.mark.parametrize("name", DEFINITIONS)
def test_both_graphs_give_the_same_value_and_gradients(name: str) -> None:
    graph = one_op(name)
    expanded = expand(graph)
    assert not {node.op.name for node in expanded.nodes} & set(DEFINITIONS)
    np.testing.assert_allclose(interpret(expanded, points(name)), interpret(graph, points(name)), rtol=1e-12)
    gradients, same = (interpret(gradient_graph(each, each.inputs), points(name)) for each in (expanded, graph))
    np.testing.assert_allclose(gradients, same, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_dtype_stays(name: str) -> None:
    graph = one_op(name, np.dtype(np.float32))
    assert expand(graph).outputs[0].dtype == graph.outputs[0].dtype


def test_an_integer_stays_an_integer() -> None:
    x = input_node("x", (2,), np.dtype(int))
    graph = Graph((x,), (make("reciprocal", x), make("square", x)))
    expanded = expand(graph)
    assert [node.dtype.kind for node in expanded.outputs] == ["i", "i"]
    np.testing.assert_array_equal(interpret(expanded, [np.array([1, 3])]), [[1, 0], [1, 9]])


def test_a_sigmoid_is_the_lectures_four_gates() -> None:
    x = input_node("x", (), FLOAT)
    graph = expand(Graph((x,), (make("sigmoid", x),)))
    assert [node.op.name for node in graph.nodes if node.inputs] == ["negative", "exp", "add", "divide"]


def test_names_scopes_and_lines_stay() -> None:
    scope, where = (Scope("f", "module", 1),), Where("file.py", 3)
    x = input_node("x", (), FLOAT)
    graph = expand(Graph((x,), (make("tanh", x, name="a", scope=scope, where=where),)))
    new = [node for node in graph.nodes if node.inputs]
    assert graph.outputs[0].name == "a"
    assert [node.name for node in new if node.name] == ["a"]
    assert {node.scope for node in new} == {scope}
    assert {node.where for node in new} == {where}


def test_only_the_named_ops_are_replaced() -> None:
    graph = cr.trace(lambda x: np.tanh(np.expm1(x)), 1.0)
    assert [node.op.name for node in expand(graph, ["expm1"]).nodes if node.inputs] == ["exp", "subtract", "tanh"]
    assert expand(graph, []) == graph
    with pytest.raises(KeyError, match="exp"):
        expand(graph, ["exp"])


def test_guards_follow() -> None:
    graph = cr.trace(lambda x: x if np.tanh(x) > 0 else -x, 1.0)
    expanded = expand(graph)
    assert "exp" in {node.op.name for node in expanded.nodes}
    assert [guard.value for guard in expanded.guards] == [True]


def test_what_has_no_composite_gate_is_not_copied() -> None:
    graph = cr.trace(lambda x, y: np.exp(x) * y, 1.0, 2.0)
    assert expand(graph).nodes == graph.nodes
