"""A progress bar for training: epochs, loss, accuracy, time left. Drawn on a terminal only."""

import contextlib
import sys
from collections.abc import Iterator

from chainrule.training.history import History
from chainrule.training.loop import Callback

__all__ = ["progress_bar", "summary"]

_BESIDE_THE_BAR = 67  # columns of a terminal that the words take


@contextlib.contextmanager
def progress_bar(epochs: int, *, shown: bool) -> Iterator[Callback]:
    """Yield a callback that moves the bar after each epoch."""
    if not shown or not sys.stderr.isatty():
        yield lambda history: False
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    bar = BarColumn(bar_width=max(8, min(40, console.width - _BESIDE_THE_BAR)))
    columns = ("epoch", MofNCompleteColumn(), bar, TimeRemainingColumn(), TextColumn("{task.fields[told]}"))
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("training", total=epochs, told="")

        def move(history: History) -> bool:
            progress.update(task, completed=len(history), told=summary(history))
            return False

        yield move


def summary(history: History) -> str:
    """The loss and the metrics of the last epoch in one line, on the validation data if there are any.

    Example:
        >>> from chainrule.training.history import Epoch
        >>> summary(History((Epoch(1, 0.25, None, {"accuracy": 0.9}),)))
        'loss 0.25, accuracy 0.9'
        >>> summary(History((Epoch(1, 0.25, 0.5, {"accuracy": 0.9, "validation_accuracy": 0.8}),)))
        'validation: loss 0.5, accuracy 0.8'
    """
    figures = history.epochs[-1].figures()
    prefix = "" if figures["validation_loss"] is None else "validation_"
    names = [name.removeprefix(prefix) for name in figures if name.startswith(prefix)]
    told = [(name, figures[f"{prefix}{name}"]) for name in names if name not in ("epoch", "seconds", "validation_loss")]
    return ("validation: " if prefix else "") + ", ".join(f"{name} {figure:.3g}" for name, figure in told)
