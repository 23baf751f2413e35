"""Where the values of a program stand in memory: values that are not needed at the same time share a place."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from chainrule.execute.llvm.kernels.product_kernel import Packed
from chainrule.graph import Node
from chainrule.transforms.fuse import Plan
from chainrule.transforms.rows import ROWS

__all__ = ["ALIGNMENT", "Buffers", "Life", "lives_of", "placed"]

ALIGNMENT = 64  # bytes: a cache line, and the widest vector


@dataclass(frozen=True)
class Life:
    """From which to which group of a plan a value is needed, and for how many rows, if it has rows."""

    node: Node
    first: int
    last: int
    rows: int = ROWS

    @property
    def size(self) -> int:
        """In bytes, up to the next cache line."""
        size = self.node.size * self.node.dtype.itemsize
        if size % ROWS == 0:
            size = size // ROWS * self.rows
        return -(-size // ALIGNMENT) * ALIGNMENT


@dataclass(frozen=True)
class Buffers:
    """Places in one piece of memory.

    Attributes:
        offsets: in bytes, for every value.
        size: of the whole, in bytes.
        unshared: what it would be if no place were used twice.
    """

    offsets: Mapping[Node, int]
    size: int
    unshared: int


def lives_of(plan: Plan, packed: Mapping[Node, Packed], kept: Iterable[Node], rows: int = ROWS) -> list[Life]:
    """The lives of all that the groups of a plan store; what is ``kept`` is needed after the end."""
    first: dict[Node, int] = {}
    last: dict[Node, int] = {}
    for k, group in enumerate(plan.groups):
        for node in group.stores:
            first[node] = last[node] = k
        factor = packed.get(group.product.inputs[1]) if group.product is not None else None
        if factor is not None:
            first.setdefault(factor.memory, k)
            last[factor.memory] = k
        for each in group.reads():
            if plan.views[each].source in first:
                last[plan.views[each].source] = k
    for node in kept:
        if node in first:
            last[node] = len(plan.groups)
    return [Life(node, first[node], last[node], rows) for node in first]


def placed(lives: Iterable[Life]) -> Buffers:
    """Give every value a place: the smallest free one that fits without wasting half of it, else a new one."""
    free: list[tuple[int, int]] = []  # (size, offset), sorted
    busy: list[tuple[int, int, int]] = []  # (last, size, offset), a heap
    offsets: dict[Node, int] = {}
    end = unshared = 0
    for life in sorted(lives, key=lambda life: life.first):
        while busy and busy[0][0] < life.first:
            insort(free, heappop(busy)[1:])
        k = bisect_left(free, (life.size, 0))
        if k < len(free) and free[k][0] <= 2 * life.size:
            size, offset = free.pop(k)
        else:
            size, offset = life.size, end
            end += size
        offsets[life.node] = offset
        unshared += life.size
        heappush(busy, (life.last, size, offset))
    return Buffers(offsets, end, unshared)
