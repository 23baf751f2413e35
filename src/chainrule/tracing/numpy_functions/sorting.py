"""Entries in order, and where a value would stand among them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.tracing.operands import Array, as_array, axis_of
from chainrule.tracing.origin import untraceable
from chainrule.tracing.recording import apply

__all__ = ["ROWS"]


def _argsort(
    a: Array, axis: int | None = -1, kind: str | None = None, order: None = None, *, stable: bool | None = None
) -> Array:
    if axis is None:
        return apply("argsort", np.ravel(a), axis=0)
    return apply("argsort", a, axis=axis_of(a, axis))


def _sort(
    a: Array, axis: int | None = -1, kind: str | None = None, order: None = None, *, stable: bool | None = None
) -> Array:
    if axis is None:
        return np.sort(np.ravel(a), 0)
    return np.take_along_axis(a, np.argsort(a, axis), axis)


def _searchsorted(a: Array, v: Array, side: str = "left", sorter: Any = None) -> Array:
    if sorter is not None:
        raise untraceable("np.searchsorted is traced without sorter=; write np.searchsorted(a[sorter], v)")
    entries, wanted = as_array(a), np.expand_dims(as_array(v), -1)
    before = np.less(entries, wanted) if side == "left" else np.less_equal(entries, wanted)
    return np.count_nonzero(np.logical_or(before, np.isnan(wanted)), axis=-1)  # NaN stands behind all numbers


def _digitize(x: Array, bins: Array, right: bool = False) -> Array:
    bins = as_array(bins)
    if np.size(bins) > 1 and bins[0] > bins[-1]:
        return np.size(bins) - np.searchsorted(bins[::-1], x, "left" if right else "right")
    return np.searchsorted(bins, x, "left" if right else "right")


ROWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "sort": _sort,
        "argsort": _argsort,
        "searchsorted": _searchsorted,
        "digitize": _digitize,
    }
)
