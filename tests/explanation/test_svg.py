"""The drawing: well-formed, complete in itself, and safe."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from lecture import product, sigmoid_circuit

SPACE = "{http://www.w3.org/2000/svg}"


def texts(root: ET.Element, name: str) -> list[str]:
    return [element.text or "" for element in root.iter() if element.get("class") == name]


def test_values_green_and_gradients_red() -> None:
    drawing = product().to_svg()
    root = ET.fromstring(drawing)
    assert texts(root, "value")[:-1] == ["−2", "5", "3", "−4", "−12"]
    assert texts(root, "gradient")[:-1] == ["−4", "−4", "−4", "3", "1"]
    assert ".value { fill: #0a7d32 }" in drawing
    assert ".gradient { fill: #c1121f }" in drawing


def test_the_value_is_above_the_edge_and_the_gradient_below() -> None:
    explanation = cr.explain("exp(x)", x=1)
    root, edges = ET.fromstring(explanation.to_svg()), explanation.scene["edges"]
    heights = {
        kind: [
            float(text.get("y", "nan"))
            for text in root.iter(f"{SPACE}text")
            if text[:1] and text[0].get("class") == kind
        ]
        for kind in ("value", "gradient")
    }
    for edge, value, gradient in zip(edges, heights["value"], heights["gradient"], strict=False):
        assert value < edge["y"] < gradient


def test_gates_are_circles_with_their_symbols() -> None:
    root = ET.fromstring(sigmoid_circuit().to_svg())
    assert texts(root, "sign") == ["×", "×", "+", "+"]
    assert texts(root, "symbol") == ["×−1", "exp", "+1", "1/x"]
    gates = [element for element in root.iter(f"{SPACE}rect") if "gate" in (element.get("class") or "")]
    assert {(gate.get("width"), gate.get("height"), gate.get("rx")) for gate in gates} == {("40", "40", "20")}


def test_it_says_what_it_is_to_those_who_cannot_see_it() -> None:
    root = ET.fromstring(product().to_svg())
    assert root.get("role") == "img"
    assert (root[0].tag, root[0].text) == (f"{SPACE}title", "(x+y)*z")
    assert root[1].tag == f"{SPACE}desc"
    assert root[1].text == "The computational graph of (x+y)*z with x = -2, y = 5, z = -4. The value is -12."


def test_it_needs_nothing_from_elsewhere() -> None:
    drawing = product().to_svg()
    assert re.findall(r"https?://[^\"]+", drawing) == ["http://www.w3.org/2000/svg"]
    assert "prefers-color-scheme: dark" in drawing
    assert "<script" not in drawing


def test_names_cannot_become_markup() -> None:
    def f(p: dict[str, Any]) -> Any:
        return p["<script>alert(1)</script>"] * p["\"&'"]

    explanation = cr.explain(f, {"<script>alert(1)</script>": 2.0, "\"&'": 3.0})
    for shown in (explanation.to_svg(), explanation.to_html(), explanation._repr_html_()):
        assert "<script" not in shown
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    ET.fromstring(explanation.to_svg())


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 5e-324, -0.0, 1e300])
def test_every_number_can_be_drawn(value: float) -> None:
    root = ET.fromstring(cr.explain("x*x + 1/x", x=value).to_svg())
    places = [element.get(key, "0") for element in root.iter() for key in ("x", "y", "width", "height", "d")]
    assert not re.search("nan|inf", " ".join(places))
