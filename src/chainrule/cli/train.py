"""``chainrule train``: a network that predicts one column of a table from the others."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainrule.cli.models import TARGET
from chainrule.cli.options import option
from chainrule.cli.output import counted, emphasized, print_json, require_writable
from chainrule.errors import InputError

if TYPE_CHECKING:
    from chainrule.data import Table
    from chainrule.network import TableModel

__all__ = ["train"]


def train(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help="A file (CSV, TSV, .npz), or a bundled name: breast_cancer, diabetes, digits, iris, wine.",
            show_default=False,
        ),
    ],
    target: Annotated[str | None, option("NAME", "The column to predict.", "of a bundled table")] = None,
    out: Annotated[Path | None, option("FILE", "Where to write the model.", "DATA.chainrule")] = None,
    task: Annotated[str | None, option("KIND", "classification or regression.", "found")] = None,
    hidden: Annotated[str, option("N,N,...", "Widths of the hidden layers.")] = "64,64",
    activation: Annotated[str, option("NAME", "Their activation function: relu, tanh, silu ...")] = "relu",
    epochs: Annotated[int | None, option("N", "How often each row is used.", "about 3000 steps")] = None,
    batch_size: Annotated[int, option("N", "Rows per step.")] = 32,
    optimizer: Annotated[
        str | None, option("NAME", "gradient_descent, momentum, adam, adamw, lion ...", "adamw that fits")
    ] = None,
    learning_rate: Annotated[float | None, option("NUMBER", "The size of a step.", "0.003")] = None,
    held_out: Annotated[float, option("NUMBER", "The share of the rows to judge by.")] = 0.2,
    seed: Annotated[int, option("N", "The same seed gives the same model.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Train a network that predicts one column of a table from the others.

    Example: chainrule train houses.csv --target price
    """
    from chainrule.data import read_table
    from chainrule.network import TableModel

    path = out or Path(f"{Path(data).stem}.chainrule")
    require_writable(path, inputs=[data])
    table = read_table(data)
    model = TableModel.train(
        table,
        table.target_name(target, option=TARGET),
        kind=task,  # type: ignore[arg-type] # TableModel says what is wrong with it
        hidden=_widths(hidden),
        activation=activation,
        epochs=epochs,
        batch_size=batch_size,
        optimizer=optimizer,
        learning_rate=learning_rate,
        held_out=held_out,
        seed=seed,
        on_start=None if json else lambda untrained: print(_task_line(table, untrained)),
    )
    model.save(path)
    if json:
        print_json(_document(model, path))
    else:
        print(_story(model, path))


def _widths(text: str) -> list[int]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not all(word.isdecimal() and int(word) for word in words):
        raise InputError(f"--hidden {text!r}: write the widths of the hidden layers, 1 or greater, such as 64,64")
    return [int(word) for word in words]


def _task_line(table: "Table", model: "TableModel") -> str:
    classes, features = len(model.task.classes), counted(len(model.feature_names), "feature")
    what = f"classification, {classes} classes" if classes else "regression"
    return f"{table.source}: {counted(len(table), 'row')}, {features}, target {model.target!r}: {what}"


def _story(model: "TableModel", path: Path) -> str:
    head, *table = str(model.evaluation).splitlines()
    lines = [
        f"{model.network.n_parameters:,} parameters, {counted(len(model.history), 'epoch')}",
        "",
        f"held out: {emphasized(head)}",
        *table,
        "",
        f"Wrote {path}",
    ]
    return "\n".join(lines)


def _document(model: "TableModel", path: Path) -> dict[str, Any]:
    return {
        "model": str(path),
        "data": model.source,
        "target": model.target,
        "task": model.task.kind,
        "classes": list(model.task.classes),
        "features": list(model.feature_names),
        "widths": list(model.network.widths),
        "parameters": model.network.n_parameters,
        "held_out": model.evaluation and model.evaluation.to_dict(),
        "history": model.history.to_dict(),
    }
