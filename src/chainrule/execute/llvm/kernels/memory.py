"""The memory of a kernel: pointers to what it reads and writes, and loads and stores at a place of its loops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.kernels.axes import Access
from chainrule.execute.llvm.registers import lanes_of, load, memory_type, splat, store
from chainrule.execute.llvm.sizes import Lengths, Size, as_value, plus, times
from chainrule.graph import Node
from chainrule.transforms.views import MOVES

__all__ = ["Memory", "Place", "scalar_constant"]


@dataclass(frozen=True)
class Place:
    """Where the loops of a kernel are: for each access the entry that comes first, and what the innermost axis does.

    Attributes:
        entries: by access.
        axis: position of the innermost axis among the strides of an access, or None for a single entry.
        fixed: values that do not change along the innermost axis, as plain numbers.
    """

    entries: Mapping[Access, Size]
    axis: int | None
    fixed: Mapping[Access, ir.Value]


@dataclass(frozen=True)
class Memory:
    """Reads and writes for one kernel.

    Attributes:
        builder: writes the instructions.
        sizes: numbers of the code for lengths and strides.
        pointers: to the first entry of every stored value.
    """

    builder: ir.IRBuilder
    sizes: Lengths
    pointers: Mapping[Node, ir.Value]

    def index(self, n: int) -> ir.Value:
        """A length, stride or offset as a value of the code."""
        return as_value(self.sizes(n))

    def start(self, accesses: Sequence[Access]) -> dict[Access, Size]:
        """For each access its first entry."""
        return {each: self.sizes(each.offset) for each in accesses}

    def step(self, entries: Mapping[Access, Size], axis: int, index: Size) -> dict[Access, Size]:
        """The entries after so many steps along an axis."""
        return {
            each: plus(self.builder, entry, times(self.builder, index, self.sizes(each.strides[axis])))
            for each, entry in entries.items()
        }

    def fixed(self, entries: Mapping[Access, Size], axis: int, reads: Sequence[Access]) -> dict[Access, ir.Value]:
        """What stays the same along an axis, read once."""
        return {each: self._load(each, entries[each], 1, 0, None) for each in reads if each.strides[axis] == 0}

    def read(self, access: Access, place: Place, index: Size, lanes: int, mask: ir.Value | None) -> ir.Value:
        """The entries of ``lanes`` neighbors along the innermost axis, from the index on."""
        if access in place.fixed:
            return splat(self.builder, place.fixed[access], lanes)
        stride = 0 if place.axis is None else access.strides[place.axis]
        entry = plus(self.builder, place.entries[access], times(self.builder, index, self.sizes(stride)))
        return self._load(access, entry, lanes, self.sizes(stride), mask)

    def write(self, access: Access, place: Place, index: Size, value: ir.Value, mask: ir.Value | None) -> None:
        """Write neighbors along the innermost axis, from the index on."""
        stride = 1 if place.axis is None else access.strides[place.axis]
        entry = plus(self.builder, place.entries[access], times(self.builder, index, self.sizes(stride)))
        pointer, dtype = self.pointers[access.source], access.source.dtype
        step = self.sizes(stride) if lanes_of(value) > 1 else 1
        store(self.builder, dtype, value, pointer, as_value(entry), stride=step, mask=mask)

    def address(self, access: Access, place: Place, index: Size) -> ir.Value:
        """Where an entry along the innermost axis is."""
        stride = 1 if place.axis is None else access.strides[place.axis]
        entry = plus(self.builder, place.entries[access], times(self.builder, index, self.sizes(stride)))
        return self.builder.gep(
            self.pointers[access.source], [as_value(entry)], source_etype=memory_type(access.source.dtype)
        )

    def _load(self, access: Access, entry: Size, lanes: int, stride: Size, mask: ir.Value | None) -> ir.Value:
        pointer, dtype = self.pointers[access.source], access.source.dtype
        return load(self.builder, dtype, pointer, as_value(entry), lanes, stride=stride, mask=mask)


def scalar_constant(node: Node) -> Any:
    """The number of a constant all of whose entries are the same, which needs no memory; else None."""
    while node.op.name in MOVES and len(node.inputs) == 1:
        node = node.inputs[0]
    if node.op.name != "constant" or node.size == 0 or not _is_one_number(node.params["value"]):
        return None
    return node.params["value"].flat[0]


def _is_one_number(value: np.ndarray[Any, Any]) -> bool:
    if value.size == 1:
        return True
    first = value.flat[0]
    same_sign = value.dtype.kind != "f" or bool(np.all(np.signbit(value) == np.signbit(first)))
    return same_sign and bool(np.all(value == first))
