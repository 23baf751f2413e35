"""The axes over which a kernel loops, and where the entries stand that it reads and writes along them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chainrule.graph import Node
from chainrule.transforms.views import View

__all__ = ["Access", "Axes", "collapsed", "ordered", "tiled_axis"]


_SHORT = 4  # an axis that fills no vector
_LONG = 64


@dataclass(frozen=True)
class Access:
    """How the entries of a value are found in memory.

    Attributes:
        node: the value.
        source: the value as a part of whose memory it stands.
        offset: of the first entry, in entries.
        strides: in entries, one for each axis of the kernel.
    """

    node: Node
    source: Node
    offset: int
    strides: tuple[int, ...]

    @classmethod
    def through(cls, node: Node, view: View) -> "Access":
        """The access of a node that stands where a view says."""
        return cls(node, view.source, view.offset, view.strides)


@dataclass(frozen=True)
class Axes:
    """The axes of a kernel, outermost first.

    Attributes:
        lengths: one for each axis.
        reduced: whether a reduction goes along the axis.
        accesses: of all that is read or written; a reduced axis has the stride 0 for a result.
    """

    lengths: tuple[int, ...]
    reduced: tuple[bool, ...]
    accesses: tuple[Access, ...]


def collapsed(axes: Axes) -> Axes:
    """The same loops as fewer: without axes of length 1, and neighbors as one where all memory goes on evenly.

    Example:
        >>> from chainrule.graph import input_node
        >>> import numpy as np
        >>> x = input_node("x", (4, 1, 6), np.dtype(float))
        >>> collapsed(Axes((4, 1, 6), (False,) * 3, (Access(x, x, 0, (6, 6, 1)),))).lengths
        (24,)
    """
    kept = [k for k, n in enumerate(axes.lengths) if n != 1]
    groups: list[list[int]] = []
    for k in kept:
        if groups and _go_on(axes, groups[-1][-1], k):
            groups[-1].append(k)
        else:
            groups.append([k])
    return Axes(
        tuple(_product([axes.lengths[k] for k in group]) for group in groups),
        tuple(axes.reduced[group[0]] for group in groups),
        tuple(replace(each, strides=tuple(each.strides[group[-1]] for group in groups)) for each in axes.accesses),
    )


def _go_on(axes: Axes, outer: int, inner: int) -> bool:
    """Does a step along the outer axis lead on from the last entry of the inner one, in all memory?"""
    even = all(each.strides[outer] == axes.lengths[inner] * each.strides[inner] for each in axes.accesses)
    return even and axes.reduced[outer] == axes.reduced[inner]


def ordered(axes: Axes) -> Axes:
    """The same loops with that axis innermost along which most memory goes on entry by entry.

    Example:
        >>> from chainrule.graph import input_node
        >>> import numpy as np
        >>> x = input_node("x", (4, 100), np.dtype(float))
        >>> ordered(Axes((100, 4), (True, False), (Access(x, x, 0, (1, 100)),))).lengths
        (4, 100)
    """
    if len(axes.lengths) < 2:
        return axes
    scores = [_entry_by_entry(axes, k) for k in range(len(axes.lengths))]
    best = max(range(len(scores)), key=lambda k: (scores[k], k))
    if scores[best] <= scores[-1] or axes.lengths[best] < _SHORT:
        return axes
    order = [k for k in range(len(scores)) if k != best] + [best]
    return collapsed(
        Axes(
            tuple(axes.lengths[k] for k in order),
            tuple(axes.reduced[k] for k in order),
            tuple(replace(each, strides=tuple(each.strides[k] for k in order)) for each in axes.accesses),
        )
    )


def _entry_by_entry(axes: Axes, k: int) -> int:
    """Bytes of entries that stand side by side along an axis."""
    return sum(each.source.dtype.itemsize for each in axes.accesses if each.strides[k] == 1)


def tiled_axis(axes: Axes) -> int | None:
    """An axis along which some memory goes on entry by entry that does not along the innermost axis, if both are long.

    A few of its entries are to be visited together, so that a line of the cache is read once.
    """
    inner = len(axes.lengths) - 1
    if any(axes.reduced) or axes.lengths[inner] < _LONG:
        return None
    across = [each for each in axes.accesses if each.strides[inner] not in (0, 1)]
    return next((k for k in range(inner) if axes.lengths[k] >= _LONG and any(a.strides[k] == 1 for a in across)), None)


def _product(lengths: Sequence[int]) -> int:
    result = 1
    for n in lengths:
        result *= n
    return result
