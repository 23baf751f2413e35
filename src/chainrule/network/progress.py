"""A progress bar for training: epochs, time left, loss and accuracy. Drawn on a terminal only."""

import contextlib
import sys
from collections.abc import Iterator

from chainrule.training.history import History
from chainrule.training.loop import Callback

__all__ = ["progress_bar", "summary"]

_ASIDE = "validation_"  # how the names of figures of validation data begin


@contextlib.contextmanager
def progress_bar(epochs: int, *, shown: bool) -> Iterator[Callback]:
    """Yield a callback that moves the bar after each epoch."""
    if not shown or sys.stderr is None or not sys.stderr.isatty():
        yield lambda history: False
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    bar = BarColumn(bar_width=None, table_column=Column(ratio=1, min_width=4))  # takes what the others leave
    figures = TextColumn("{task.fields[figures]}", table_column=Column())  # wrapped where the terminal is narrow
    columns = ("epoch", MofNCompleteColumn(), bar, TimeRemainingColumn(), figures)
    with Progress(*columns, console=Console(stderr=True), expand=True) as progress:
        task = progress.add_task("training", total=epochs, figures="")

        def move(history: History) -> bool:
            progress.update(task, completed=len(history), figures=summary(history))
            return False

        yield move


def summary(history: History) -> str:
    """The figures of the last epoch in one line; those of validation data in the same order after them.

    Example:
        >>> from chainrule.training.history import Epoch
        >>> summary(History((Epoch(1, 0.25, 0.5, {"accuracy": 0.9, "validation_accuracy": 0.8}),)))
        'loss 0.25, accuracy 0.9; validation 0.5, 0.8'
    """
    found = history.epochs[-1].figures()
    told = {name: value for name, value in found.items() if name not in ("epoch", "seconds") and value is not None}
    trained = [f"{name} {value:.3g}" for name, value in told.items() if not name.startswith(_ASIDE)]
    aside = [f"{value:.3g}" for name, value in told.items() if name.startswith(_ASIDE)]
    return ", ".join(trained) + ("; validation " + ", ".join(aside) if aside else "")
