"""A kernel that assigns through index arrays: a copy of the array, then value after value into its place.

The places are not known before, and may be the same: so the values go one after the other, in their order. Only along
axes behind those of the index arrays, where places differ, they go by vectors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llvmlite import ir

from chainrule.execute.llvm.control import counted
from chainrule.execute.llvm.elementwise import emit
from chainrule.execute.llvm.kernels.axes import Access, Axes, collapsed
from chainrule.execute.llvm.kernels.elsewhere import Gather, Spot, position_access
from chainrule.execute.llvm.kernels.memory import Memory, Place, scalar_constant
from chainrule.execute.llvm.registers import INDEX, constant, load, store, tail_mask
from chainrule.execute.llvm.sizes import Size, as_value, plus
from chainrule.execute.llvm.targets import Target
from chainrule.graph import Node, make
from chainrule.graph import constant as index_constant
from chainrule.graph.keys import ArrayIndex, indexed_shape
from chainrule.transforms.fuse import Plan
from chainrule.transforms.rows import ROWS
from chainrule.transforms.selection import split
from chainrule.transforms.views import stored_view, through

__all__ = ["Scatter"]

Entries = Mapping[Access, Size]


@dataclass(frozen=True)
class Scatter:
    """An assignment through index arrays.

    Attributes:
        node: the assignment.
        places: where the values go.
        values: how they are read, or None if they are one number.
        axes: of the loops over the values.
    """

    node: Node
    places: Gather
    values: Access | None
    axes: Axes

    @classmethod
    def of(cls, plan: Plan, node: Node) -> "Scatter":
        """What a node of a plan does."""
        x, values, *arrays = node.inputs
        basic, chosen = split(node.params["key"], x.ndim)
        shape = indexed_shape(x.shape, node.params["key"], [each.shape for each in arrays])
        view = through(make("index", x, key=basic), stored_view(x))
        assert view is not None, "a basic key gives a view"
        kept = [stride for stride, part in zip(view.strides, chosen, strict=True) if part is None]
        picked = [axis for axis, part in enumerate(chosen) if part is not None]
        trailing = len(chosen) - 1 - picked[-1] if picked[-1] - picked[0] < len(picked) else len(kept)
        before = len(kept) - trailing
        strides = (*kept[:before], *[0] * (len(shape) - len(kept)), *kept[before:])
        positions = tuple(_index_array(part, arrays) for part in chosen if part is not None)
        places = Gather(
            positions,
            Access(node, node, view.offset, strides),
            tuple(view.strides[axis] for axis in picked),
            tuple(view.shape[axis] for axis in picked),
            tuple(position_access(plan, each, shape, trailing) for each in positions),
        )
        source = None
        if scalar_constant(values) is None:
            source = Access.through(values, plan.views[values].broadcast_to(shape))
        accesses = (*places.accesses, *((source,) if source else ()))
        axes = collapsed(Axes(shape, (False,) * len(shape), accesses))
        if not axes.lengths:
            axes = Axes((1,), (False,), tuple(Access(a.node, a.source, a.offset, (0,)) for a in accesses))
        new = dict(zip(accesses, axes.accesses, strict=True))
        return cls(node, places.on_axes(new), new[source] if source else None, axes)

    @property
    def reads(self) -> tuple[Access, ...]:
        """All that it reads but for the array itself."""
        return (*self.places.kept, *((self.values,) if self.values else ()))

    def emit(self, memory: Memory, target: Target) -> None:
        """Write the loops over the values."""
        self._loop(memory, target, 0, memory.start(self.axes.accesses))

    def _loop(self, memory: Memory, target: Target, axis: int, entries: Entries) -> None:
        length = self.axes.lengths[axis]
        if axis + 1 == len(self.axes.lengths):
            self._along(memory, target, entries, memory.sizes(length))
            return
        with counted(memory.builder, 0, memory.sizes(length)) as index:
            self._loop(memory, target, axis + 1, memory.step(entries, axis, index))

    def _along(self, memory: Memory, target: Target, entries: Entries, length: Size) -> None:
        """Go along the innermost axis."""
        builder, axis = memory.builder, len(self.axes.lengths) - 1
        place = Place(entries, axis, {})
        known = self.axes.lengths[axis]
        is_row = self.places.is_same_along(axis) and self.places.table.strides[axis] == 1
        lanes = target.lanes(max(self.node.dtype.itemsize, 4)) if is_row and (known % ROWS == 0 or known > 1) else 1
        end = builder.and_(as_value(length), INDEX(-lanes))
        with counted(builder, 0, end, lanes, "value") as index:
            self._put(Spot(target, memory, place, index, lanes, None))
        if lanes > 1:
            rest = builder.sub(as_value(length), end)
            with builder.if_then(builder.icmp_signed(">", rest, INDEX(0))):
                self._put(Spot(target, memory, place, end, lanes, tail_mask(builder, rest, lanes)))

    def _put(self, spot: Spot) -> None:
        """Write some values into neighbors, if their place exists."""
        memory, builder, dtype = spot.memory, spot.memory.builder, self.node.dtype
        offset, is_wrong = self.places.offset(spot, _nothing, 1)
        pointer = memory.pointers[self.node]
        entry = plus(builder, spot.entry(self.places.table), offset)
        with builder.if_then(builder.not_(is_wrong)):
            new = self._value(spot)
            if self.node.op.name == "index_add":
                old = load(builder, dtype, pointer, as_value(entry), spot.lanes, mask=spot.mask)
                new = emit(builder, spot.target, "add", [old, new], [dtype, dtype], dtype)
            store(builder, dtype, new, pointer, as_value(entry), mask=spot.mask)

    def _value(self, spot: Spot) -> ir.Value:
        if self.values is None:
            return constant(self.node.dtype, spot.lanes, scalar_constant(self.node.inputs[1]))
        return spot.memory.read(self.values, spot.place, spot.index, spot.lanes, spot.mask)


def _index_array(part: ArrayIndex | int, arrays: Sequence[Node]) -> Node:
    return arrays[part.position] if isinstance(part, ArrayIndex) else index_constant(part)


def _nothing(node: Node) -> ir.Value:
    raise AssertionError(f"{node} has an access of its own")
