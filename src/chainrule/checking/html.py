"""A check as a page that is complete in itself: no network, no scripts."""

from collections.abc import Iterator
from html import escape

import numpy as np

from chainrule.checking.findings import Curve, Facts, Finding
from chainrule.checking.plot import columns
from chainrule.checking.samples import axis
from chainrule.checking.text import amount, arguments, excluded_text, places, ranges_text, summary, why

__all__ = ["fragment", "page"]

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 640, 120, 40, 22
_COLUMNS = 128

_STYLE = """
.cr-check { color: #1b2330; background: #ffffff; line-height: 1.5;
  font-family: "Segoe UI", "Helvetica Neue", Arial, "Noto Sans CJK SC", sans-serif }
.cr-check h1 { font-size: 1.4rem; font-weight: 600; margin: 0; overflow-wrap: anywhere }
.cr-check h2 { font-size: 1.05rem; font-weight: 600; margin: 1.75rem 0 .5rem }
.cr-check p { margin: .25rem 0; color: #4a5568; max-width: 44rem }
.cr-check svg { display: block; max-width: 100%; height: auto; margin: .75rem 0 }
.cr-check svg text { font-size: 12px; fill: #4a5568 }
.cr-check .bar { fill: #c1121f }
.cr-check .axis { stroke: #9aa3b2; fill: none }
.cr-check dl { margin: 0; max-width: 52rem }
.cr-check dt { border-top: 1px solid #d9dee7; padding-top: .5rem; margin-top: .5rem; overflow-wrap: anywhere }
.cr-check dd { margin: 0 0 0 1.25rem; color: #4a5568; overflow-wrap: anywhere; font-variant-numeric: tabular-nums }
.cr-check .kind { color: #c1121f; font-weight: 600 }
.cr-check code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
@media (prefers-color-scheme: dark) {
.cr-check { color: #e7ebf2; background: #14181f }
.cr-check p, .cr-check dd { color: #aab4c4 }
.cr-check svg text { fill: #aab4c4 }
.cr-check .bar { fill: #ff8f8f }
.cr-check .kind { color: #ff8f8f }
.cr-check dt { border-color: #333c4b }
}
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ margin: 0 }}
@media (prefers-color-scheme: dark) {{ body {{ background: #14181f }} }}
.cr-check {{ padding: clamp(1rem, 4vw, 2.5rem); max-width: 60rem; margin: 0 auto }}
</style>
</head>
<body>
<main>{body}</main>
</body>
</html>
"""


def page(check: Facts) -> str:
    """Return the whole page."""
    return _PAGE.format(title=escape(check.title), body=fragment(check))


def fragment(check: Facts) -> str:
    """Return the same without the frame of a page, for notebooks."""
    return "\n".join([f'<div class="cr-check"><style>{_STYLE}</style>', *_parts(check), "</div>"])


def _parts(check: Facts) -> Iterator[str]:
    yield f"<h1>{escape(check.title)}</h1>"
    yield f"<p>{escape(ranges_text(check).removeprefix(', '))}</p>"
    for dtype in check.excluded:
        yield f"<h2>{dtype}: {escape(summary(check, dtype))}</h2>"
        yield from (_chart(curve, check.variable or "") for curve in check.curves if curve.dtype == dtype)
        found = [finding for finding in check.findings if finding.dtype == dtype]
        if found:
            yield f"<dl>{''.join(map(_finding, found))}</dl>"
        if check.excluded[dtype]:
            yield f"<p>{escape(excluded_text(check, dtype))}</p>"


def _finding(finding: Finding) -> str:
    where = f" <span>{escape(finding.where)}</span>" if finding.where else ""
    lines = [why(finding), places(finding)]
    if finding.lost:
        lines.append(
            f"worst at {arguments(finding.worst)}: {amount(finding.value, exact=True)}, truly "
            f"{amount(finding.truth, exact=True)} ({finding.lost:.0f} bits wrong)"
        )
    told = "".join(f"<dd>{escape(line)}</dd>" for line in lines)
    if finding.stable:
        told += f"<dd>stable form: <code>{escape(finding.stable)}</code></dd>"
    return f'<dt><span class="kind">{finding.kind}</span> in <code>{escape(finding.formula)}</code>{where}</dt>{told}'


def _chart(curve: Curve, name: str) -> str:
    """The error over the range as bars."""
    most = 8 * np.dtype(curve.dtype).itemsize
    wide = (_WIDTH - _LEFT) / _COLUMNS
    bars = "".join(
        f'<rect class="bar" x="{_LEFT + k * wide:.2f}" y="{_HEIGHT * (1 - bits / most):.1f}" width="{wide:.2f}" '
        f'height="{_HEIGHT * bits / most:.1f}"/>'
        for k, bits in enumerate(columns(curve, _COLUMNS))
        if bits
    )
    first, half, last = (f"{number:g}" for number in axis(curve.x[0], curve.x[-1], 3))
    ends = ((_LEFT, "start", first), ((_LEFT + _WIDTH) / 2, "middle", f"{name} = {half}"), (_WIDTH, "end", last))
    scale = "".join(
        f'<text x="{x:g}" y="{_HEIGHT + 16}" text-anchor="{anchor}">{escape(label)}</text>' for x, anchor, label in ends
    )
    levels = "".join(
        f'<text x="{_LEFT - 6}" y="{_HEIGHT * (1 - share) + 10 * share:g}" text-anchor="end">{most * share:g}</text>'
        for share in (0, 0.5, 1)
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT + _BOTTOM}" width="{_WIDTH}" height="{_HEIGHT + _BOTTOM}" role="img" '
        f'shape-rendering="crispEdges">'
        f"<title>Wrong bits of {most}, over the range of {escape(name)}</title>{bars}"
        f'<path class="axis" d="M{_LEFT} 0V{_HEIGHT}H{_WIDTH}"/>{levels}{scale}</svg>'
    )
