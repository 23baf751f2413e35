"""A progress bar for training: epochs, loss, accuracy, time left. Drawn on a terminal only."""

import contextlib
import sys
from collections.abc import Iterator

from chainrule.training.history import History
from chainrule.training.loop import Callback

__all__ = ["progress_bar", "summary"]


@contextlib.contextmanager
def progress_bar(epochs: int, *, shown: bool) -> Iterator[Callback]:
    """Yield a callback that moves the bar after each epoch."""
    if not shown or sys.stderr is None or not sys.stderr.isatty():
        yield lambda history: False
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = ("epoch", MofNCompleteColumn(), BarColumn(), TimeRemainingColumn(), TextColumn("{task.fields[told]}"))
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("training", total=epochs, told="")

        def move(history: History) -> bool:
            progress.update(task, completed=len(history), told=summary(history))
            return False

        yield move


def summary(history: History) -> str:
    """The figures of the last epoch in one line.

    Example:
        >>> from chainrule.training.history import Epoch
        >>> summary(History((Epoch(1, 0.25, 0.5, {"accuracy": 0.9}),)))
        'loss 0.25, validation loss 0.5, accuracy 0.9'
    """
    figures = history.epochs[-1].figures()
    told = [(name, value) for name, value in figures.items() if name not in ("epoch", "seconds") and value is not None]
    return ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in told)
