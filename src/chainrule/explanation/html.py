"""The explanation as a page that is complete in itself: no network, no scripts."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from chainrule.explanation.notation import UNSET, array_text, typographic
from chainrule.explanation.results import Results
from chainrule.explanation.steps import BackwardStep, ForwardStep, SeedStep, Step, SumStep

__all__ = ["fragment", "page"]

_STYLE = """
.cr { color: #1b2330; background: #ffffff; line-height: 1.5;
  font-family: "Segoe UI", "Helvetica Neue", Arial, "Noto Sans CJK SC", sans-serif }
.cr h1 { font-size: 1.4rem; font-weight: 600; margin: 0 0 .25rem; overflow-wrap: anywhere }
.cr h2 { font-size: 1.05rem; font-weight: 600; margin: 1.75rem 0 .5rem }
.cr p { margin: .25rem 0 1rem; color: #4a5568; max-width: 44rem }
.cr .drawing { overflow-x: auto; border: 1px solid #d9dee7; border-radius: 8px }
.cr .drawing svg { display: block; max-width: none; margin: 0 auto }
.cr table { border-collapse: collapse; width: 100%; max-width: 60rem }
.cr th, .cr td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-top: 1px solid #d9dee7;
  overflow-wrap: anywhere; font-weight: 400 }
.cr thead th { border-top: 0; font-size: .85rem; color: #4a5568 }
.cr .number { font-variant-numeric: tabular-nums }
.cr th[scope=row] { white-space: nowrap; font-weight: 600; width: 5.5rem }
.cr .value { color: #0a7d32 }
.cr .gradient { color: #c1121f }
.cr td.right { white-space: nowrap }
.cr .loss { color: #9a5b00; font-weight: 600 }
@media (prefers-color-scheme: dark) {
.cr { color: #e7ebf2; background: #14181f }
.cr p, .cr thead th { color: #aab4c4 }
.cr th, .cr td, .cr .drawing { border-color: #333c4b }
.cr .value { color: #63d489 }
.cr .gradient { color: #ff8f8f }
.cr .loss { color: #ffc266 }
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
.cr {{ padding: clamp(1rem, 4vw, 2.5rem); max-width: 75rem; margin: 0 auto }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


_WHY = (
    "Forward, each gate computes its value from those before it. Backward, each gate takes the gradient that arrives "
    "from the end, its upstream gradient, times its own local gradient, and passes the product on to its inputs. "
    "That is the chain rule."
)


def page(results: Results, steps: Sequence[Step], drawing: str) -> str:
    """Return the whole page.

    Args:
        results: of the run.
        steps: of the run.
        drawing: the SVG element.
    """
    return _PAGE.format(title=escape(results.title), body=f"<main>{fragment(results, steps, drawing)}</main>")


def fragment(results: Results, steps: Sequence[Step], drawing: str) -> str:
    """Return the same without the frame of a page, for notebooks."""
    forward = [step for step in steps if step.phase == "forward"]
    backward = [step for step in steps if step.phase == "backward"]
    return "\n".join(
        [
            f'<article class="cr"><style>{_STYLE}</style>',
            f'<h1>{escape(results.title)} = <span class="value">{_number(results.value)}</span></h1>',
            f"<p>{_WHY}</p>",
            f'<div class="drawing" tabindex="0" role="region" aria-label="computational graph">{drawing}</div>',
            *_section("Inputs and gradients", _input_table(results)),
            *_section("Forward", _step_table(forward)),
            *_section("Backward", _step_table(backward)),
            "</article>",
        ]
    )


def _section(title: str, table: Sequence[str]) -> Iterator[str]:
    if table:
        yield f"<h2>{title}</h2>"
        yield from table


def _input_table(results: Results) -> list[str]:
    asked = any(each.accuracy for each in results.inputs)
    rows = [
        f'<tr><th scope="row">{escape(each.name)}</th>'
        f'<td class="number value">{_number(each.value)}</td>'
        f'<td class="number gradient">{_number(each.gradient)}</td>'
        f"{f'<td>{each.accuracy or UNSET}</td>' if asked else ''}</tr>"
        for each in results.inputs
    ]
    heads = ("input", "value", f"gradient ∂{results.name}/∂input", *(("right bits",) if asked else ()))
    return _table(heads, rows)


def _step_table(steps: Sequence[Step]) -> list[str]:
    told = [f'<td class="number right">{_right(step)}</td>' for step in steps]
    asked = any(_right(step) for step in steps)
    rows = [
        f'<tr><th scope="row">{escape(_gate(step))}</th><td class="number">'
        f"{escape(typographic(step.sentence))}</td>{right if asked else ''}</tr>"
        for step, right in zip(steps, told, strict=True)
    ]
    return _table(("gate", "step", "right bits") if asked else ("gate", "step"), rows)


def _right(step: Step) -> str:
    """The right bits of what a step computes; "" if no referee was asked."""
    flows = step.flows if isinstance(step, BackwardStep) else ()
    found = [step.accuracy] if isinstance(step, ForwardStep) else [flow.accuracy for flow in flows]
    lines = [f'<span class="loss">{each}</span>' if each.is_loss else str(each) for each in found if each]
    return "<br>".join(lines)


def _table(heads: Sequence[str], rows: Sequence[str]) -> list[str]:
    if not rows:
        return []
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    return ["<table>", f"<thead><tr>{head}</tr></thead>", "<tbody>", *rows, "</tbody>", "</table>"]


def _gate(step: Step) -> str:
    return "copy" if isinstance(step, SumStep) else "start" if isinstance(step, SeedStep) else step.symbol


def _number(value: Any) -> str:
    return UNSET if value is None else escape(typographic(array_text(value)))
