"""``chainrule check``: where a formula breaks in floating-point arithmetic."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.options import option
from chainrule.cli.output import require_writable, write_text
from chainrule.cli.streams import has_color
from chainrule.cli.values import ranges_of

__all__ = ["check"]

_DTYPES = ("float32", "float64")


def check(
    formula: Annotated[
        str, typer.Argument(metavar="FORMULA", help='What to check, such as "log(1+exp(x))".', show_default=False)
    ],
    ranges: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME=LOW:HIGH", help="Its variables: x=-1000:1000 y=2.", show_default=False),
    ] = None,
    dtype: Annotated[
        list[str] | None, option("DTYPE", "float16, float32 or float64; may be given twice.", "float32 and float64")
    ] = None,
    bits: Annotated[float, option("NUMBER", "How many wrong bits are allowed.")] = 10.0,
    html: Annotated[Path | None, option("FILE", "Write a page with the plots and findings there.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Find out where a formula overflows, divides by 0 or loses its digits.

    Example: chainrule check "log(1+exp(x))" x=-1000:1000
    """
    from chainrule.checking import checked
    from chainrule.formulas import formula as read

    if html:
        require_writable(html)
    function = read(formula)
    found = checked(function, ranges_of(function.variables, ranges or ()), bits=bits, dtypes=dtype or _DTYPES)
    print(found.to_json() if json else found.to_text(color=has_color(sys.stdout)))
    if html:
        write_text(html, found.to_html())
        print(f"Wrote {html}", file=sys.stderr)
