"""Arrays that a network can learn from: X and y checked and in the network's dtype."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from chainrule.errors import InputError, ShapeError
from chainrule.layers.dense import Architecture
from chainrule.training.objective import Objective

__all__ = ["as_inputs", "as_targets", "check_finite"]

Array = np.ndarray[Any, np.dtype[Any]]


def as_inputs(X: ArrayLike, architecture: Architecture, dtype: np.dtype[Any]) -> Array:
    """Return samples as rows (N, M_0), or one sample (M_0,), in the network's dtype.

    Raises:
        ShapeError: the last axis is not M_0 long.
        InputError: the entries are not finite numbers.
    """
    array = _numbers(X, "X")
    width = architecture.widths[0]
    if array.ndim not in (1, 2) or array.shape[-1] != width:
        raise ShapeError(
            f"X is {list(array.shape)}; the network takes samples of {width} numbers: (N, {width}), or ({width},)"
        )
    check_finite(array, "X")
    return array.astype(dtype, copy=False)


def as_targets(
    y: ArrayLike, n_samples: int, architecture: Architecture, objective: Objective, dtype: np.dtype[Any]
) -> Array:
    """Return targets that fit the last layer: class numbers (N,) or numbers (N, M_L).

    Raises:
        ShapeError: there is not one target for each sample, or not one number for each output.
        InputError: class numbers outside of 0 ... M_L - 1, or entries that are not finite numbers.
    """
    array = _numbers(y, "y")
    width = architecture.widths[-1]
    if array.shape[:1] != (n_samples,):
        raise ShapeError(f"X holds {n_samples} samples and y is {list(array.shape)}; give one target for each sample")
    check_finite(array, "y")
    if objective.name == "categorical_cross_entropy" and array.ndim == 1:
        return _classes(array, width)
    columns = array[:, None] if array.ndim == 1 else array
    if columns.shape[1:] != (width,):
        raise ShapeError(
            f"the last layer has {width} outputs and y is {list(array.shape)}; give ({n_samples}, {width})"
        )
    if objective.name == "binary_cross_entropy" and not np.all((columns >= 0) & (columns <= 1)):
        raise InputError(
            f"binary_cross_entropy takes targets from 0 to 1; y goes from {columns.min()} to {columns.max()}"
        )
    return columns.astype(dtype, copy=False)


def _classes(y: Array, width: int) -> Array:
    if y.dtype.kind == "f" and not np.all(y == np.floor(y)):
        raise InputError(
            "class numbers are integers 0, 1, 2 ...; y holds fractions; for a quantity use output='identity'"
        )
    if y.size and (y.min() < 0 or y.max() >= width):
        raise InputError(
            f"the network tells {width} classes apart, 0 to {width - 1}, and y goes from {y.min():g} to {y.max():g}; "
            f"number the classes from 0, or give the last layer {int(y.max()) + 1} units"
        )
    return y.astype(np.int64)


def check_finite(array: Array, name: str) -> None:
    """Raise an error that counts and places infinities and NaN."""
    bad = ~np.isfinite(array)
    if bad.any():
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        raise InputError(
            f"{name} holds {int(bad.sum())} entries that are not finite numbers, the first at {list(first)} "
            f"({array[first]}); remove or fill them before training"
        )


def _numbers(values: ArrayLike, name: str) -> Array:
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise InputError(f"{name} holds {array.dtype} and not numbers; encode text as numbers first")
    return array
