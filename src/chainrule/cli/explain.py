"""``chainrule explain``: every value and every gradient of a formula, gate by gate."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.options import option
from chainrule.cli.output import require_writable, write_text
from chainrule.cli.streams import has_color
from chainrule.cli.values import values_of
from chainrule.errors import InputError

__all__ = ["explain"]


def explain(
    formula: Annotated[
        str, typer.Argument(metavar="FORMULA", help='What to compute, such as "(x+y)*z".', show_default=False)
    ],
    values: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME=VALUE", help="Its variables: x=-2 y=[1,2,3].", show_default=False),
    ] = None,
    expand: Annotated[bool, typer.Option("--expand", help="Show sigmoid and its like as the gates inside.")] = False,
    dtype: Annotated[str | None, option("DTYPE", "Compute in float32, float64 or float16.", "float64")] = None,
    referee: Annotated[
        bool, typer.Option("--referee", help="Show how many bits are right, and where they are lost.")
    ] = False,
    stabilize: Annotated[bool, typer.Option("--stabilize", help="Show the stable form of the formula.")] = False,
    html: Annotated[Path | None, option("FILE", "Write a page with the drawing and all steps there.")] = None,
    svg: Annotated[Path | None, option("FILE", "Write the drawing there.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show every value and every gradient of a formula, gate by gate.

    Example: chainrule explain "(x+y)*z" x=-2 y=5 z=-4
    """
    import chainrule as cr

    _require_places(html, svg)
    function = cr.formula(formula)
    given = values_of(function.variables, values or ()).values()
    options = {"expand": expand, "stabilize": stabilize, "referee": referee, **({"dtype": dtype} if dtype else {})}
    explanation = cr.explain(function, *given, **options)
    print(explanation.to_json() if json else explanation.to_text(color=has_color(sys.stdout)))
    for path, draw in ((html, explanation.to_html), (svg, explanation.to_svg)):
        if path:
            write_text(path, draw())
            print(f"Wrote {path}", file=sys.stderr)


def _require_places(html: Path | None, svg: Path | None) -> None:
    for path in (html, svg):
        if path:
            require_writable(path)
    if html and svg and html.resolve() == svg.resolve():
        raise InputError(f"--html and --svg are the same file, {html}; give each its own name")
