"""The commands of ``chainrule``."""

from typing import Annotated

import typer

from chainrule import __version__
from chainrule.cli.bench import bench
from chainrule.cli.check import check
from chainrule.cli.demo import demo
from chainrule.cli.evaluate import evaluate
from chainrule.cli.explain import explain
from chainrule.cli.logic import logic
from chainrule.cli.predict import predict
from chainrule.cli.train import train

__all__ = ["app"]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

app.command()(demo)
app.command(context_settings={"ignore_unknown_options": True})(explain)  # a formula may begin with a minus
app.command(context_settings={"ignore_unknown_options": True})(check)  # likewise
app.command()(train)
app.command()(predict)
app.command()(evaluate)
app.command()(logic)
app.command()(bench)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"chainrule {__version__}")
        raise typer.Exit


@app.callback()
def _chainrule(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Write the formula as in the textbook: chainrule draws it, differentiates it and trains networks with it."""
    del version, debug  # the one has been answered, the other stands anywhere on the line and is seen by main
