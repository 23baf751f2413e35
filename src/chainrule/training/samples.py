"""Samples that a network can learn from: X and y checked, in the network's dtype, and split."""

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from chainrule.errors import InputError, ShapeError
from chainrule.layers.dense import Architecture
from chainrule.layers.randomness import Purpose, random_stream
from chainrule.training.objective import Objective

__all__ = ["Samples", "as_inputs", "as_numbers", "as_targets", "kept_aside"]

Array = np.ndarray[Any, np.dtype[Any]]

ENCODE = "np.unique(y, return_inverse=True)[1] numbers classes of any kind from 0"
ROUNDING = 1e-3  # by how much probabilities, which may have been rounded, miss the sum 1 at most


@dataclass(frozen=True)
class Samples:
    """Inputs (N, M_0) and their targets."""

    X: Array
    y: Array

    def __len__(self) -> int:
        return len(self.X)


def as_inputs(X: ArrayLike, architecture: Architecture, dtype: np.dtype[Any]) -> Array:
    """Return samples as rows (N, M_0), or one sample (M_0,), in the network's dtype.

    Raises:
        ShapeError: the last axis is not M_0 long.
        InputError: the entries are not finite numbers.
    """
    array = as_numbers(X, "X", dtype)
    width = architecture.widths[0]
    if array.ndim not in (1, 2) or array.shape[-1] != width:
        column = "; write X.reshape(-1, 1) for one number per sample" if array.ndim == width == 1 else ""
        raise ShapeError(
            f"X is {list(array.shape)} and a sample of this network has {_count(width, 'number')}; give samples as "
            f"rows, [N, {width}], or one sample, [{width}]{column}"
        )
    return array


def as_targets(
    y: ArrayLike, n_samples: int, architecture: Architecture, objective: Objective, dtype: np.dtype[Any]
) -> Array:
    """Return targets that fit the last layer: class numbers (N,) or numbers (N, M_L).

    Raises:
        ShapeError: there is not one target for each sample, or not one number for each unit.
        InputError: class numbers outside of 0 ... M_L - 1, probabilities that are none, or not finite numbers.
    """
    array = _real(y, "y")
    if array.shape[:1] != (n_samples,):
        raise ShapeError(f"X holds {_count(n_samples, 'sample')} and y is {list(array.shape)}; give each one a target")
    columns = array[:, None] if array.ndim == 1 else array
    width = architecture.widths[-1]
    if objective.classes and columns.shape[1:] == (1,):
        return _class_numbers(columns[:, 0], width)
    if columns.shape[1:] != (width,):
        is_numbered = array.ndim == 1 and architecture.output in ("sigmoid", "softmax")
        one_hot = f"; for class numbers write np.eye({width})[y]" if is_numbered else ""
        raise ShapeError(
            f"y is {list(array.shape)} and the last layer has {_count(width, 'unit')}; give a target to each, "
            f"[{n_samples}, {width}]{one_hot}"
        )
    numbers = as_numbers(columns, "y", dtype)
    if objective.probabilities:
        _require_probabilities(numbers, architecture.output)
    return numbers


def kept_aside(samples: Samples, share: float, seed: int) -> tuple[Samples, Samples]:
    """Split off a share of the samples, drawn by chance, that training only looks at.

    Raises:
        InputError: nothing would be left on one side.
    """
    count = round(share * len(samples)) if 0 < share < 1 else 0
    if not 0 < count < len(samples):
        raise InputError(
            f"validation={share:g} of {_count(len(samples), 'sample')} leaves nothing on one side; give a share "
            "between 0 and 1, or a pair (X, y)"
        )
    order = random_stream(seed, Purpose.VALIDATION).permutation(len(samples))
    aside, rest = np.sort(order[:count]), np.sort(order[count:])
    return Samples(samples.X[rest], samples.y[rest]), Samples(samples.X[aside], samples.y[aside])


def as_numbers(values: ArrayLike, name: str, dtype: np.dtype[Any]) -> Array:
    """Return finite numbers as an array of a dtype, in C order; it is not copied if it is one.

    Raises:
        InputError: text or other things that are not real numbers; infinities, NaN, or numbers beyond the dtype.
    """
    array = _real(values, name)
    with np.errstate(over="ignore"):
        converted = np.asarray(array, dtype, order="C")
    if not _is_finite(converted):
        bad = ~np.isfinite(converted)
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        count, where = int(bad.sum()), f"the first, {array[first]:g}, at {list(first)}"
        if np.isfinite(array[first]):
            remedy = "scale them down, or make the network with dtype='float64'"
            raise InputError(f"{name} holds {_count(count, 'number')} beyond {dtype}, {where}; {remedy}")
        raise InputError(f"{name} is NaN or infinite in {_count(count, 'place')}, {where}; remove or fill them")
    return converted


def _is_finite(array: Array) -> bool:
    """Whether all entries are; no memory is taken for an answer of each, since NaN and infinities are extremes."""
    return not array.size or bool(np.isfinite(array.min()) and np.isfinite(array.max()))


_KINDS = {"U": "text", "S": "bytes", "c": "complex numbers", "M": "dates", "m": "spans of time"}
_REMEDIES = {"y": f"; {ENCODE}", "X": "; encode texts and categories as numbers first"}


def _real(values: ArrayLike, name: str) -> Array:
    """An array of real numbers, truth values included."""
    if hasattr(values, "toarray"):
        raise InputError(f"{name} is a sparse {type(values).__name__}; write {name}.toarray()")
    try:
        given = np.asarray(values)
        array = np.array(given.tolist()) if given.dtype.kind == "O" else given  # numbers of several types
    except ValueError as error:
        raise InputError(f"{name} is not an array of numbers: {error}") from error
    kind = array.dtype.kind
    if kind not in "biuf":
        example = next((repr(each) for each in given.ravel().tolist() if not isinstance(each, Real)), "none")
        remedy = _REMEDIES.get(name, "") if kind in "USO" else ""
        raise InputError(
            f"{name} holds {_KINDS.get(kind, 'objects')}, such as {example}, where real numbers are needed{remedy}"
        )
    return array


def _class_numbers(y: Array, n_classes: int) -> Array:
    numbers = as_numbers(y, "y", np.dtype(np.float64))
    fractions = numbers[numbers != np.floor(numbers)]
    if fractions.size:
        raise InputError(
            f"classes are numbered 0, 1, 2 ..., and y holds {fractions[0]:g}; for a quantity write output='identity'"
        )
    if numbers.size and not 0 <= numbers.min() <= numbers.max() < n_classes:
        wider = f", or give the last layer {numbers.max() + 1:.0f} units" if numbers.min() >= 0 else ""
        raise InputError(
            f"the network tells {n_classes} classes apart, 0 to {n_classes - 1}, and y goes from {numbers.min():g} to "
            f"{numbers.max():g}; {ENCODE}{wider}"
        )
    return numbers.astype(np.int64)


def _require_probabilities(y: Array, output: str) -> None:
    if y.size and not 0 <= y.min() <= y.max() <= 1:
        raise InputError(
            f"the targets of output={output!r} are probabilities, 0 to 1, and y goes from {y.min():g} to {y.max():g}; "
            f"{ENCODE}; for quantities write output='identity'"
        )
    sums: Array = y.sum(axis=1, dtype=np.float64)
    missed = np.flatnonzero(np.abs(sums - 1) > ROUNDING)
    if output == "softmax" and missed.size:
        row = int(missed[0])
        raise InputError(
            f"the probabilities of a sample's classes sum to 1, and those of y[{row}] sum to {sums[row]:g}; for "
            "classes that do not exclude each other write output='sigmoid'"
        )


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
