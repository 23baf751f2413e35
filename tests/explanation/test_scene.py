"""The scene: what is where, and that nothing touches a label."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from lecture import SIGMOID, SIGMOID_INPUTS, product, sigmoid_circuit

Box = tuple[float, float, float, float]  # left, top, right, bottom

BIG = (
    "tanh(a*x+b)*exp(-x**2/2) + log(1+exp(c*x)) - sin(x)/(1+x**2) + max(a*b,c)*sigmoid(x*y) "
    "+ softplus(y-a)*(b-c)**2 + sqrt(x**2+y**2)/(a+4) + gelu(a)*x*y*cos(b*c)"
)
BIG_INPUTS = {"a": 0.5, "b": -1, "c": 2, "x": 1.2, "y": 0.3}


def network(p: Any, x: Any, y: Any) -> Any:
    z1 = p["W1"] @ x + p["b1"]
    a1 = cr.functions.silu(z1)
    return np.sum((p["W2"] @ a1 + p["b2"] - y) ** 2)


def network_inputs() -> tuple[Any, ...]:
    rng = np.random.default_rng(0)
    shapes = {"W1": (3, 2), "b1": 3, "W2": (2, 3), "b2": 2}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}, np.ones(2), np.zeros(2)


CIRCUITS = {
    "product": product,
    "sigmoid": sigmoid_circuit,
    "copies": lambda: cr.explain("x*x+x", x=3),
    "router": lambda: cr.explain("max(x,y)*2", x=4, y=5),
    "where": lambda: cr.explain("where(x>y, x*2, y-1) + log(x)", x=0.5, y=5),
    "big": lambda: cr.explain(BIG, **BIG_INPUTS),
    "big expanded": lambda: cr.explain(BIG, **BIG_INPUTS, expand=True),
    "network": lambda: cr.explain(network, *network_inputs()),
    "network expanded": lambda: cr.explain(network, *network_inputs(), expand=True),
    "not used": lambda: cr.explain(lambda x, y: x * x, 1, 2),
    "constant": lambda: cr.explain("1+2"),
}


def labels(scene: dict[str, Any]) -> Iterator[tuple[int, Box]]:
    """The boxes of all texts at edges, with the number of the edge."""
    for i, edge in enumerate(scene["edges"]):
        name = f"{edge['name']} = " if edge["name"] else ""
        above, below = (7.5 * len(text) / 2 for text in (name + edge["value_label"], edge["gradient_label"]))
        x, y = edge["x"], edge["y"]
        yield i, (x - above, y - 21, x + above, y - 4)
        yield i, (x - below, y + 5, x + below, y + 22)


def gates(scene: dict[str, Any]) -> Iterator[Box]:
    for gate in scene["gates"]:
        x, y, width, height = (gate[key] for key in ("x", "y", "width", "height"))
        yield x - width / 2, y - height / 2, x + width / 2, y + height / 2


def along(points: list[list[float]]) -> np.ndarray:
    """Points close to each other on the drawn line."""
    t = np.linspace(0, 1, 60)
    straight, curve, bend = t, 1.5 * t * (1 - t) + t**3, 3 * t**2 - 2 * t**3
    lines = [
        np.stack([x + (to_x - x) * (straight if y == to_y else curve), y + (to_y - y) * bend], axis=1)
        for (x, y), (to_x, to_y) in itertools.pairwise(points)
    ]
    return np.concatenate(lines)


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("name", CIRCUITS)
def test_no_label_touches_anything(name: str) -> None:
    scene = CIRCUITS[name]().scene
    texts = [*labels(scene)]
    line = np.concatenate([np.zeros((0, 2)), *(along(edge["points"]) for edge in scene["edges"])])
    for (_, a), (_, b) in itertools.combinations(texts, 2):
        assert not overlap(a, b)
    for _, text in texts:
        assert not any(overlap(text, gate) for gate in gates(scene))
        inside = (line > text[:2]).all(axis=1) & (line < text[2:]).all(axis=1)
        assert not inside.any()


@pytest.mark.parametrize("name", CIRCUITS)
def test_no_gate_touches_another_or_the_border(name: str) -> None:
    scene = CIRCUITS[name]().scene
    boxes = [*gates(scene)]
    assert not any(overlap(a, b) for a, b in itertools.combinations(boxes, 2))
    for left, top, right, bottom in boxes:
        assert left >= 20
        assert top >= 20
        assert right <= scene["width"] - 20
        assert bottom <= scene["height"] - 20


@pytest.mark.parametrize("name", CIRCUITS)
def test_edges_run_from_left_to_right_between_their_gates(name: str) -> None:
    scene = CIRCUITS[name]().scene
    places = {gate["id"]: gate for gate in scene["gates"]}
    for edge in scene["edges"]:
        source, target, points = places[edge["source"]], places[edge["target"]], edge["points"]
        assert points[0] == pytest.approx([source["x"] + source["width"] / 2, source["y"]], abs=0.2)
        assert abs(points[-1][0] - (target["x"] - target["width"] / 2)) < target["height"] / 2
        assert abs(points[-1][1] - target["y"]) < target["height"] / 2
        assert [x for x, _ in points] == sorted(x for x, _ in points)


@pytest.mark.parametrize("name", CIRCUITS)
def test_the_scene_is_json(name: str) -> None:
    scene = CIRCUITS[name]().scene
    assert json.loads(json.dumps(scene, allow_nan=False)) == scene


def test_inputs_are_left_and_in_the_order_of_the_formula() -> None:
    inputs = [gate for gate in sigmoid_circuit().scene["gates"] if gate["kind"] == "input"]
    ends = {gate["x"] + gate["width"] / 2 for gate in inputs}
    assert max(ends) - min(ends) < 0.2
    assert [gate["symbol"] for gate in sorted(inputs, key=lambda gate: gate["y"])] == [*SIGMOID_INPUTS]


def test_a_chain_is_straight() -> None:
    edges = cr.explain("exp(sin(1/(x+1)))", x=2).scene["edges"]
    assert len({y for edge in edges for _, y in edge["points"]}) == 1


def test_a_tree_has_no_crossings() -> None:
    scene = sigmoid_circuit().scene
    lines = [{(round(x), round(y)) for x, y in along(edge["points"])} for edge in scene["edges"]]
    assert not any(a & b for a, b in itertools.combinations(lines, 2))


def test_values_and_gradients_of_the_lecture() -> None:
    edges = {edge["source"]: edge for edge in sigmoid_circuit().scene["edges"]}
    symbols = {gate["symbol"]: gate["id"] for gate in sigmoid_circuit().scene["gates"]}
    found = {symbol: (edges[symbols[symbol]]["value"], edges[symbols[symbol]]["gradient"]) for symbol in ("exp", "w1")}
    assert found["exp"] == pytest.approx((0.3679, -0.5344), abs=5e-5)
    assert found["w1"] == pytest.approx((-3, -0.3932), abs=5e-5)


def test_an_unset_gradient_is_none_and_drawn_as_a_point() -> None:
    scene = cr.explain(lambda x: np.sum(x * np.array([1.0, 2.0])), np.ones(2)).scene
    (edge,) = (edge for edge in scene["edges"] if edge["gradient"] is None)
    assert edge["gradient_label"] == "·"
    assert [gate["kind"] for gate in scene["gates"] if gate["id"] == edge["source"]] == ["constant"]


def test_branches_show_what_each_use_gives_back() -> None:
    scene = cr.explain("x*x+x", x=3).scene
    (copy,) = (gate["id"] for gate in scene["gates"] if gate["kind"] == "copy")
    assert [edge["gradient"] for edge in scene["edges"] if edge["source"] == copy] == [3, 3, 1]
    assert [edge["gradient"] for edge in scene["edges"] if edge["target"] == copy] == [7]


def test_gates_know_their_line() -> None:
    scene = cr.explain(lambda x: np.exp(x), 1).scene
    (gate,) = (gate for gate in scene["gates"] if gate["kind"] == "operation")
    assert gate["where"].startswith(__file__)


def test_a_formula_of_the_lecture_is_drawn_the_same_every_time() -> None:
    assert cr.explain(SIGMOID, **SIGMOID_INPUTS).scene == sigmoid_circuit().scene
