"""The scene as SVG in the lecture's look: values green above the edges, gradients red below, gates as circles."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from chainrule.explanation.notation import typographic

__all__ = ["svg"]

Part = Mapping[str, Any]  # a gate or an edge of the scene

_LEGEND = 30  # height below the drawing
_HEAD = 7  # length of an arrowhead
_APART = 6  # between a name and its edge
_UNDER = 13  # from a gate to the base line of what stands below it
_ABOVE, _BELOW = -8, 19  # from an edge to the base lines of its labels

_STYLE = """
.cr-circuit { font-family: "Segoe UI", "Helvetica Neue", Arial, "Noto Sans CJK SC", sans-serif; font-size: 14px }
.cr-circuit .paper { fill: #ffffff }
.cr-circuit .edge { fill: none; stroke: #7b8494; stroke-width: 1.4 }
.cr-circuit .head, .cr-circuit .copy { fill: #7b8494 }
.cr-circuit .gate { fill: #f3f5f9; stroke: #2f3a4c; stroke-width: 1.5 }
.cr-circuit .function { fill: #e9eefb }
.cr-circuit text { fill: #1b2330; text-anchor: middle }
.cr-circuit .symbol { font-size: 16px }
.cr-circuit .sign { font-size: 20px }
.cr-circuit .begin { font-size: 16px; font-style: italic; text-anchor: end }
.cr-circuit .end { font-size: 16px; font-style: italic; text-anchor: start }
.cr-circuit .name { font-style: italic; fill: #4a5568 }
.cr-circuit .value { fill: #0a7d32 }
.cr-circuit .gradient { fill: #c1121f }
.cr-circuit .unset { font-size: 22px; font-weight: 700 }
.cr-circuit .right { font-size: 11px; fill: #4a5568 }
.cr-circuit .loss { font-weight: 700; fill: #9a5b00 }
.cr-circuit .legend { font-size: 12px; text-anchor: start; fill: #4a5568 }
@media (prefers-color-scheme: dark) {
.cr-circuit .paper { fill: #14181f }
.cr-circuit .edge { stroke: #8b95a7 }
.cr-circuit .head, .cr-circuit .copy { fill: #8b95a7 }
.cr-circuit .gate { fill: #222936; stroke: #c3cad6 }
.cr-circuit .function { fill: #27314a }
.cr-circuit text { fill: #e7ebf2 }
.cr-circuit .name, .cr-circuit .legend, .cr-circuit .right { fill: #aab4c4 }
.cr-circuit .loss { fill: #ffc266 }
.cr-circuit .value { fill: #63d489 }
.cr-circuit .gradient { fill: #ff8f8f }
}
"""


def svg(scene: Mapping[str, Any], title: str, description: str) -> str:
    """Return the scene as one SVG element, complete in itself.

    Args:
        scene: from ``scene.py``.
        title: what is drawn; the first thing that a screen reader says.
        description: the result in words, for those who cannot see the drawing.
    """
    width, height = scene["width"], scene["height"] + _LEGEND
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="cr-circuit" role="img" width="{width:g}" '
            f'height="{height:g}" viewBox="0 0 {width:g} {height:g}">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(description)}</desc>",
            f"<style>{_STYLE}</style>",
            '<rect class="paper" width="100%" height="100%"/>',
            *(line for edge in scene["edges"] for line in _edge(edge)),
            *(_gate(gate) for gate in scene["gates"]),
            _legend(scene["height"]),
            "</svg>",
        ]
    )


# --- edges --------------------------------------------------------------------------------------------------


def _edge(edge: Part) -> Iterator[str]:
    *_, before, (x, y) = points = edge["points"]
    del before
    yield f'<path class="edge" d="{_path(points)}"/>'
    if not edge["into_copy"]:
        yield f'<path class="head" d="M{x:g} {y:g}l-{_HEAD} -4v8z"/>'
    value = f'<tspan class="value">{_number(edge["value_label"])}</tspan>'
    name = f'<tspan class="name">{escape(edge["name"])} = </tspan>' if edge["name"] else ""
    yield f'<text x="{edge["x"]:g}" y="{edge["y"] + _ABOVE:g}">{name}{value}</text>'
    kind = "gradient unset" if edge["gradient"] is None else "gradient"
    gradient = f'<tspan class="{kind}">{_number(edge["gradient_label"])}</tspan>'
    yield f'<text x="{edge["x"]:g}" y="{edge["y"] + _BELOW:g}">{gradient}</text>'


def _path(points: Sequence[Sequence[float]]) -> str:
    """Straight where two points are level, an S-curve where not."""
    x, y = points[0]
    steps = [f"M{x:g} {y:g}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (x + to_x) / 2
        steps.append(f"H{to_x:g}" if y == to_y else f"C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}")
    return "".join(steps)


def _number(text: str) -> str:
    return escape(typographic(text))


# --- gates --------------------------------------------------------------------------------------------------


def _gate(gate: Part) -> str:
    x, y = gate["x"], gate["y"]
    if gate["kind"] == "copy":
        return f'<g>{_tooltip(gate)}<circle class="copy" cx="{x:g}" cy="{y:g}" r="{gate["height"] / 2:g}"/></g>'
    if gate["kind"] not in ("operation", "function"):
        side = 1 if gate["kind"] != "output" else -1
        return _text("end" if gate["kind"] == "output" else "begin", x + side * (gate["width"] / 2 - _APART), y, gate)
    width, height = gate["width"], gate["height"]
    shape = (
        f'<rect class="gate {gate["kind"]}" x="{x - width / 2:g}" y="{y - height / 2:g}" '
        f'width="{width:g}" height="{height:g}" rx="{height / 2:g}"/>'
    )
    sign = "sign" if len(gate["symbol"]) == 1 else "symbol"
    return f"<g>{_tooltip(gate)}{shape}{_text(sign, x, y, gate)}{_right(gate)}</g>"


def _right(gate: Part) -> str:
    """How many bits are right, below the gate, if a referee was asked."""
    if "right" not in gate:
        return ""
    kind = "right loss" if gate["is_loss"] else "right"
    y = gate["y"] + gate["height"] / 2 + _UNDER
    return f'<text class="{kind}" x="{gate["x"]:g}" y="{y:g}">{gate["right"]} of {gate["of"]} bits</text>'


def _text(kind: str, x: float, y: float, gate: Part) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" dy="0.36em">{_number(gate["symbol"])}</text>'


def _tooltip(gate: Part) -> str:
    return f"<title>{escape(gate['pattern'])}</title>" if gate["pattern"] else ""


def _legend(y: float) -> str:
    return (
        f'<text class="legend" x="24" y="{y + 8:g}"><tspan class="value">value above</tspan> · '
        '<tspan class="gradient">gradient of the result below</tspan></text>'
    )
