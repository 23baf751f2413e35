"""The ratios of a group as SVG: a case a row, a competitor a mark, on a logarithmic axis; for light and dark pages."""

import math
from collections.abc import Sequence
from html import escape
from itertools import accumulate

from chainrule.benchmarks.cases import GROUPS
from chainrule.benchmarks.competitors import COMPETITORS, OURS, of_group
from chainrule.benchmarks.measure import Row

__all__ = ["plot"]

_WIDTH, _LEFT, _RIGHT = 860, 170, 30
_TOP, _ROW, _BOTTOM = 66, 34, 52
_GAP, _LETTER = 36, 8.2  # of the legend

# A mark is known by its form as well as by its color.
_FORMS = {
    "numpy": "M-6-6H6V6H-6Z",
    "jax": "M0-8L8 0L0 8L-8 0Z",
    "onnxruntime": "M0-7L7 6H-7Z",
    "torch-compiled": "M0 7L7-6H-7Z",
    "torch": "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0Z",
    "autograd": "M0-8L2-2L8 0L2 2L0 8L-2 2L-8 0L-2-2Z",
    "scikit-learn": "M-7-3H-3V-7H3V-3H7V3H3V7H-3V3H-7Z",
}

_STYLE = """
text { font: 14px system-ui, sans-serif; fill: #1b2330 } .soft { fill: #4a5568 } .end { text-anchor: end }
.middle { text-anchor: middle } .rule { stroke: #d9dee7 } .one { stroke: #1b2330; stroke-width: 2 }
.numpy { fill: #2f5fd0 } .jax { fill: #c1121f } .onnxruntime { fill: #0a7d32 } .torch { fill: #b45309 }
.torch-compiled { fill: #7c3aed } .autograd { fill: #0e7490 } .scikit-learn { fill: #6b7280 }
@media (prefers-color-scheme: dark) {
  text { fill: #e7ebf2 } .soft { fill: #aab4c4 } .rule { stroke: #333c4b } .one { stroke: #e7ebf2 }
  .numpy { fill: #8fb2ff } .jax { fill: #ff8f8f } .onnxruntime { fill: #63d489 } .torch { fill: #f3a952 }
  .torch-compiled { fill: #c4a6ff } .autograd { fill: #67d3e8 } .scikit-learn { fill: #b6bdc9 }
}
"""


def plot(group: str, rows: Sequence[Row]) -> str:
    """Return the drawing: how many times chainrule's time each competitor takes; right of the line 1 is slower."""
    ratios = [_ratios(row) for row in rows]
    present = [name for name in of_group(group) if any(name in each for each in ratios)]
    low, high = _powers([ratio for each in ratios for ratio in each.values()])
    height = _TOP + _ROW * len(rows) + _BOTTOM
    title = f"{GROUPS[group].title}, as a multiple of chainrule's"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style>",
            f'<text x="{_LEFT}" y="22">{escape(title)}</text>',
            _legend(present),
            *(_power(power, low, high, len(rows)) for power in range(low, high + 1)),
            *(_case(place, row, each, low, high) for place, (row, each) in enumerate(zip(rows, ratios, strict=True))),
            f'<text class="soft end" x="{_WIDTH - _RIGHT}" y="{height - 8}">slower than chainrule →</text>',
            f'<text class="soft" x="{_LEFT}" y="{height - 8}">← faster than chainrule</text>',
            "</svg>\n",
        ]
    )


def _ratios(row: Row) -> dict[str, float]:
    ours = row.entries[OURS].seconds
    if not ours:
        return {}
    return {name: entry.seconds / ours for name, entry in row.entries.items() if entry.seconds and name != OURS}


def _powers(ratios: list[float]) -> tuple[int, int]:
    """The powers of ten around the ratios and 1."""
    logarithms = [math.log10(ratio) for ratio in (1.0, *ratios)]
    low = math.floor(min(logarithms))
    return low, max(math.ceil(max(logarithms)), low + 1)


def _x(ratio: float, low: int, high: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (math.log10(ratio) - low) / (high - low)


def _legend(present: list[str]) -> str:
    """The marks with their titles, side by side."""
    widths = [_GAP + _LETTER * len(COMPETITORS[name].title) for name in present]
    starts = [_LEFT + before for before in accumulate(widths, initial=0)]
    return "".join(_legend_entry(name, x) for name, x in zip(present, starts, strict=False))


def _legend_entry(name: str, x: float) -> str:
    title = escape(COMPETITORS[name].title)
    return f'{_mark(name, x + 7, 44)}<text class="soft" x="{x + 20}" y="49">{title}</text>'


def _power(power: int, low: int, high: int, n_rows: int) -> str:
    x, bottom = _x(10.0**power, low, high), _TOP + _ROW * n_rows
    line = f'<line class="{"one" if power == 0 else "rule"}" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}"/>'
    return f'{line}<text class="soft middle" x="{x:.1f}" y="{bottom + 18}">{10.0**power:g}</text>'


def _case(place: int, row: Row, ratios: dict[str, float], low: int, high: int) -> str:
    y = _TOP + _ROW * (place + 0.5)
    label = f'<text class="end" x="{_LEFT - 14}" y="{y + 5}">{escape(row.name.partition("/")[2])}</text>'
    rule = f'<line class="rule" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
    marks = [_mark(name, _x(ratio, low, high), y, f"{ratio:.3g}") for name, ratio in ratios.items()]
    return "".join([label, rule, *marks])


def _mark(name: str, x: float, y: float, ratio: str = "") -> str:
    title = f"<title>{escape(COMPETITORS[name].title)} {ratio}</title>"
    return f'<path class="{name}" transform="translate({x:.1f} {y})" d="{_FORMS[name]}">{title}</path>'
