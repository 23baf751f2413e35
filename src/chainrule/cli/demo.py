"""``chainrule demo``: a backward pass gate by gate, and a network that learns to read digits."""

from pathlib import Path
from typing import Annotated

from chainrule.cli.options import option

__all__ = ["demo"]


def demo(
    out: Annotated[Path, option("FOLDER", "The folder for the report and the model.")] = Path("chainrule-demo"),
) -> None:
    """See a backward pass gate by gate, and a network learn to read digits.

    Takes a few seconds, needs no network, and writes a report to look at in a browser.
    """
    from chainrule.cli.tour import tour

    tour(out)
