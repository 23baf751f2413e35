"""``chainrule evaluate``: how good a trained model is on a table whose target is known."""

from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.models import TARGET, fitted, say_how_fitted
from chainrule.cli.options import option
from chainrule.cli.output import emphasized, print_json

__all__ = ["evaluate"]


def evaluate(
    model: Annotated[
        Path,
        typer.Argument(metavar="MODEL", help="A file that chainrule train or Network.save wrote.", show_default=False),
    ],
    data: Annotated[
        str, typer.Argument(metavar="DATA", help="A table with the same features and the target.", show_default=False)
    ],
    target: Annotated[str | None, option("NAME", "The column to compare with.", "as in training")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say how good a model is on a table whose target is known.

    Example: chainrule evaluate houses.chainrule sold.csv
    """
    import chainrule as cr
    from chainrule.data import read_table
    from chainrule.network import TableModel

    saved, table = cr.load(model), read_table(data)
    if not isinstance(saved, TableModel):  # it does not know the name of its target
        target = table.target_name(target, option=TARGET)
    trained = fitted(saved, table, target, model)
    evaluation = trained.evaluate(table, target)
    say_how_fitted(saved, trained, model)
    if json:
        document = {"model": str(model), "data": data, "target": target or trained.target}
        print_json({**document, **evaluation.to_dict()})
        return
    head, *classes = str(evaluation).splitlines()
    print("\n".join([emphasized(head), *classes]))
    if data == trained.source and trained.evaluation is not None:
        held_out = str(trained.evaluation).partition(", loss")[0]
        print(f"Most of these rows were trained on; on the rows that were held out: {held_out}")
