"""Indexing of tracers: reading ``x[key]`` and assignment ``x[key] = values``."""

from collections.abc import Iterator
from types import EllipsisType
from typing import Any

import numpy as np

from chainrule.errors import TraceError
from chainrule.graph.keys import ArrayIndex, Key, Slice
from chainrule.tracing.tracer import Tracer, apply, is_number, lift

__all__ = ["get", "put"]


def get(x: Tracer, key: Any) -> Tracer:
    """``x[key]``."""
    parts, arrays = _split(x, key)
    return apply("index", x, *arrays, key=parts)


def put(x: Tracer, key: Any, values: Any) -> None:
    """``x[key] = values``: the tracer stands for the changed array from now on, and so does every view of it."""
    if not isinstance(x.value, np.ndarray):
        raise TypeError("a number does not support item assignment")
    parts, arrays = _split(x, key)
    new: Any = lift(values, x.trace, x.dtype if is_number(values) else None)
    if new.dtype != x.dtype:
        new = new.astype(x.dtype)
    x.assign(apply("index_set", x, new, *arrays, key=parts))


def _split(x: Tracer, key: Any) -> tuple[Key, list[Tracer]]:
    """The key as data, and the index arrays in it."""
    arrays: list[Tracer] = []
    parts = tuple(_parts(x, key if isinstance(key, tuple) else (key,), arrays))
    return parts, arrays


def _parts(
    x: Tracer, key: tuple[Any, ...], arrays: list[Tracer]
) -> "Iterator[int | Slice | ArrayIndex | EllipsisType | None]":
    for part in key:
        if part is None or part is Ellipsis:
            yield part
        elif isinstance(part, slice):
            yield Slice(*(None if each is None else each.__index__() for each in (part.start, part.stop, part.step)))
        elif isinstance(part, (int, np.integer)) and not isinstance(part, bool):
            yield int(part)
        else:
            yield from _array_parts(x, part, arrays)


def _array_parts(x: Tracer, part: Any, arrays: list[Tracer]) -> Iterator[ArrayIndex]:
    for index in _index_arrays(x, part):
        arrays.append(index)
        yield ArrayIndex(len(arrays) - 1)


def _index_arrays(x: Tracer, part: Any) -> list[Tracer]:
    """An index array; a mask becomes the positions where it holds, which a guard remembers when the mask is traced."""
    array = part if isinstance(part, Tracer) else np.asarray(part)
    if array.dtype.kind == "b":
        mask = array.decide(_frozen_mask).thawed() if isinstance(array, Tracer) else array
        return [lift(positions, x.trace) for positions in np.nonzero(mask)]
    if array.size == 0 and not isinstance(array, Tracer):
        array = array.astype(np.intp)
    if array.dtype.kind not in "iu":
        raise TraceError(f"an index must be an integer, a slice or a mask, not {array.dtype}; write i.astype(int)")
    return [lift(array, x.trace)]


class _FrozenMask(bytes):
    """A mask as a hashable value, for guards."""

    shape: tuple[int, ...]

    def thawed(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """The mask as an array again."""
        return np.frombuffer(self, dtype=bool).reshape(self.shape)


def _frozen_mask(mask: Any) -> _FrozenMask:
    frozen = _FrozenMask(np.ascontiguousarray(mask).tobytes())
    frozen.shape = np.shape(mask)
    return frozen
