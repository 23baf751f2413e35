"""Graphs: compared and hashed by structure, in topological order, with guards and uses."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.graph import Graph, Guard, Node, constant, input_node, make
from chainrule.graph.graph import reachable, substitute

F8 = np.dtype(float)


def of_constant(value: Any, dtype: Any = None) -> Graph:
    x = input_node("x", (), F8)
    return Graph((x,), (make("multiply", x, constant(value, dtype)),))


def traced(function: Any, *args: Any) -> Graph:
    return cr.trace(function, *(args or (1.5,)))


# --- equality -----------------------------------------------------------------------------------------------

SAME = [
    (traced(lambda x: x * x), traced(lambda y: y * y)),
    (traced(lambda x: x * 2), of_constant(2.0)),
    (traced(lambda x, y: x - y, 1.0, 2.0), traced(lambda y, x: y - x, 3.0, 4.0)),
    (of_constant(np.nan), of_constant(np.nan)),
    (of_constant([0.0, np.nan]), of_constant([0.0, np.nan])),
    (traced(lambda x: x if x > 0 else -x), traced(lambda x: x if x > 0 else x * 3)),
    (traced(lambda x: x[x > 0], np.ones(3)), traced(lambda x: x[x > 0], np.ones(3))),
    (traced(lambda x: np.sum(x, axis=0), np.ones((2, 3))), traced(lambda a: a.sum(0), np.ones((2, 3)))),
]

DIFFERENT = [
    (traced(lambda x: x * x), traced(lambda x: x + x)),
    (traced(lambda x, y: x - y, 1.0, 2.0), traced(lambda x, y: y - x, 1.0, 2.0)),
    (traced(lambda x: x * x + x * x), traced(lambda x: (lambda y: y + y)(x * x))),
    (traced(lambda x: (x, x * 2)), traced(lambda x: (x * 2, x))),
    (of_constant(0.0), of_constant(-0.0)),
    (of_constant(1.0), of_constant(np.nextafter(1.0, 2.0))),
    (of_constant(1.0), of_constant([1.0])),
    (of_constant(1.0), of_constant(1.0, np.dtype("float32"))),
    (traced(lambda x: x * 2, 1.0), traced(lambda x: x * 2, np.float32(1))),
    (traced(lambda x: x * 2, np.ones(2)), traced(lambda x: x * 2, np.ones(3))),
    (traced(lambda x: np.sum(x, axis=0), np.ones((3, 3))), traced(lambda x: np.sum(x, axis=1), np.ones((3, 3)))),
    (traced(lambda x: x if x > 0 else -x), traced(lambda x: x)),
    (traced(lambda x: x[x > 0], np.array([1.0, -1.0])), traced(lambda x: x[x > 0], np.array([-1.0, 1.0]))),
    (traced(lambda x, y: x, 1.0, 2.0), traced(lambda x: x)),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_structure_is_equal(one: Graph, other: Graph) -> None:
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_structure_is_not_equal(one: Graph, other: Graph) -> None:
    assert one != other
    assert len({one, other}) == 2


def test_a_graph_is_equal_to_nothing_else() -> None:
    assert traced(lambda x: x) != "graph"


def test_names_scopes_and_lines_do_not_count() -> None:
    def helper(x: Any) -> Any:
        y = x * x
        return y + 1

    assert traced(helper) == traced(lambda x: helper(x)) == traced(lambda z: z * z + 1)


def test_the_order_of_making_does_not_count() -> None:
    x = input_node("x", (), F8)
    first, second = make("sin", x), make("cos", x)
    assert Graph((x,), (first + second,)) == Graph((x,), (make("sin", x) + make("cos", x),))
    late = make("cos", x), make("sin", x)
    assert Graph((x,), (first + second,)) == Graph((x,), (late[1] + late[0],))


def test_equal_subexpressions_stay_two_nodes() -> None:
    graph = traced(lambda x: np.sin(x) * np.sin(x))
    assert [node.op.name for node in graph.nodes] == ["input", "sin", "sin", "multiply"]


def test_deep_graphs_do_not_exhaust_the_stack() -> None:
    def deep(x: Any) -> Any:
        for _ in range(5000):
            x = x + 1
        return x

    assert traced(deep) == traced(deep)


# --- order, uses, parts -------------------------------------------------------------------------------------


def test_nodes_come_after_those_that_they_use() -> None:
    graph = cr.trace(cr.grad(lambda x: np.sum(np.tanh(x @ x.T))), np.ones((2, 2)))
    place = {node: i for i, node in enumerate(graph.nodes)}
    assert all(place[each] < place[node] for node in graph.nodes for each in node.inputs)
    assert len(place) == len(graph.nodes)


def test_nodes_that_do_not_matter_are_left_out() -> None:
    graph = traced(lambda x: (np.exp(x), x * 2)[1])
    assert [node.op.name for node in graph.nodes] == ["input", "constant", "multiply"]


def test_guards_keep_the_nodes_that_they_look_at() -> None:
    graph = traced(lambda x: x * 2 if np.exp(x) > 1 else x)
    assert [node.op.name for node in graph.nodes].count("exp") == 1


@pytest.mark.parametrize(
    ("value", "others", "held"), [(True, [2.5, -1.0, np.True_], [True, True, True]), (3, [3, 4], [True, False])]
)
def test_guards(value: Any, others: list[Any], held: list[bool]) -> None:
    guard = Guard(constant(1.0), value)
    assert [guard.holds(other) for other in others] == held


def test_uses() -> None:
    x, y = (input_node(name, (), F8) for name in "xy")
    square, total = x * x, x + y
    graph = Graph((x, y), (square, total))
    assert graph.uses() == {x: ((square, 0), (square, 1), (total, 0)), y: ((total, 1),), square: (), total: ()}


def test_with_outputs() -> None:
    graph = traced(lambda x: x * x)
    assert graph.with_outputs(graph.inputs).outputs == graph.inputs


def test_substitute_replaces_arguments() -> None:
    graph = traced(lambda x: x * x + 1)
    (output,) = substitute(graph.outputs, {graph.inputs[0]: constant(3.0)})
    assert sorted(node.op.name for node in reachable([output])) == ["add", "constant", "constant", "multiply"]
    assert graph.inputs[0] not in reachable([output])


def test_substitute_shares_what_does_not_change() -> None:
    x, y = (input_node(name, (), F8) for name in "xy")
    kept = make("sin", y)
    output = x * kept
    (new,) = substitute([output], {x: constant(2.0)})
    assert new.inputs[1] is kept
    assert substitute([kept], {x: constant(2.0)}) == (kept,)


def test_substitute_keeps_names_and_lines() -> None:
    def f(x: Any) -> Any:
        q = x * x
        return q + 1

    graph = traced(f)
    (output,) = substitute(graph.outputs, {graph.inputs[0]: constant(3.0)})
    assert (output.inputs[0].name, output.inputs[0].where) == ("q", graph.outputs[0].inputs[0].where)


def test_graphs_and_nodes_are_immutable() -> None:
    graph = traced(lambda x: x * x)
    for target in (graph, graph.outputs[0]):
        with pytest.raises(AttributeError):
            target.inputs = ()  # type: ignore[misc]
    with pytest.raises(TypeError):
        graph.outputs[0].params["axes"] = ()  # type: ignore[index]


def test_constants_cannot_be_changed_from_outside() -> None:
    value = np.ones(2)
    node = constant(value)
    value[0] = 5
    assert node.params["value"].tolist() == [1, 1]
    with pytest.raises(ValueError, match="read-only"):
        node.params["value"][0] = 5


def test_representations() -> None:
    graph = traced(lambda x: x * x)
    assert repr(graph) == "<Graph of 2 nodes: 1 inputs, 1 outputs>"
    assert repr(graph.outputs[0]) == "<Node multiply: float64[]>"
    assert isinstance(graph.outputs[0], Node)
