"""Index keys as data: what stands between the brackets of ``x[...]``, hashable, arrays replaced by their position."""

from collections.abc import Iterator, Sequence
from types import EllipsisType
from typing import Any, NamedTuple

import numpy as np

__all__ = ["ArrayIndex", "Key", "Slice", "indexed_shape", "key_text", "numpy_key"]


class Slice(NamedTuple):
    """``start:stop:step``."""

    start: int | None
    stop: int | None
    step: int | None


class ArrayIndex(NamedTuple):
    """The index array at this position among the node's index inputs."""

    position: int


Key = tuple[int | Slice | ArrayIndex | EllipsisType | None, ...]


def numpy_key(key: Key, arrays: Sequence[Any]) -> tuple[Any, ...]:
    """Return the key that NumPy takes.

    Example:
        >>> numpy_key((Slice(1, None, 2), ArrayIndex(0)), [np.array([3, 4])])
        (slice(1, None, 2), array([3, 4]))
    """
    return tuple(_numpy_parts(key, arrays))


def _numpy_parts(key: Key, arrays: Sequence[Any]) -> Iterator[Any]:
    for part in key:
        if isinstance(part, Slice):
            yield slice(*part)
        elif isinstance(part, ArrayIndex):
            yield arrays[part.position]
        else:
            yield part


def indexed_shape(shape: tuple[int, ...], key: Key, array_shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the shape of ``x[key]`` by asking NumPy about an array of this shape that takes no memory."""
    hollow = np.broadcast_to(np.empty((), dtype=np.bool_), shape)
    indices = [np.broadcast_to(np.intp(0), array_shape) for array_shape in array_shapes]
    shaped: np.ndarray[tuple[int, ...], Any] = hollow[numpy_key(key, indices)]
    return shaped.shape


def key_text(key: Key, arrays: Sequence[str]) -> str:
    """Return the key as it is written between brackets, given names for its index arrays.

    Example:
        >>> key_text((Slice(1, None, None), ..., None, ArrayIndex(0)), ["rows"])
        '1:, ..., None, rows'
    """
    return ", ".join(_part_text(part, arrays) for part in key)


def _part_text(part: int | Slice | ArrayIndex | EllipsisType | None, arrays: Sequence[str]) -> str:
    if isinstance(part, Slice):
        start, stop, step = ("" if each is None else str(each) for each in part)
        return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
    if isinstance(part, ArrayIndex):
        return arrays[part.position]
    return "..." if part is Ellipsis else str(part)
