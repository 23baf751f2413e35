"""What every competitor gives back: a network that has its data and can be trained."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Arrays", "Trainer", "batch_starts", "names"]

Array = Any
Arrays = dict[str, Array]


@dataclass(frozen=True)
class Trainer:
    """A network in training.

    Attributes:
        epochs: trains so many epochs, each in a new order.
        params: returns W1, b1 ... as they are now, W of shape (M_l, M_{l-1}).
    """

    epochs: Callable[[int], None]
    params: Callable[[], Arrays]


def names(arrays: Arrays) -> list[str]:
    """Return the names of the parameters among the arrays of a case."""
    return [name for name in arrays if name not in ("X", "y")]


def batch_starts(rows: int, batch_size: int) -> range:
    """Where the batches of an epoch begin; the last may be short."""
    return range(0, rows, batch_size)
