"""Indexing of tracers: reading ``x[key]`` and assignment ``x[key] = values``."""

from collections.abc import Iterator
from types import EllipsisType
from typing import Any

import numpy as np

from chainrule.graph.keys import ArrayIndex, Key, Slice
from chainrule.tracing.operands import as_array
from chainrule.tracing.origin import untraceable
from chainrule.tracing.recording import apply, is_number, lift
from chainrule.tracing.tracer import Tracer

__all__ = ["add_at", "get", "positions", "put"]


def get(x: Tracer, key: Any) -> Any:
    """``x[key]``."""
    parts, arrays = _split(x, key)
    return apply("index", x, *arrays, key=parts)


def put(x: Tracer, key: Any, values: Any) -> None:
    """``x[key] = values``: the tracer stands for the changed array from now on, and so does every view of it."""
    if not isinstance(x.value, np.ndarray):
        raise TypeError("a number does not support item assignment")
    parts, arrays = _split(x, key)
    new = _entries(values, x)
    node = new.node
    if node.op.name == "index" and node.inputs == (x.node,) and node.params["key"] == parts:
        return  # Python writes x[key] += y as v = x[key]; v += y; x[key] = v, and v is a view
    x.assign(apply("index_set", x, new, *arrays, key=parts))


def add_at(x: Tracer, key: Any, values: Any) -> None:
    """``np.add.at(x, key, values)``: entries that the key names several times get all of their values."""
    parts, arrays = _split(x, key)
    x.assign(apply("index_add", x, _entries(values, x), *arrays, key=parts))


def positions(mask: Any) -> tuple[np.ndarray[Any, np.dtype[np.intp]], ...]:
    """Where a mask holds, which a guard remembers when the mask is traced."""
    return np.nonzero(mask.decide(_frozen_mask).thawed() if isinstance(mask, Tracer) else mask)


def _entries(values: Any, x: Tracer) -> Any:
    """Values that are written into x, in its dtype."""
    new: Any = lift(as_array(values), x.owner, x.dtype if is_number(values) else None)
    return new if new.dtype == x.dtype else apply("astype", new, dtype=x.dtype)


def _split(x: Tracer, key: Any) -> tuple[Key, list[Tracer]]:
    """The key as data, and the index arrays in it."""
    wanted = [_index_array(part) if _is_array(part) else part for part in (key if isinstance(key, tuple) else (key,))]
    if any(_is_mask(part) for part in wanted):
        _check_masks(x, wanted)
    arrays: list[Tracer] = []
    return tuple(_parts(x, wanted, arrays)), arrays


def _parts(
    x: Tracer, key: list[Any], arrays: list[Tracer]
) -> "Iterator[int | Slice | ArrayIndex | EllipsisType | None]":
    for part in key:
        if part is None or part is Ellipsis:
            yield part
        elif isinstance(part, slice):
            yield Slice(*(None if each is None else each.__index__() for each in (part.start, part.stop, part.step)))
        elif _is_plain_integer(part):
            yield int(part)
        else:
            for index in positions(part) if _is_mask(part) else (part,):
                arrays.append(lift(index, x.owner))
                yield ArrayIndex(len(arrays) - 1)


# --- index arrays and masks ---------------------------------------------------------------------------------


def _is_array(part: Any) -> bool:
    """Is this part of a key an array, rather than a plain number, slice, None or ...?"""
    if part is None or part is Ellipsis or isinstance(part, slice):
        return False
    return isinstance(part, bool) or not _is_plain_integer(part)


def _is_plain_integer(part: Any) -> bool:
    return isinstance(part, (int, np.integer)) and not isinstance(part, Tracer)


def _index_array(part: Any) -> Any:
    array = as_array(part)
    if np.size(array) == 0 and not isinstance(part, (Tracer, np.ndarray)):
        return np.zeros(np.shape(array), np.intp)  # x[[]]
    kind = np.result_type(array).kind if not isinstance(array, Tracer) else array.dtype.kind
    if kind == "b" and np.ndim(array) == 0:
        raise untraceable("one True or False is no index; write np.where(c, x, other) or an if")
    if kind not in "biu":
        raise untraceable(f"an index must be an integer, a slice or a mask, not {part!r:.60}; write i.astype(int)")
    return array


def _is_mask(part: Any) -> bool:
    return isinstance(part, (Tracer, np.ndarray)) and part.dtype.kind == "b"


def _check_masks(x: Tracer, key: list[Any]) -> None:
    """Let NumPy complain about a mask of another shape, before the mask becomes positions."""
    plain = tuple(part.value if isinstance(part, Tracer) else part for part in key)
    np.broadcast_to(np.False_, x.shape)[plain]


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
