"""What an index key selects, said in numbers: ranges of each axis, and the axes along which index arrays choose."""

from collections.abc import Sequence
from typing import NamedTuple

from chainrule.graph import Node
from chainrule.graph.keys import ArrayIndex, Key, Slice

__all__ = [
    "WHOLE",
    "Range",
    "Split",
    "can_gather",
    "can_scatter",
    "gathered_axes",
    "is_canonical",
    "ranges",
    "split",
    "trailing_axes",
]

WHOLE = Slice(None, None, None)


class Range(NamedTuple):
    """The entries of one axis that a basic key selects.

    Attributes:
        start: the least of them.
        step: from one to the next, at least 1.
        length: how many there are.
        axis: the axis of the selection on which they stand, or None for a single number.
        is_reversed: the selection begins with the last of them.
    """

    start: int
    step: int
    length: int
    axis: int | None
    is_reversed: bool


class Split(NamedTuple):
    """A key with index arrays as two: a basic one, and one that chooses by arrays only.

    Attributes:
        basic: the key of slices and new axes, which keeps every axis.
        chosen: for each axis of what that gives, an index array, a number, or None if the axis is taken whole.
    """

    basic: Key
    chosen: tuple[ArrayIndex | int | None, ...]


def is_canonical(key: Key, ndim: int) -> bool:
    """Does the key name each axis, and take it whole or choose from it by an array?"""
    return len(key) == ndim and all(isinstance(part, ArrayIndex) or part == WHOLE for part in key)


def split(key: Key, ndim: int) -> Split:
    """Return the two keys.

    Example:
        >>> split((Slice(1, None, None), None, ArrayIndex(0), 3), 3).chosen
        (None, None, ArrayIndex(position=0), 3)
    """
    parts = _with_all_axes(key, ndim)
    basic = tuple(WHOLE if isinstance(part, (int, ArrayIndex)) else part for part in parts)
    return Split(basic, tuple(part if isinstance(part, (int, ArrayIndex)) else None for part in parts))


def ranges(key: Key, shape: Sequence[int]) -> tuple[Range, ...]:
    """Return what a basic key selects from each axis of a shape.

    Example:
        >>> ranges((None, Slice(None, None, -2)), (6,))
        (Range(start=1, step=2, length=3, axis=1, is_reversed=True),)
    """
    lengths = iter(shape)
    found: list[Range] = []
    axis = 0
    for part in _with_all_axes(key, len(shape)):
        if isinstance(part, int):
            length = next(lengths)
            found.append(Range(part + length if part < 0 else part, 1, 1, None, False))
            continue
        if isinstance(part, Slice):
            found.append(_range(part, next(lengths), axis))
        axis += 1
    return tuple(found)


def _range(part: Slice, length: int, axis: int) -> Range:
    chosen = range(*slice(*part).indices(length))
    if chosen.step > 0:
        return Range(chosen.start, chosen.step, len(chosen), axis, False)
    return Range(chosen[-1] if chosen else 0, -chosen.step, len(chosen), axis, True)


def _with_all_axes(key: Key, ndim: int) -> Key:
    """The key with whole slices in place of ``...`` and for axes that it does not name."""
    rest = (WHOLE,) * (ndim - sum(part is not None and part is not Ellipsis for part in key))
    if Ellipsis not in key:
        return (*key, *rest)
    place = key.index(Ellipsis)
    return (*key[:place], *rest, *key[place + 1 :])


def gathered_axes(key: Key) -> tuple[int, ...]:
    """The axes from which a canonical key chooses by arrays."""
    return tuple(axis for axis, part in enumerate(key) if isinstance(part, ArrayIndex))


def trailing_axes(key: Key) -> int:
    """How many axes that a canonical key takes whole come after those of the index arrays in the selection.

    Index arrays that stand side by side leave their axes where they are; those apart put them first.
    """
    axes = gathered_axes(key)
    side_by_side = axes == tuple(range(axes[0], axes[-1] + 1))
    return len(key) - 1 - axes[-1] if side_by_side else len(key) - len(axes)


def can_gather(node: Node) -> bool:
    """Is this a selection by arrays for which there are entries to choose from?"""
    key = node.params["key"]
    x, *arrays = node.inputs
    if not arrays or not is_canonical(key, x.ndim):
        return False
    return node.size == 0 or all(x.shape[axis] for axis in gathered_axes(key))


def can_scatter(node: Node) -> bool:
    """Is this an assignment by arrays, into axes that have entries?"""
    x, _, *arrays = node.inputs
    return bool(arrays) and x.size > 0
