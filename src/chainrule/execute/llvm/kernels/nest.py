"""The loops of a kernel without a matrix product: entry by entry, and reductions along some of the axes.

The innermost axis goes by vectors. If it is reduced, a vector of partial results runs along it and its lanes are joined
at the end; if it is kept, several vectors of results stand side by side while the reduced axes go by.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from llvmlite import ir

from chainrule.execute.llvm.control import counted
from chainrule.execute.llvm.kernels.axes import Access, Axes, tiled_axis
from chainrule.execute.llvm.kernels.body import evaluate
from chainrule.execute.llvm.kernels.elsewhere import Elsewhere, Spot
from chainrule.execute.llvm.kernels.memory import Memory, Place, scalar_constant
from chainrule.execute.llvm.reductions import BLOCK, CHAINS, Accumulator
from chainrule.execute.llvm.registers import INDEX, constant, tail_mask
from chainrule.execute.llvm.sizes import Size, as_value, plus, times
from chainrule.execute.llvm.targets import Target
from chainrule.graph import Node
from chainrule.transforms.rows import ROWS

__all__ = ["Nest"]

_TILE = 16  # entries of a tiled axis; at least a line of the cache
_MANY = 1000  # rows
_ALL_AT_ONCE = 8  # vectors of a short row of results
_SIDE_BY_SIDE = 4  # vectors of results at once, which hide the latency of an addition

Entries = Mapping[Access, Size]
Partial = Mapping[Node, Accumulator]


@dataclass(frozen=True)
class Nest:
    """What a kernel does, and on which axes.

    Attributes:
        target: the processor.
        memory: what it reads and writes.
        axes: of the loops.
        nodes: elementwise, in order.
        reads: where the values come from that are not among the nodes.
        writes: where values go.
        reductions: the reductions, and where their results go.
        positions: of those that answer with a position, how it follows from the place.
        bounds: the range of the first kept axis, or None for all of it.
        lanes: numbers in a vector.
        elsewhere: what nodes read at other places than their own.
    """

    target: Target
    memory: Memory
    axes: Axes
    nodes: Sequence[Node]
    reads: Mapping[Node, Access]
    writes: Mapping[Node, Access]
    reductions: Mapping[Node, Access]
    positions: Mapping[Node, Access]
    bounds: tuple[Size, Size] | None
    lanes: int
    elsewhere: Mapping[Node, Elsewhere]

    @property
    def inner(self) -> int:
        """The innermost axis."""
        return len(self.axes.lengths) - 1

    @property
    def outer(self) -> list[int]:
        """The kept axes outside of the innermost one."""
        return [k for k in range(self.inner) if not self.axes.reduced[k]]

    @property
    def reduced(self) -> list[int]:
        """The reduced axes outside of the innermost one."""
        return [k for k in range(self.inner) if self.axes.reduced[k]]

    @property
    def units(self) -> int:
        """The length of the first kept axis."""
        return next((self.axes.lengths[k] for k in (*self.outer, self.inner) if not self.axes.reduced[k]), 1)

    def emit(self) -> None:
        """Write the kernel."""
        entries = self.memory.start(self.axes.accesses)
        side_by_side = self.reductions and not self.axes.reduced[self.inner]
        self._loops(self.outer, entries, self._columns if side_by_side else self._row)

    def _loops(self, axes: Sequence[int], entries: Entries, body: Callable[[Entries], None]) -> None:
        if not axes:
            body(entries)
            return
        builder = self.memory.builder
        start, stop = self._range(axes[0])
        if axes[0] == self._tiled:
            start = self._tiles(axes, entries, start, stop)
        with counted(builder, start, stop) as index:
            self._loops(axes[1:], self.memory.step(entries, axes[0], index), body)

    @cached_property
    def _tiled(self) -> int | None:
        return None if any(n % ROWS == 0 for n in self.axes.lengths) else tiled_axis(self.axes)

    def _tiles(self, axes: Sequence[int], entries: Entries, start: Size, stop: Size) -> Size:
        """Go along an axis by a few entries for each vector of the innermost one; return where that ended."""
        builder, memory = self.memory.builder, self.memory
        size = builder.sub(as_value(stop), as_value(start))
        end = builder.add(as_value(start), builder.and_(size, INDEX(-_TILE)))

        def body(entries: Entries) -> None:
            def vector(index: Size, mask: ir.Value | None) -> None:
                with counted(builder, 0, _TILE, name="tile") as k:
                    self._entry(Place(memory.step(entries, axes[0], k), self.inner, {}), index, mask, {})

            self._by_vectors(*self._range(self.inner), 1, vector)

        with counted(builder, start, end, _TILE) as index:
            self._loops(axes[1:], memory.step(entries, axes[0], index), body)
        return end

    def _range(self, axis: int) -> tuple[Size, Size]:
        first_kept = next((k for k in (*self.outer, self.inner) if not self.axes.reduced[k]), None)
        if axis == first_kept and self.bounds is not None:
            return self.bounds
        return 0, self.memory.sizes(self.axes.lengths[axis])

    # --- the innermost axis is reduced, or nothing is -----------------------------------------------------------

    def _row(self, entries: Entries) -> None:
        """All results that belong to one place of the outer axes."""
        partial = self._partial(CHAINS)
        if not partial:
            self._vectors(entries, *self._range(self.inner), partial)
            return
        for node, each in partial.items():
            each.start(as_value(entries[self.positions[node]]) if node in self.positions else None)
        self._along_reduced(self.reduced, entries, partial)
        for node, each in partial.items():
            self.memory.write(self.reductions[node], Place(entries, None, {}), 0, each.finish(), None)

    def _along_reduced(self, axes: Sequence[int], entries: Entries, partial: Partial) -> None:
        if axes:
            with counted(self.memory.builder, *self._range(axes[0])) as index:
                self._along_reduced(axes[1:], self.memory.step(entries, axes[0], index), partial)
            return
        self._in_blocks(
            self.inner,
            BLOCK * self.lanes,
            list(partial.values()),
            lambda start, stop: self._vectors(entries, start, stop, partial),
        )

    def _in_blocks(
        self, axis: int, size: int, accumulators: Sequence[Accumulator], body: Callable[[Size, Size], None]
    ) -> None:
        """Go along a reduced axis; if it is long, in blocks, so that sums stay accurate."""
        builder, length = self.memory.builder, self.axes.lengths[axis]
        if length <= size:
            body(0, length)
            return
        stop = as_value(self.memory.sizes(length))
        with counted(builder, 0, builder.add(stop, INDEX(size - 1)), size, "block") as start:
            end = builder.add(start, INDEX(size))
            body(start, builder.select(builder.icmp_signed("<", end, stop), end, stop))
            for each in accumulators:
                each.close_block()

    def _vectors(self, entries: Entries, start: Size, stop: Size, partial: Partial) -> None:
        """Go along the innermost axis by vectors, several at once if they are added up; a mask cuts off the last."""
        fixed = self._fixed(entries)
        place = Place(entries, self.inner, fixed)

        def vector(index: Size, mask: ir.Value | None) -> None:
            self._entry(place, index, mask, partial)

        self._by_vectors(start, stop, CHAINS if partial else 1, vector)

    def _by_vectors(self, start: Size, stop: Size, count: int, vector: Callable[[Size, ir.Value | None], None]) -> None:
        """So many vectors at once while there are as many, then one after the other; a mask cuts off the last."""
        if count > 1:
            start = self._whole_vectors(start, stop, count, lambda index: vector(index, None))
        start = self._whole_vectors(start, stop, 1, lambda index: vector(index, None))
        if isinstance(start, int) and isinstance(stop, int):
            if start < stop:
                vector(start, self._mask(start, stop))
        elif self.lanes > 1:
            with self.memory.builder.if_then(self._is_below(start, stop)):
                vector(start, self._mask(start, stop))

    def _whole_vectors(self, start: Size, stop: Size, count: int, body: Callable[[Size], None]) -> Size:
        """Go on while so many vectors fill up; return where that ended."""
        builder, step = self.memory.builder, self.lanes * count
        if isinstance(start, int) and isinstance(stop, int):
            end: Size = start + (stop - start) // step * step
            if end == start:
                return start
        else:
            size = builder.sub(as_value(stop), as_value(start))
            end = builder.add(as_value(start), builder.and_(size, INDEX(-step)))
        with counted(builder, start, end, step) as index:
            for k in range(count):
                body(plus(builder, index, k * self.lanes))
        return end

    def _is_below(self, start: Size, stop: Size) -> ir.Value:
        return self.memory.builder.icmp_signed("<", as_value(start), as_value(stop))

    def _mask(self, start: Size, stop: Size) -> ir.Value | None:
        if self.lanes == 1:
            return None
        builder = self.memory.builder
        return tail_mask(builder, builder.sub(as_value(stop), as_value(start)), self.lanes)

    # --- the innermost axis is kept, others are reduced ---------------------------------------------------------

    def _columns(self, entries: Entries) -> None:
        """Results side by side along the innermost axis, several vectors of them."""
        start, stop = self._range(self.inner)
        length = self.axes.lengths[self.inner]
        if not self._is_tall:
            self._some_columns(entries, start, stop)
            return
        builder = self.memory.builder
        is_all = builder.icmp_signed("==", builder.sub(as_value(stop), as_value(start)), INDEX(length))
        with builder.if_else(is_all) as (then, otherwise):
            with then:
                self._all_columns(entries, length)
            with otherwise:
                self._some_columns(entries, start, stop)

    @property
    def _is_tall(self) -> bool:
        """Are there many rows of few columns?"""
        length = self.axes.lengths[self.inner]
        rows = [self.axes.lengths[k] for k in self.reduced]
        return length % ROWS != 0 and self.lanes < length <= _ALL_AT_ONCE * self.lanes and max(rows, default=0) >= _MANY

    def _some_columns(self, entries: Entries, start: Size, stop: Size) -> None:
        start = self._whole_vectors_at_once(entries, start, stop)
        start = self._whole_vectors(start, stop, 1, lambda index: self._side_by_side(entries, [index], [None]))
        if isinstance(start, int) and isinstance(stop, int) and start >= stop:
            return
        if self.lanes > 1:
            with self.memory.builder.if_then(self._is_below(start, stop)):
                self._side_by_side(entries, [start], [self._mask(start, stop)])

    def _all_columns(self, entries: Entries, length: int) -> None:
        """All results of a short axis, so that memory is read once, row after row."""
        starts = list(range(0, length, self.lanes))
        masks = [self._mask(start, length) if start + self.lanes > length else None for start in starts]
        self._side_by_side(entries, starts, masks)

    def _whole_vectors_at_once(self, entries: Entries, start: Size, stop: Size) -> Size:
        builder, step = self.memory.builder, self.lanes * _SIDE_BY_SIDE
        length = self.axes.lengths[self.inner]
        if length % ROWS and length < step:
            return start
        size = builder.sub(as_value(stop), as_value(start))
        end = builder.add(as_value(start), builder.and_(size, INDEX(-step)))
        with counted(builder, start, end, step) as index:
            places = [plus(builder, index, k * self.lanes) for k in range(_SIDE_BY_SIDE)]
            self._side_by_side(entries, places, [None] * len(places))
        return end

    def _side_by_side(self, entries: Entries, places: Sequence[Size], masks: Sequence[ir.Value | None]) -> None:
        """The results at some places, each for a vector."""
        partials = [self._partial(1) for _ in places]
        every = {(k, node): each for k, partial in enumerate(partials) for node, each in partial.items()}
        for each in every.values():
            each.start()

        def rows(start: Size, stop: Size) -> None:
            with counted(self.memory.builder, start, stop, name="row") as index:
                self._down(self.reduced[1:], self.memory.step(entries, self.reduced[0], index), places, masks, partials)

        if self.reduced:
            self._in_blocks(self.reduced[0], BLOCK // CHAINS, list(every.values()), rows)
        else:  # all reduced axes have length 1
            self._down([], entries, places, masks, partials)
        for index, mask, partial in zip(places, masks, partials, strict=True):
            for node, each in partial.items():
                result = each.finish(join_lanes=False)
                self.memory.write(self.reductions[node], Place(entries, self.inner, {}), index, result, mask)

    def _down(
        self,
        axes: Sequence[int],
        entries: Entries,
        places: Sequence[Size],
        masks: Sequence[ir.Value | None],
        partials: Sequence[Partial],
    ) -> None:
        if axes:
            with counted(self.memory.builder, *self._range(axes[0])) as index:
                self._down(axes[1:], self.memory.step(entries, axes[0], index), places, masks, partials)
            return
        fixed = self._fixed(entries)
        for index, mask, partial in zip(places, masks, partials, strict=True):
            self._entry(Place(entries, self.inner, fixed), index, mask, partial)

    # --- at one place -------------------------------------------------------------------------------------------

    def _fixed(self, entries: Entries) -> Mapping[Access, ir.Value]:
        """What stays the same along the innermost axis."""
        kept = [access for each in self.elsewhere.values() for access in each.kept]
        return self.memory.fixed(entries, self.inner, [*self.reads.values(), *kept])

    def _partial(self, chains: int) -> Partial:
        builder, target, lanes = self.memory.builder, self.target, self.lanes
        return {
            node: Accumulator(builder, target, node.op.name, node.inputs[0].dtype, lanes, chains)
            for node in self.reductions
        }

    def _entry(self, place: Place, index: Size, mask: ir.Value | None, partial: Partial) -> None:
        """One vector: compute, write, and hand it to the reductions."""
        memory = self.memory

        def read(node: Node) -> ir.Value:
            return memory.read(self.reads[node], place, index, self.lanes, mask)

        spot = Spot(self.target, memory, place, index, self.lanes, mask)
        values = evaluate(spot, self.nodes, read, self.elsewhere)
        for node, access in self.writes.items():
            memory.write(access, place, index, self._value(node, values, read), mask)
        for node, each in partial.items():
            position = None
            if node in self.positions:
                step = self.memory.sizes(self.positions[node].strides[self.inner])
                along = times(memory.builder, index, step)
                position = as_value(plus(memory.builder, place.entries[self.positions[node]], along))
            each.take(self._value(node.inputs[0], values, read), mask=mask, position=position)

    def _value(self, node: Node, values: Mapping[Node, ir.Value], read: Callable[[Node], ir.Value]) -> ir.Value:
        """The value that was computed, or else is a number, or is to be read."""
        if node in values:
            return values[node]
        number = scalar_constant(node)
        return read(node) if number is None else constant(node.dtype, self.lanes, number)
