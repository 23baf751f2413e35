"""Which rows are learned from and which are held out to judge the result."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import DataError, InputError

__all__ = ["held_out_split"]

Rows = NDArray[np.int64]


def held_out_split(
    n_rows: int, *, held_out: float = 0.2, seed: int = 0, stratify: ArrayLike | None = None
) -> tuple[Rows, Rows]:
    """Return the rows to train on and the rows to hold out, each in ascending order.

    The rows are drawn by the counter-based generator Philox, whose stream NumPy guarantees, so that the same seed gives
    the same rows on every machine and with every version of NumPy.

    Args:
        n_rows: the number N of rows.
        held_out: the share to hold out, between 0 and 1; at least one row stays on each side.
        seed: the seed, 0 or greater.
        stratify: class labels (N,); then the share is held out of each class, and each class with two rows or more has
            at least one on each side. The only row of a class is trained on.

    Raises:
        InputError: a share that is not between 0 and 1, a seed below 0, or labels that are not N.
        DataError: too few rows for two parts.

    Example:
        >>> held_out_split(5, held_out=0.4)
        (array([1, 2, 4]), array([0, 3]))
    """
    if not 0 < held_out < 1:
        raise InputError(f"held_out is the share of the rows to hold out, between 0 and 1; got {held_out!r}")
    if seed < 0:
        raise InputError(f"the seed must be 0 or greater; got {seed}")
    groups, sizes = _groups(n_rows, stratify)
    shuffled = np.argsort(np.random.Philox(seed).random_raw(n_rows), kind="stable")
    is_held_out = np.zeros(n_rows, dtype=bool)
    for group, count in enumerate(_counts(sizes, held_out)):
        is_held_out[shuffled[groups[shuffled] == group][:count]] = True
    if not is_held_out.any():
        rows = "1 row" if n_rows == 1 else f"{n_rows} rows"
        lacking = "give at least 2 rows" if stratify is None else "no class has 2 rows; give more rows of each class"
        raise DataError(f"{rows} cannot be split into rows to learn from and rows to hold out: {lacking}")
    return np.flatnonzero(~is_held_out), np.flatnonzero(is_held_out)


def _groups(n_rows: int, stratify: ArrayLike | None) -> tuple[NDArray[Any], NDArray[Any]]:
    """The number of the group of each row, and how many rows each group has; one group when there are no classes."""
    if stratify is None:
        return np.zeros(n_rows, dtype=np.int64), np.array([n_rows])
    labels = np.asarray(stratify)
    if labels.shape != (n_rows,):
        raise InputError(f"stratify needs one label for each of the {n_rows} rows; its shape is {labels.shape}")
    _, groups, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    return groups, sizes


def _counts(sizes: NDArray[Any], held_out: float) -> NDArray[np.int64]:
    """How many rows to hold out of each group: its share up to one row, and at least one on each side if there are two.

    Running totals are rounded, not shares, so that the total is right as well.
    """
    totals = np.rint(np.cumsum(sizes) * held_out).astype(np.int64)
    return np.clip(np.diff(totals, prepend=0), np.minimum(1, sizes - 1), sizes - 1)
