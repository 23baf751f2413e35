"""``chainrule predict``: what a trained model says to the rows of a table."""

import csv
import io
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from chainrule.cli.models import fitted, say_how_fitted
from chainrule.cli.options import option
from chainrule.cli.output import counted, print_json, require_writable, write_text

__all__ = ["predict"]


def predict(
    model: Annotated[
        Path,
        typer.Argument(metavar="MODEL", help="A file that chainrule train or Network.save wrote.", show_default=False),
    ],
    data: Annotated[str, typer.Argument(metavar="DATA", help="A table with the same features.", show_default=False)],
    out: Annotated[Path | None, option("FILE", "Write the predictions as CSV there, not to the terminal.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Predict the target for each row of a table, as CSV.

    For classes a second column says how probable the predicted one is.

    Example: chainrule predict houses.chainrule new.csv --out prices.csv
    """
    import chainrule as cr
    from chainrule.data import read_table

    if out:
        require_writable(out, inputs=[model, data])
    saved, table = cr.load(model), read_table(data)
    trained = fitted(saved, table, table.default_target, model)
    columns: dict[str, list[Any]] = {trained.target: trained.predict(table)}
    if trained.task.classes:
        columns["probability"] = trained.probabilities(table).max(axis=1).tolist()
    say_how_fitted(saved, trained, model)
    if out:
        write_text(out, _as_csv(columns))
        print(f"Wrote {counted(len(table), 'prediction')} to {out}", file=sys.stderr)
    if json:
        document = {"model": str(model), "data": data, "target": trained.target}
        print_json({**document, "predictions": columns.pop(trained.target), **columns})
    elif not out:
        print(_as_csv(columns), end="")


def _as_csv(columns: dict[str, list[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in zip(*columns.values(), strict=True))
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Six digits are more than a network of float32 knows."""
    return f"{value:.6g}" if isinstance(value, float) else value
