"""What happened in each epoch of a training run."""

import math
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chainrule.errors import InputError

__all__ = ["Epoch", "History"]

_FIELDS = ("epoch", "loss", "validation_loss", "seconds")
_HEAD, _MIDDLE, _TAIL = 3, 4, 3  # rows that the table of a long history shows


@dataclass(frozen=True)
class Epoch:
    """One pass over the data.

    Attributes:
        epoch: its number, counted from 1.
        loss: mean loss of its batches.
        validation_loss: loss on the validation data after it, if there are any.
        metrics: further figures by name, such as ``accuracy``.
        seconds: how long it took.
    """

    epoch: int
    loss: float
    validation_loss: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "epoch", operator.index(self.epoch))
        object.__setattr__(self, "loss", float(self.loss))
        object.__setattr__(self, "seconds", float(self.seconds))
        if self.validation_loss is not None:
            object.__setattr__(self, "validation_loss", float(self.validation_loss))
        object.__setattr__(self, "metrics", {name: float(figure) for name, figure in self.metrics.items()})

    def figures(self) -> dict[str, float | int | None]:
        """Return all figures by name; seconds last."""
        first = {"epoch": self.epoch, "loss": self.loss, "validation_loss": self.validation_loss}
        return {**first, **self.metrics, "seconds": self.seconds}


@dataclass(frozen=True)
class History:
    """The epochs of a training run, in order; immutable.

    ``history["loss"]`` is the list of a figure over all epochs, ``len`` the number of epochs, iteration goes over the
    `Epoch` values, and ``print`` shows a small table.

    Attributes:
        epochs: one `Epoch` each.

    Example:
        >>> history = History().plus(Epoch(1, 0.7, metrics={"accuracy": 0.5}))
        >>> history = history.plus(Epoch(2, 0.2, metrics={"accuracy": 1.0}))
        >>> history["loss"], history["accuracy"]
        ([0.7, 0.2], [0.5, 1.0])
        >>> print(history)
        epoch  loss  accuracy  seconds
            1   0.7       0.5        0
            2   0.2         1        0
    """

    epochs: tuple[Epoch, ...] = ()

    def plus(self, *epochs: Epoch, past: int = 0) -> "History":
        """Return the history with more epochs at its end, whose numbers count from ``past``."""
        numbered = (replace(each, epoch=past + each.epoch) for each in epochs) if past else epochs
        return History((*self.epochs, *numbered))

    def followed_by(self, later: "History") -> "History":
        """Return this history and, numbered on, the epochs of a later run of the same network."""
        return self.plus(*later.epochs, past=self.epochs[-1].epoch if self.epochs else 0)

    @property
    def names(self) -> list[str]:
        """The names of the figures that at least one epoch has, in the order of the table."""
        rows = [epoch.figures() for epoch in self.epochs]
        ordered = dict.fromkeys(name for row in rows for name in row if name != "seconds")
        return [name for name in [*ordered, "seconds"] if any(row.get(name) is not None for row in rows)]

    def __getitem__(self, name: str) -> list[Any]:
        """Return a figure over all epochs; None for an epoch that does not have it.

        Raises:
            InputError: no epoch has a figure of this name.
        """
        column = [epoch.figures().get(name) for epoch in self.epochs]
        if all(figure is None for figure in column):
            raise InputError(f"the history has no figure {name!r}; it has {', '.join(self.names) or 'no epochs yet'}")
        return column

    def __len__(self) -> int:
        return len(self.epochs)

    def __iter__(self) -> Iterator[Epoch]:
        return iter(self.epochs)

    def to_dict(self) -> dict[str, list[Any]]:
        """Return all figures as lists for JSON, where NaN and infinity become ``"nan"``, ``"inf"`` and ``"-inf"``."""
        return {name: [_json_number(figure) for figure in self[name]] for name in self.names}

    @classmethod
    def from_dict(cls, figures: Mapping[str, list[Any]]) -> "History":
        """Return the history whose `to_dict` is given.

        Raises:
            InputError: figures that are not numbers, are missing, or are not as many as epochs.
        """
        try:
            rows = [dict(zip(figures, row, strict=True)) for row in zip(*figures.values(), strict=True)]
            return cls(tuple(_epoch(row) for row in rows))
        except (AttributeError, TypeError, ValueError) as error:
            raise InputError(f"these are not the figures of a history: {error}") from error

    def __str__(self) -> str:
        if not self.epochs:
            return "no epochs yet"
        columns = [[name, *map(_shown, self[name])] for name in self.names]
        widths = [max(map(len, column)) for column in columns]
        aligned = [[cell.rjust(width) for cell in column] for column, width in zip(columns, widths, strict=True)]
        header, *lines = ["  ".join(row) for row in zip(*aligned, strict=True)]
        return "\n".join([header, *_some(lines)])


def _epoch(row: dict[str, Any]) -> Epoch:
    """The epoch with the given figures, of which all that an epoch does not name are metrics."""
    known = {name: row.pop(name) for name in _FIELDS if name in row}
    metrics = {name: figure for name, figure in row.items() if figure is not None}
    return Epoch(**known, metrics=metrics)


def _some(lines: list[str]) -> list[str]:
    """The first lines, some from the middle and the last ones, with dots where lines are left out."""
    count = len(lines)
    if count <= _HEAD + _MIDDLE + _TAIL:
        return lines
    step = (count - _HEAD - _TAIL) / (_MIDDLE + 1)
    middle = [_HEAD - 1 + round(step * position) for position in range(1, _MIDDLE + 1)]
    shown: list[str] = []
    last = -1
    for at in sorted({*range(_HEAD), *middle, *range(count - _TAIL, count)}):
        shown += ["..."] * (at > last + 1) + [lines[at]]
        last = at
    return shown


def _shown(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.4g}"


def _json_number(figure: float | None) -> float | str | None:
    return figure if figure is None or math.isfinite(figure) else str(figure)
