"""``chainrule train``: a network that predicts one column of a table from the others."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainrule.cli.output import emphasized, print_json, require_writable
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
    target: Annotated[
        str | None, typer.Option(help="The column to predict.", show_default="of a bundled table")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write the model.", show_default="DATA.chainrule")] = None,
    task: Annotated[str | None, typer.Option(help="classification or regression.", show_default="found")] = None,
    hidden: Annotated[str, typer.Option(help="Widths of the hidden layers.")] = "64,64",
    activation: Annotated[str, typer.Option(help="Their activation function: relu, tanh, silu ...")] = "relu",
    epochs: Annotated[
        int | None, typer.Option(help="How often each row is used.", show_default="about 3000 steps")
    ] = None,
    batch_size: Annotated[int, typer.Option(help="Rows per step.")] = 32,
    optimizer: Annotated[
        str | None, typer.Option(help="gradient_descent, momentum, adam or adamw.", show_default="adamw that fits")
    ] = None,
    learning_rate: Annotated[float | None, typer.Option(help="The size of a step.", show_default="0.003")] = None,
    held_out: Annotated[float, typer.Option(help="The share of the rows to judge by.")] = 0.2,
    seed: Annotated[int, typer.Option(help="The same seed gives the same model.")] = 0,
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
    name = target or table.default_target
    if name and not json:
        print(_task_line(table, name, task))
    model = TableModel.train(
        table,
        target,
        kind=task,  # type: ignore[arg-type] # TableModel says what is wrong with it
        hidden=_widths(hidden),
        activation=activation,
        epochs=epochs,
        batch_size=batch_size,
        optimizer=optimizer,
        learning_rate=learning_rate,
        held_out=held_out,
        seed=seed,
    )
    model.save(path)
    if json:
        print_json(_document(model, path))
    else:
        print(_story(model, path))


def _widths(text: str) -> list[int]:
    try:
        return [int(width) for width in text.split(",") if width.strip()]
    except ValueError:
        raise InputError(f"--hidden {text!r}: write the widths of the hidden layers, such as 64,64") from None


def _task_line(table: "Table", target: str, kind: Any) -> str:
    task = table.task(target, kind)
    what = "regression" if not task.classes else f"classification, {len(task.classes)} classes"
    return f"{table.source}: {len(table):,} rows, {len(table.names) - 1} features, target {target!r}: {what}"


def _story(model: "TableModel", path: Path) -> str:
    head, *table = str(model.evaluation).splitlines()
    lines = [
        f"{model.network.n_parameters:,} parameters, {len(model.history)} epochs",
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
