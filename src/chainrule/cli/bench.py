"""``chainrule bench``: this machine, chainrule against the peers that are installed."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.output import require_writable, write_text
from chainrule.errors import InputError

__all__ = ["bench"]


def bench(
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A group or a case, such as training/digits; may repeat.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A few small cases, measured for a moment.")] = False,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write all figures to a JSON file.")] = None,
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Fill in the tables of a Markdown page, and draw pictures beside it."),
    ] = None,
) -> None:
    """Measure chainrule against the peers that are installed, on this machine.

    Example: chainrule bench --only training/digits
    """
    from json import dumps

    from chainrule.benchmarks.report import filled
    from chainrule.benchmarks.run import run

    for path in filter(None, (json, page)):
        require_writable(path)
    text = "" if page is None else _page(page)
    report = run(only or (), quick, lambda name: print(f"{name} ...", file=sys.stderr))
    print(report)
    if json is not None:
        write_text(json, dumps(report.to_dict(), indent=2) + "\n")
    if page is not None:
        write_text(page, filled(text, report.to_markdown()))
        for name, picture in report.pictures().items():
            write_text(page.parent / name, picture)


def _page(path: Path) -> str:
    """The page as it is, which must be there and have a place for the tables."""
    from chainrule.benchmarks.report import filled

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}; give a Markdown page") from None
    filled(text, "")
    return text
