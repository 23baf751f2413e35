"""Graphs as text and JSON."""

import json as standard_json
from typing import Any

import numpy as np

import chainrule as cr
from chainrule.graph import Graph, constant, input_node, make
from chainrule.graph.keys import ArrayIndex
from chainrule.graph.show import json, labels, text

F8 = np.dtype(float)


def rows(graph: Graph) -> list[str]:
    """The lines of the text without the places in the code and with single spaces."""
    return [" ".join(line.split(__file__)[0].split()) for line in text(graph).splitlines()]


def layer(x: Any, W: Any, b: Any) -> Any:
    z = W @ x + b
    a = cr.functions.sigmoid(z)
    return np.sum(a * (1 - a))


def test_text() -> None:
    graph = cr.trace(layer, np.ones(2), np.ones((3, 2)), np.ones(3))
    assert rows(graph) == [
        "graph(x: float64[2], W: float64[3, 2], b: float64[3])",
        "%1 = W @ x float64[3]",
        "z = %1 + b float64[3]",
        "a = sigmoid(z) float64[3]",
        "%2 = 1 - a float64[3]",
        "%3 = a * %2 float64[3]",
        "%4 = sum(%3, axes=[0], keepdims=False) float64[]",
        "return %4",
    ]


def test_text_shows_where_the_user_wrote_a_line() -> None:
    line = layer.__code__.co_firstlineno + 2
    graph = cr.trace(layer, np.ones(2), np.ones((3, 2)), np.ones(3))
    (row,) = [row for row in str(graph).splitlines() if row.startswith("  a = ")]
    assert row.endswith(f"{__file__}:{line}")


def test_text_of_selections_and_assignments() -> None:
    def f(x: Any) -> Any:
        y = x * 1
        y[0] = 5
        np.add.at(y, [0, 1], 2.0)
        return y[::-1], y[None, ..., 1], y[y > 0]

    assert rows(cr.trace(f, np.ones(2))) == [
        "graph(x: float64[2])",
        "y = x * 1 float64[2]",
        "%1 = y[0] := 5 float64[2]",
        "%2 = %1[[0, 1]] += 2 float64[2]",
        "%3 = %2[::-1] float64[2]",
        "%4 = %2[None, ..., 1] float64[1]",
        "%5 = %2 > 0 bool[2]",
        "%6 = %2[[0, 1]] float64[2]",
        "guard %5 == mask of 2 out of 2",
        "return %3, %4, %6",
    ]


def test_text_of_decisions_and_operators() -> None:
    def f(x: Any) -> Any:
        if x > 0:
            return -x % 2 // 3 ** (x != 1)
        return x

    assert rows(cr.trace(f, 1.5)) == [
        "graph(x: float64[])",
        "%1 = x > 0 bool[]",
        "%2 = -x float64[]",
        "%3 = %2 % 2 float64[]",
        "%4 = x != 1 bool[]",
        "%5 = astype(%4, dtype=int64) int64[]",
        "%6 = 3 ** %5 int64[]",
        "%7 = astype(%6, dtype=float64) float64[]",
        "%8 = %3 // %7 float64[]",
        "guard %1 == True",
        "return %8",
    ]


def test_labels_are_unique_and_those_of_the_user_where_there_are_any() -> None:
    def f(x: Any) -> Any:
        y = x * x
        y = y + 0.5
        return y * np.array([1.0, 2.0]) + np.arange(9.0)[:2] * np.ones((3, 2))

    graph = cr.trace(f, 1.5)
    assert [labels(graph)[node] for node in graph.nodes] == [
        "x", "y", "0.5", "y%1", "[1., 2.]", "%2", "float64[3, 2]", "%3",
    ]  # fmt: skip


def test_numbers_are_written_as_one_writes_them() -> None:
    x = input_node("x", (), F8)
    values = [2.0, -0.5, 1e-05, np.inf, np.nan, True, 3]
    graph = Graph((x,), tuple(constant(value) for value in values))
    assert [labels(graph)[node] for node in graph.outputs] == ["2", "-0.5", "1e-05", "inf", "nan", "True", "3"]


def test_json_has_all_that_the_graph_has() -> None:
    graph = cr.trace(layer, np.ones(2), np.ones((3, 2)), np.ones(3))
    data = standard_json.loads(standard_json.dumps(json(graph), allow_nan=False))
    assert (data["inputs"], data["outputs"], data["guards"]) == ([0, 1, 2], [len(graph.nodes) - 1], [])
    assert [node["op"] for node in data["nodes"]] == [node.op.name for node in graph.nodes]
    line = layer.__code__.co_firstlineno + 2
    assert next(node for node in data["nodes"] if node["name"] == "a") == {
        "id": 5, "op": "sigmoid", "inputs": [4], "params": {}, "shape": [3], "dtype": "float64", "name": "a",
        "scope": [], "where": f"{__file__}:{line}",
    }  # fmt: skip


def test_json_has_no_infinity_no_nan_and_no_arrays() -> None:
    x = input_node("x", (3,), F8)
    indices = constant([0, 2])
    graph = Graph((x,), (x * constant([np.inf, -np.inf, np.nan]), make("index", x, indices, key=(..., ArrayIndex(0)))))
    data = standard_json.loads(standard_json.dumps(json(graph), allow_nan=False))
    params = [node["params"] for node in data["nodes"]]
    assert {"value": ["inf", "-inf", "nan"]} in params
    assert {"key": ["Ellipsis", {"position": 0}]} in params


def test_json_of_decisions() -> None:
    graph = cr.trace(lambda x: x[x > 0] * int(x[0]), np.array([2.0, -1.0]))
    assert sorted(str(guard["value"]) for guard in json(graph)["guards"]) == ["2", "[True, False]"]


def test_graphs_within_graphs_show_what_they_captured() -> None:
    x = input_node("x", (), F8)
    outer = x * 2
    graph = Graph((outer,), (outer + 1,))
    assert rows(graph) == ["graph(%1: float64[])", "%2 = %1 + 1 float64[]", "return %2"]
