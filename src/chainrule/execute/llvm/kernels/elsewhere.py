"""Entries that a kernel reads at other places than its own: chosen by index arrays, or through a window.

- A *gather* is ``x[i, :, j]``: the address follows from the values of index arrays.
- A *window* is ``x[2:5] = v`` or ``x[2:5] += v`` seen from the result: inside of the window an entry comes of ``v``,
  outside it is that of ``x``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.conversion import convert
from chainrule.execute.llvm.elementwise import emit
from chainrule.execute.llvm.kernels.axes import Access
from chainrule.execute.llvm.kernels.faults import FAULTS, checked_position, report
from chainrule.execute.llvm.kernels.memory import Memory, Place, scalar_constant
from chainrule.execute.llvm.registers import INDEX, constant, gather, load, splat
from chainrule.execute.llvm.sizes import Size, as_value, plus, times
from chainrule.execute.llvm.targets import Target
from chainrule.graph import Node
from chainrule.graph.keys import indexed_shape
from chainrule.transforms.fuse import Group, Plan
from chainrule.transforms.selection import Range, gathered_axes, ranges, trailing_axes
from chainrule.transforms.views import View

__all__ = ["Elsewhere", "Gather", "Spot", "Test", "Window", "position_access", "reads_elsewhere"]

_INT64 = np.dtype(np.int64)

Values = Callable[[Node], ir.Value]


class Spot(NamedTuple):
    """Where code is being written for: some neighbors along the innermost axis of the loops."""

    target: Target
    memory: Memory
    place: Place
    index: Size
    lanes: int
    mask: ir.Value | None

    @property
    def axis(self) -> int:
        """The innermost axis."""
        assert self.place.axis is not None
        return self.place.axis

    def entry(self, access: Access) -> Size:
        """Where the first lane's entry is."""
        builder, stride = self.memory.builder, self.memory.sizes(access.strides[self.axis])
        return plus(builder, self.place.entries[access], times(builder, self.index, stride))

    def along(self, stride: int) -> ir.Value:
        """How far each lane is from the first one."""
        lanes = ir.Constant(ir.VectorType(INDEX, self.lanes), list(range(self.lanes)))
        return self.memory.builder.mul(splat(self.memory.builder, self.memory.index(stride), self.lanes), lanes)


@dataclass(frozen=True)
class Gather:
    """A selection by index arrays.

    Attributes:
        arrays: the index arrays.
        table: what it selects from; index arrays lead on from there.
        steps: for each index array the stride of its axis in the table.
        lengths: for each index array the length of its axis.
        positions: for each index array how it is read, or None if it is read as other values of the kernel are.
    """

    arrays: tuple[Node, ...]
    table: Access
    steps: tuple[int, ...]
    lengths: tuple[int, ...]
    positions: tuple[Access | None, ...]

    @property
    def accesses(self) -> tuple[Access, ...]:
        """All that it reads."""
        return (self.table, *self.kept)

    @property
    def reads(self) -> tuple[Access, ...]:
        """The same: all of it is memory."""
        return self.accesses

    @property
    def kept(self) -> tuple[Access, ...]:
        """What is worth reading once where it stays the same along the innermost axis."""
        return tuple(each for each in self.positions if each is not None)

    def on_axes(self, new: Mapping[Access, Access]) -> "Gather":
        """The same with other axes."""
        positions = tuple(None if each is None else new[each] for each in self.positions)
        return replace(self, table=new[self.table], positions=positions)

    def emit(self, spot: Spot, value: Values) -> ir.Value:
        """Write the reading of some neighbors."""
        memory = spot.memory
        builder, pointer, dtype = memory.builder, memory.pointers[self.table.source], self.table.source.dtype
        lanes = 1 if self.is_same_along(spot.axis) else spot.lanes
        offset, is_wrong = self.offset(spot, value, lanes)
        entry = as_value(spot.entry(self.table))
        stride = self.table.strides[spot.axis]
        if lanes == 1:
            entry = builder.add(entry, offset)
            return load(builder, dtype, pointer, entry, spot.lanes, stride=memory.sizes(stride), mask=spot.mask)
        entries = builder.add(splat(builder, entry, lanes), builder.add(offset, spot.along(stride)))
        right = builder.not_(is_wrong)
        return gather(builder, dtype, pointer, entries, _both(builder, right, spot.mask))

    def is_same_along(self, axis: int) -> bool:
        """Do the index arrays choose the same along an axis?"""
        pairs = zip(self.arrays, self.positions, strict=True)
        return all(
            scalar_constant(array) is not None if access is None else access.strides[axis] == 0
            for array, access in pairs
        )

    def offset(self, spot: Spot, value: Values, lanes: int) -> tuple[ir.Value, ir.Value]:
        """How far the index arrays lead, and whether one of them leads nowhere, which is reported."""
        memory, builder = spot.memory, spot.memory.builder
        offset, is_wrong = constant(_INT64, lanes, 0), constant(np.dtype(bool), lanes, 0)
        for k, step in enumerate(self.steps):
            position, wrong = checked_position(
                builder, self._position(k, spot, value, lanes), memory.sizes(self.lengths[k])
            )
            step_of_lanes = splat(builder, memory.index(step), lanes)
            offset = builder.add(offset, builder.mul(position, step_of_lanes))
            is_wrong = builder.or_(is_wrong, wrong)
        report(builder, memory.pointers[FAULTS], is_wrong, spot.mask)
        return offset, is_wrong

    def _position(self, k: int, spot: Spot, value: Values, lanes: int) -> ir.Value:
        array, access = self.arrays[k], self.positions[k]
        number = scalar_constant(array)
        if number is not None:
            return constant(_INT64, lanes, int(number))
        if access is None:
            found = value(array)
        else:
            found = spot.memory.read(access, spot.place, spot.index, lanes, spot.mask if lanes > 1 else None)
        return convert(spot.memory.builder, found, array.dtype, _INT64)


class Test(NamedTuple):
    """Whether a place is inside of a window, by one of its coordinates.

    Attributes:
        coordinate: how it follows from the place.
        start: the least one inside.
        step: from one inside to the next.
        length: how many are inside.
        stride: in the window's values; 0 if their access has it.
    """

    coordinate: Access
    start: int
    step: int
    length: int
    stride: int


@dataclass(frozen=True)
class Window:
    """An assignment through a basic key.

    Attributes:
        node: the assignment.
        values: how what is assigned is read, from inside of the window; None if it is one number.
        tests: all of them hold inside.
        offset: of the first value, in entries.
    """

    node: Node
    values: Access | None
    tests: tuple[Test, ...]
    offset: int

    @property
    def accesses(self) -> tuple[Access, ...]:
        """All that it reads, and its coordinates."""
        return (*self.reads, *(each.coordinate for each in self.tests))

    @property
    def reads(self) -> tuple[Access, ...]:
        """What it reads from memory."""
        return (self.values,) if self.values else ()

    @property
    def kept(self) -> tuple[Access, ...]:
        """What is worth reading once: nothing, as it may be outside."""
        return ()

    def on_axes(self, new: Mapping[Access, Access]) -> "Window":
        """The same with other axes."""
        tests = tuple(each._replace(coordinate=new[each.coordinate]) for each in self.tests)
        return replace(self, values=new[self.values] if self.values else None, tests=tests)

    def emit(self, spot: Spot, value: Values) -> ir.Value:
        """Write the entry from inside or from outside."""
        builder, x = spot.memory.builder, self.node.inputs[0]
        outside = value(x)
        together, apart, steps = self._inside(spot)
        inside = self._read(spot, together, apart, steps) if self.values else value(self.node.inputs[1])
        if self.node.op.name == "index_add":
            inside = emit(builder, spot.target, "add", [outside, inside], [x.dtype, x.dtype], x.dtype)
        for condition in (together, apart):
            inside = inside if condition is None else builder.select(condition, inside, outside)
        return inside

    def _inside(self, spot: Spot) -> tuple[ir.Value | None, ir.Value | None, list[ir.Value]]:
        """Whether all lanes are inside, by coordinates that they share; which lanes, by others; steps to the values."""
        builder = spot.memory.builder
        together: ir.Value | None = None
        apart: ir.Value | None = None
        steps: list[ir.Value] = []
        for test in self.tests:
            inside, step = _tested(spot, test)
            if inside.type.__class__ is ir.VectorType:
                apart = _both(builder, inside, apart)
            else:
                together = _both(builder, inside, together)
            if step is not None:
                steps.append(step)
        return together, apart, steps

    def _read(self, spot: Spot, together: ir.Value | None, apart: ir.Value | None, steps: list[ir.Value]) -> ir.Value:
        """The values, of which nothing is read outside of the window."""
        memory, builder, access, lanes = spot.memory, spot.memory.builder, self.values, spot.lanes
        assert access is not None
        pointer, dtype, stride = memory.pointers[access.source], access.source.dtype, access.strides[spot.axis]
        entry = as_value(spot.entry(access))
        for step in steps:
            entry = entry if step.type != INDEX else builder.add(entry, step)
        if lanes == 1 or (stride == 0 and all(step.type == INDEX for step in steps)):
            entry = entry if together is None else builder.select(together, entry, INDEX(0))
            return load(builder, dtype, pointer, entry, lanes, stride=0)
        mask = _both(builder, apart, spot.mask) if apart is not None else spot.mask
        mask = mask if together is None else _both(builder, splat(builder, together, lanes), mask)
        if all(step.type == INDEX for step in steps):
            return load(builder, dtype, pointer, entry, lanes, stride=memory.sizes(stride), mask=mask)
        entries = builder.add(splat(builder, entry, lanes), spot.along(stride))
        for step in steps:
            entries = entries if step.type == INDEX else builder.add(entries, step)
        return gather(builder, dtype, pointer, entries, mask)


def _tested(spot: Spot, test: Test) -> tuple[ir.Value, ir.Value | None]:
    """Whether the coordinate is inside, and the step to the values if their access has none."""
    memory, builder = spot.memory, spot.memory.builder
    along = test.coordinate.strides[spot.axis]
    lanes = spot.lanes if along else 1
    distance = builder.sub(as_value(spot.entry(test.coordinate)), memory.index(test.start))
    if lanes > 1:
        distance = builder.add(splat(builder, distance, lanes), spot.along(along))
    end = memory.sizes(test.length * test.step)
    inside = builder.icmp_unsigned("<", distance, splat(builder, as_value(end), lanes))
    if test.step == 1:
        return inside, None
    step = constant(_INT64, lanes, test.step)
    turns = builder.udiv(distance, step)
    hits = builder.icmp_unsigned("==", builder.mul(turns, step), distance)
    stride = splat(builder, memory.index(test.stride), lanes)
    return builder.and_(inside, hits), builder.mul(turns, stride)


def _both(builder: ir.IRBuilder, a: ir.Value, b: ir.Value | None) -> ir.Value:
    return a if b is None else builder.and_(a, b)


Elsewhere = Gather | Window


# --- from a plan ----------------------------------------------------------------------------------------------


def reads_elsewhere(plan: Plan, group: Group) -> dict[Node, Elsewhere]:
    """What the nodes of a group read elsewhere, by the node."""
    found: dict[Node, Elsewhere] = {}
    for node in group.nodes:
        if plan.roles[node] == "gather":
            found[node] = _gather(plan, node)
        elif plan.roles[node] == "window":
            found[node] = _window(plan, node)
    return found


def _gather(plan: Plan, node: Node) -> Gather:
    x, *arrays = node.inputs
    key = node.params["key"]
    chosen, trailing = gathered_axes(key), trailing_axes(key)
    view = plan.views[x]
    kept = [stride for axis, stride in enumerate(view.strides) if axis not in chosen]
    before = len(kept) - trailing
    between = node.ndim - len(kept)
    strides = (*kept[:before], *[0] * between, *kept[before:])
    return Gather(
        tuple(arrays),
        Access(x, view.source, view.offset, strides),
        tuple(view.strides[axis] for axis in chosen),
        tuple(x.shape[axis] for axis in chosen),
        tuple(position_access(plan, each, node.shape, trailing) if trailing else None for each in arrays),
    )


def position_access(plan: Plan, array: Node, shape: tuple[int, ...], trailing: int) -> Access | None:
    """How an index array is read that has no axes for the last ones of a shape; None if it is one number."""
    if scalar_constant(array) is not None:
        return None
    view = plan.views[array]
    view = View(view.source, view.shape + (1,) * trailing, view.strides + (0,) * trailing, view.offset)
    return Access.through(array, view.broadcast_to(shape))


def _window(plan: Plan, node: Node) -> Window:
    x, values = node.inputs
    key = node.params["key"]
    view = plan.views[values].broadcast_to(indexed_shape(x.shape, key, ()))
    offset, strides = view.offset, [0] * x.ndim
    tests: list[Test] = []
    for k, each in enumerate(ranges(key, x.shape)):
        stride = 0 if each.axis is None else view.strides[each.axis]
        if each.is_reversed:
            offset, stride = offset + (each.length - 1) * stride, -stride
        if each.step == 1 or each.length == 1:
            strides[k] = stride
            offset -= each.start * stride
        if (each.start, each.length) != (0, x.shape[k]):
            tests.append(_test(node, k, each, stride))
    access = Access(values, view.source, offset, tuple(strides)) if scalar_constant(values) is None else None
    return Window(node, access, tuple(_by_whole_rows(node, tests)), view.offset)


def _test(node: Node, axis: int, each: Range, stride: int) -> Test:
    coordinate = Access(node, node, 0, tuple(int(k == axis) for k in range(node.ndim)))
    if each.step == 1 or each.length == 1:
        return Test(coordinate, each.start, 1, each.length, 0)
    return Test(coordinate, each.start, each.step, each.length, stride)


def _by_whole_rows(node: Node, tests: list[Test]) -> list[Test]:
    """The last test with a coordinate that counts entries, so that the axes behind it can be one with its axis."""
    if not tests or tests[-1].step != 1:
        return tests
    *others, last = tests
    axis = last.coordinate.strides.index(1)
    strides, size = [0] * node.ndim, 1
    for k in range(node.ndim - 1, axis - 1, -1):
        strides[k], size = size, size * node.shape[k]
    row = strides[axis]
    coordinate = replace(last.coordinate, strides=tuple(strides))
    return [*others, Test(coordinate, last.start * row, 1, last.length * row, 0)]
