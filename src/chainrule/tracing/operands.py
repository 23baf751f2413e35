"""What NumPy's functions are given: arrays, numbers and lists as arrays, axes as numbers from 0."""

import math
from typing import Any

import numpy as np

from chainrule.tracing.origin import untraceable
from chainrule.tracing.recording import innermost, is_number, lift
from chainrule.tracing.tracer import Tracer

__all__ = [
    "Array",
    "Axis",
    "as_array",
    "as_tracer",
    "axes_of",
    "axis_of",
    "holds_tracers",
    "length_along",
    "no_out",
    "plain_integers",
]

Array = Any  # a tracer, an array, or a number
Axis = int | tuple[int, ...] | None


def as_array(x: Any) -> Array:
    """Return an array or number as it is, and a list as an array, stacked if there are tracers in it."""
    if isinstance(x, (Tracer, np.ndarray, np.generic)) or is_number(x):
        return x
    if isinstance(x, (list, tuple)) and holds_tracers(x):
        return np.stack([as_array(each) for each in x])
    return np.asarray(x)


def holds_tracers(x: Any) -> bool:
    """Is this a tracer, or a list with tracers in it?"""
    if isinstance(x, (list, tuple)):
        return any(holds_tracers(each) for each in x)
    return isinstance(x, Tracer)


def as_tracer(x: Any, *others: Any) -> Any:
    """Return an array, number or list as a tracer, of the trace that it or the others belong to."""
    array = as_array(x)
    return array if isinstance(array, Tracer) else lift(array, innermost(others))


def axis_of(x: Array, axis: Any) -> int:
    """Return an axis counted from 0."""
    return int(np.lib.array_utils.normalize_axis_index(int(axis), np.ndim(x)))


def axes_of(x: Array, axis: Axis) -> tuple[int, ...]:
    """Return one, several or all (None) axes counted from 0, in order."""
    if axis is None:
        return tuple(range(np.ndim(x)))
    wanted = axis if isinstance(axis, tuple) else (axis,)
    return tuple(sorted(np.lib.array_utils.normalize_axis_tuple([int(each) for each in wanted], np.ndim(x))))


def length_along(x: Array, axis: Axis) -> int:
    """Return the number of entries along one, several or all axes."""
    return math.prod(np.shape(x)[each] for each in axes_of(x, axis))


def plain_integers(x: Any) -> Any:
    """Return counts, shifts or places, which are part of the graph's structure; traced ones are decided upon."""
    if isinstance(x, Tracer):
        entries = [int(each) for each in np.ravel(x)]  # type: ignore[call-overload]
        return np.reshape(np.array(entries, np.intp), x.shape)[()]
    if isinstance(x, (list, tuple)):
        return [plain_integers(each) for each in x]
    return x


def no_out(out: Any) -> None:
    """Refuse ``out=``."""
    if out is not None:
        raise untraceable("out= is not traced; leave it away and use the returned array")
