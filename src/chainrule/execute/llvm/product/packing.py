"""Packing: the second factor copied into panels, so that the innermost loop reads it in the order in which it lies.

Columns that lie side by side are copied as vectors. Rows that lie side by side, as in a transposed matrix, are turned
in registers: a few numbers (16 bytes) of each column are loaded into the pieces of a few registers and exchanged
within the pieces. What lies otherwise is copied number by number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llvmlite import ir

from chainrule.execute.llvm.control import repeat
from chainrule.execute.llvm.elementary.lanes import Lanes, Unit
from chainrule.execute.llvm.product.columns import Block, Columns, Kind, vector_unit
from chainrule.execute.llvm.product.memory import POINTER, first_lanes, load, store
from chainrule.execute.llvm.product.operands import Operand, Panels, Slabs
from chainrule.execute.llvm.product.rows import by_height, each_tile
from chainrule.execute.llvm.product.shared import shared_function
from chainrule.execute.llvm.sizes import INDEX, Size, as_value, least, minus, plus

__all__ = ["pack_block", "pack_slabs"]

_PIECE = 16  # bytes


def pack_block(columns: Columns, block: Block, b: Operand, panels: Panels) -> None:
    """Copy a block of columns of b, all its rows.

    Lanes beyond the last column get any numbers: nobody looks at what becomes of them.
    """
    unit, builder = columns.unit, columns.unit.builder

    def pack(kind: Kind) -> Size:
        panel = panels.panel(builder, block.begin, kind.width * unit.lanes)
        _pack(unit, kind.width, b.moved(builder, 0, block.begin), panel, block.left, panels.inner)
        return 0

    columns.by_kind(block, pack)


def pack_slabs(unit: Unit, a: Operand, slabs: Slabs, heights: Sequence[int], end: Size) -> None:
    """Copy rows of a, from the first one of the slabs to ``end``, all columns.

    Heights need not fill vectors: the last vector of a column reaches into the next one, which is written after it, and
    at the very end into the room for panels.
    """
    builder = unit.builder

    def tile(i: Size, left: Size) -> Size:
        def pack(height: int) -> None:
            vectors = vector_unit(builder, unit.target, a.type, height)
            goal = slabs.slab(builder, i, height).transposed
            width = -(-height // vectors.lanes)
            _pack(vectors, width, a.moved(builder, i, 0).transposed, goal, height, slabs.inner)

        return by_height(builder, heights, left, pack)

    each_tile(builder, slabs.first, end, tile)


def _pack(unit: Unit, width: int, b: Operand, goal: Operand, columns: Size, inner: Size) -> None:
    """Call ``void pack(b, goal, b.row, b.column, goal.row, columns, inner)``, which copies all rows of some vectors."""

    def body(inside: Unit, arguments: Sequence[ir.Value]) -> None:
        source, pointer, row, column, goal_row, columns, inner = arguments
        panel = _Panel(inside, b.elsewhere(source, row, column), Operand(pointer, b.type, goal_row, 1), columns, inner)
        panel.copy(width)

    function = shared_function(unit, f"pack.{width}.{b.layout}.{unit.suffix()}", [POINTER] * 2 + [INDEX] * 5, body)
    sizes = (b.row, b.column, goal.row, columns, inner)
    unit.builder.call(function, [b.pointer, goal.pointer, *map(as_value, sizes)])


@dataclass(frozen=True)
class _Panel:
    """Some vectors of columns to be copied."""

    unit: Unit
    source: Operand
    goal: Operand
    columns: ir.Value
    inner: ir.Value

    def copy(self, width: int) -> None:
        """Write the loops."""
        if self.source.layout.endswith("1"):
            self._rows(width)
            return
        builder, lanes = self.unit.builder, self.unit.lanes
        turns = self.source.layout == "1s" and lanes * self.unit.format.bits // 8 >= _PIECE

        def vector(j: Size, _: Any) -> tuple[()]:
            source, goal = self.source.moved(builder, 0, j), self.goal.moved(builder, 0, j)
            part = replace(self, source=source, goal=goal, columns=minus(builder, self.columns, j))
            if turns:
                part._turned()
            else:
                part._gathered()
            return ()

        repeat(builder, 0, width * lanes, lanes, (), vector)

    def _rows(self, width: int) -> None:
        """Vector by vector."""
        unit, builder = self.unit, self.unit.builder
        last = (width - 1) * unit.lanes
        mask = first_lanes(unit, minus(builder, self.columns, last)) if unit.is_vector else None

        def row(k: Size, _: Any) -> tuple[()]:
            for j in range(0, width * unit.lanes, unit.lanes):
                value = load(unit, self.source.entry(builder, k, j), mask if j == last else None)
                store(unit, value, self.goal.entry(builder, k, j))
            return ()

        repeat(builder, 0, self.inner, 1, (), row)

    def _gathered(self) -> None:
        """Number by number."""
        builder = self.unit.builder
        scalar = replace(self.unit, type=self.goal.type)

        def row(k: Size, _: Any) -> tuple[()]:
            def entry(lane: Size, _: Any) -> tuple[()]:
                value = load(scalar, self.source.entry(builder, k, lane))
                store(scalar, value, self.goal.entry(builder, k, lane))
                return ()

            repeat(builder, 0, least(builder, self.columns, self.unit.lanes), 1, (), entry)
            return ()

        repeat(builder, 0, self.inner, 1, (), row)

    def _turned(self) -> None:
        """Rows in groups of as many as a piece holds; the last group overlaps the one before it."""
        unit, builder = self.unit, self.unit.builder
        size = _PIECE * 8 // unit.format.bits
        end = minus(builder, self.columns, 1)
        tops = [self.source.moved(builder, 0, least(builder, lane, end)) for lane in range(unit.lanes)]
        last = minus(builder, self.inner, size)

        def group(k: Size, _: Any) -> tuple[()]:
            begin = least(builder, k, last)
            for t, value in enumerate(_transposed(unit, [each.entry(builder, begin, 0) for each in tops], size)):
                store(unit, value, self.goal.entry(builder, plus(builder, begin, t), 0))
            return ()

        with builder.if_else(builder.icmp_signed(">=", last, as_value(0))) as (then, otherwise):
            with then:
                repeat(builder, 0, self.inner, size, (), group)
            with otherwise:
                self._gathered()


def _transposed(unit: Unit, places: list[ir.Value], size: int) -> list[Lanes]:
    """``size`` vectors: the t-th holds the t-th number of every place."""
    builder = unit.builder
    piece = replace(unit, type=ir.VectorType(unit.type.element, size))
    registers = [_joined(builder, [load(piece, each).value for each in places[s::size]]) for s in range(size)]
    for _ in range(size.bit_length() - 1):
        registers = [_zipped(builder, *pair, size, part) for pair in _halves(registers) for part in (0, size // 2)]
    return [Lanes(unit, each) for each in registers]


def _halves(values: list[ir.Value]) -> Iterable[tuple[ir.Value, ir.Value]]:
    middle = len(values) // 2
    return zip(values[:middle], values[middle:], strict=True)


def _joined(builder: ir.IRBuilder, pieces: list[ir.Value]) -> ir.Value:
    """Vectors one behind the other."""
    while len(pieces) > 1:
        pairs = zip(pieces[::2], pieces[1::2], strict=True)
        pieces = [_shuffled(builder, low, high, range(2 * low.type.count)) for low, high in pairs]
    return pieces[0]


def _zipped(builder: ir.IRBuilder, x: ir.Value, y: ir.Value, size: int, part: int) -> ir.Value:
    """In each piece of ``size`` numbers: half of x's numbers, from ``part`` on, in turn with those of y."""
    count = x.type.count
    return _shuffled(
        builder, x, y, (k + part + t + c for k in range(0, count, size) for t in range(size // 2) for c in (0, count))
    )


def _shuffled(builder: ir.IRBuilder, low: ir.Value, high: ir.Value, order: Any) -> ir.Value:
    lanes = list(order)
    return builder.shuffle_vector(low, high, ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes))
