"""A kernel for running sums and products: along the axis one entry after the other, as NumPy does it.

Along other axes the entries go by vectors, if one of them is innermost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from llvmlite import ir

from chainrule.execute.llvm.control import counted
from chainrule.execute.llvm.conversion import convert
from chainrule.execute.llvm.elementwise import emit
from chainrule.execute.llvm.kernels.axes import Access, Axes, collapsed
from chainrule.execute.llvm.kernels.memory import Memory, Place
from chainrule.execute.llvm.registers import INDEX, tail_mask
from chainrule.execute.llvm.sizes import Size, as_value
from chainrule.execute.llvm.targets import Target
from chainrule.graph import Node
from chainrule.transforms.fuse import Plan
from chainrule.transforms.views import stored_view

__all__ = ["SCANS", "Scan"]

SCANS = {"cumsum": "add", "cumprod": "multiply"}

Entries = Mapping[Access, Size]


@dataclass(frozen=True)
class Scan:
    """A running reduction.

    Attributes:
        node: which.
        read: where the entries come from.
        write: where the results go.
        axes: of the loops; the one marked as reduced is that of the node.
    """

    node: Node
    read: Access
    write: Access
    axes: Axes

    @classmethod
    def of(cls, plan: Plan, node: Node) -> "Scan":
        """What a node of a plan does."""
        accesses = (Access.through(node.inputs[0], plan.views[node.inputs[0]]), Access.through(node, stored_view(node)))
        along = tuple(k == node.params["axis"] for k in range(node.ndim))
        axes = collapsed(Axes(node.shape, along, accesses))
        if True not in axes.reduced:  # the axis has one entry
            strides = ((*each.strides, 0) for each in axes.accesses)
            moved = tuple(
                Access(each.node, each.source, each.offset, s) for each, s in zip(axes.accesses, strides, strict=True)
            )
            axes = Axes((*axes.lengths, 1), (*axes.reduced, True), moved)
        read, write = axes.accesses
        return cls(node, read, write, axes)

    @property
    def axis(self) -> int:
        """The axis along which it runs."""
        return self.axes.reduced.index(True)

    @property
    def inner(self) -> int:
        """The innermost axis."""
        return len(self.axes.lengths) - 1

    @property
    def units(self) -> int:
        """The length of the first other axis."""
        return next((n for k, n in enumerate(self.axes.lengths) if k != self.axis), 1)

    def emit(self, memory: Memory, target: Target, bounds: tuple[Size, Size]) -> None:
        """Write the kernel, for a range of the first other axis."""
        _Loops(self, memory, target, bounds).emit()


@dataclass(frozen=True)
class _Loops:
    scan: Scan
    memory: Memory
    target: Target
    bounds: tuple[Size, Size]

    def emit(self) -> None:
        scan = self.scan
        outer = [k for k in range(scan.inner) if k != scan.axis]
        body = self._running if scan.axis == scan.inner else self._row_by_row
        self._others(outer, self.memory.start(scan.axes.accesses), body)

    def _others(self, axes: list[int], entries: Entries, body: Callable[[Entries], None]) -> None:
        if not axes:
            body(entries)
            return
        with counted(self.memory.builder, *self._range(axes[0])) as index:
            self._others(axes[1:], self.memory.step(entries, axes[0], index), body)

    def _range(self, axis: int) -> tuple[Size, Size]:
        first = 1 if self.scan.axis == 0 else 0
        return self.bounds if axis == first else (0, self._length(axis))

    def _length(self, axis: int) -> Size:
        return self.memory.sizes(self.scan.axes.lengths[axis])

    def _running(self, entries: Entries) -> None:
        """The axis is innermost: the last result stays in a register."""
        scan, memory, builder = self.scan, self.memory, self.memory.builder
        place = Place(entries, scan.inner, {})
        first = self._entry(place, INDEX(0), 1, None)
        with builder.goto_entry_block():
            last = builder.alloca(first.type)
        builder.store(first, last)
        memory.write(scan.write, place, INDEX(0), first, None)
        with counted(builder, 1, self._length(scan.axis)) as index:
            before = builder.load(last, typ=first.type)
            after = self._joined(before, self._entry(place, index, 1, None))
            builder.store(after, last)
            memory.write(scan.write, place, index, after, None)

    def _row_by_row(self, entries: Entries) -> None:
        """Another axis is innermost: each row is added to the one before."""
        scan, memory, builder = self.scan, self.memory, self.memory.builder
        place = Place(entries, scan.inner, {})

        def copy(index: Size, lanes: int, mask: ir.Value | None) -> None:
            memory.write(scan.write, place, index, self._entry(place, index, lanes, mask), mask)

        self._by_vectors(copy)
        with counted(builder, 1, self._length(scan.axis)) as row:
            before = Place(memory.step(entries, scan.axis, builder.sub(row, INDEX(1))), scan.inner, {})
            after = Place(memory.step(entries, scan.axis, row), scan.inner, {})

            def add(index: Size, lanes: int, mask: ir.Value | None) -> None:
                result = memory.read(scan.write, before, index, lanes, mask)
                result = self._joined(result, self._entry(after, index, lanes, mask))
                memory.write(scan.write, after, index, result, mask)

            self._by_vectors(add)

    def _by_vectors(self, body: Callable[[Size, int, ir.Value | None], None]) -> None:
        builder, lanes = self.memory.builder, self._lanes
        start, stop = self._range(self.scan.inner)
        size = builder.sub(as_value(stop), as_value(start))
        end = builder.add(as_value(start), builder.and_(size, INDEX(-lanes)))
        with counted(builder, start, end, lanes) as index:
            body(index, lanes, None)
        if lanes > 1:
            rest = builder.sub(as_value(stop), end)
            with builder.if_then(builder.icmp_signed(">", rest, INDEX(0))):
                body(end, lanes, tail_mask(builder, rest, lanes))

    @property
    def _lanes(self) -> int:
        return self.target.lanes(max(self.scan.node.dtype.itemsize, 4))

    def _entry(self, place: Place, index: Size, lanes: int, mask: ir.Value | None) -> ir.Value:
        """Entries of what is read, in the dtype of the result."""
        found = self.memory.read(self.scan.read, place, index, lanes, mask)
        return convert(self.memory.builder, found, self.scan.read.node.dtype, self.scan.node.dtype)

    def _joined(self, before: ir.Value, entry: ir.Value) -> ir.Value:
        dtype = self.scan.node.dtype
        op = SCANS[self.scan.node.op.name]
        return emit(self.memory.builder, self.target, op, [before, entry], [dtype, dtype], dtype)
