"""The loops of a product: blocks of columns, tiles of rows, and what becomes of the results.

A tile's sums go through a small buffer on the stack, so that the code that consumes them is written once for tiles of
all sizes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from llvmlite import ir

from chainrule.execute.llvm.control import repeat
from chainrule.execute.llvm.elementary.lanes import Unit
from chainrule.execute.llvm.product.columns import Block, Columns, Kind, vector_unit
from chainrule.execute.llvm.product.dot import emit_dots
from chainrule.execute.llvm.product.kernel import Tile, emit_tile
from chainrule.execute.llvm.product.memory import load, place
from chainrule.execute.llvm.product.operands import Operand, Panels, Slabs
from chainrule.execute.llvm.product.packing import pack_block, pack_slabs
from chainrule.execute.llvm.product.rows import by_height, each_tile
from chainrule.execute.llvm.product.strategy import ROW_BLOCK, Strategy
from chainrule.execute.llvm.sizes import Size, as_value, least, minus, plus, times

__all__ = ["Driver", "Fetch", "Finish"]

Finish = Callable[[ir.IRBuilder, ir.Value, ir.Value, ir.Value, ir.Value | None], None]
Fetch = Callable[[ir.IRBuilder, ir.Value, ir.Value], None]


@dataclass(frozen=True)
class Driver:
    """All that the loops need.

    Attributes:
        unit: vectors along the columns.
        strategy: what is decided.
        a: the first factor.
        b: the second factor.
        rows: the first row, and the one behind the last.
        columns: how they are cut.
        inner: columns of A, rows of B.
        finish: writes what becomes of the results.
        fetch: asks for the memory that ``finish`` needs, or None.
        scratch: room for packed factors.
        room: room for a tile's sums.
        blocks: the first block of columns, and the one behind the last; None for all.
    """

    unit: Unit
    strategy: Strategy
    a: Operand
    b: Operand | Panels
    rows: tuple[Size, Size]
    columns: Columns
    inner: Size
    finish: Finish
    fetch: Fetch | None
    scratch: ir.Value
    room: ir.Value
    blocks: tuple[Size, Size] | None = None

    def emit(self) -> None:
        """Write the loops."""
        if not self.strategy.pack_a:
            self._some_rows(self.a, *self.rows)
            return
        builder = self.unit.builder

        def turn(begin: Size, _: object) -> tuple[()]:
            end = least(builder, plus(builder, begin, ROW_BLOCK), self.rows[1])
            slabs = Slabs(self.scratch, self.a.type, self.inner, begin)
            pack_slabs(self.unit, self.a, slabs, self.strategy.heights, end)
            self._some_rows(slabs, begin, end)
            return ()

        repeat(builder, *self.rows, ROW_BLOCK, (), turn)

    def _some_rows(self, a: Operand | Slabs, begin: Size, end: Size) -> None:
        self.columns.each_block(lambda block: self._block(a, begin, end, block), self.blocks)

    def _block(self, a: Operand | Slabs, begin: Size, end: Size, block: Block) -> None:
        b, mask = self.b, self.columns.mask(block)
        if self.strategy.pack_b and isinstance(self.b, Operand):
            b = Panels(self._behind_slabs(), self.a.type, self.inner, block.begin)
            pack_block(self.columns, block, self.b, b)
        factors = _Factors(a, b)
        self._fetch(block, begin, end)
        each_tile(self.unit.builder, begin, end, lambda i, left: self._tile(factors, block, mask, i, left))

    def _behind_slabs(self) -> ir.Value:
        if not self.strategy.pack_a:
            return self.scratch
        builder = self.unit.builder
        return place(builder, self.a.type, self.scratch, times(builder, self.inner, ROW_BLOCK))

    def _tile(self, factors: "_Factors", block: Block, mask: ir.Value | None, i: Size, left: Size) -> Size:
        builder, heights = self.unit.builder, self.strategy.heights

        def sums(kind: Kind) -> Size:
            return by_height(builder, heights, left, partial(self._sums, factors, block, kind, i))

        self._fetch(block, plus(builder, i, heights[0]), plus(builder, i, left))
        height = self.columns.by_kind(block, sums)
        self._consume(block, mask, i, height)
        return height

    def _sums(self, factors: "_Factors", block: Block, kind: Kind, i: Size, height: int) -> None:
        builder, unit = self.unit.builder, self.unit
        a = factors.a.slab(builder, i, height)
        b = factors.b.panel(builder, block.begin, kind.width * unit.lanes)
        if self.strategy.along_inner:
            emit_dots(unit, height, a, b, self.inner, self.room)
        elif self.strategy.along_rows and height > 1:
            wide = vector_unit(builder, unit.target, a.type, height)
            tile = Tile(1, height // wide.lanes, False)
            emit_tile(wide, tile, b.transposed, a.transposed, self.inner, 0, self.room)
        else:
            special = self.strategy.special and height == self.strategy.heights[0]
            tile = Tile(height, kind.width, kind.masked and isinstance(factors.b, Operand), special)
            last = minus(builder, block.left, (kind.width - 1) * unit.lanes) if tile.masked else 0
            emit_tile(unit, tile, a, b, self.inner, last, self.room)

    def _fetch(self, block: Block, begin: Size, end: Size) -> None:
        """Ask for what the consumer of the tile that begins there needs, one tile before: so much takes its time."""
        fetch, builder, unit = self.fetch, self.unit.builder, self.unit
        if fetch is None or not self.strategy.special:
            return
        columns = [plus(builder, block.begin, v * unit.lanes) for v in range(self.columns.kinds[0].width)]

        def row(i: Size, _: object) -> tuple[()]:
            for j in columns:
                fetch(builder, as_value(i), as_value(j))
            return ()

        repeat(builder, begin, least(builder, plus(builder, begin, self.strategy.heights[0]), end), 1, (), row)

    def _consume(self, block: Block, mask: ir.Value | None, i: Size, height: Size) -> None:
        builder, unit, columns = self.unit.builder, self.unit, self.columns

        def vector(r: Size, v: Size, mask: ir.Value | None) -> tuple[()]:
            number = plus(builder, times(builder, r, block.width), v)
            value = load(unit, place(builder, unit.type, self.room, times(builder, number, unit.lanes)))
            j = plus(builder, block.begin, times(builder, v, unit.lanes))
            self.finish(builder, as_value(plus(builder, i, r)), as_value(j), value.value, mask)
            return ()

        def row(r: Size, _: object) -> tuple[()]:
            full = columns.full(block)
            repeat(builder, 0, full, 1, (), lambda v, _: vector(r, v, None))
            if mask is not None:
                columns.if_masked(block, lambda: vector(r, full, mask))
            return ()

        repeat(builder, 0, height, 1, (), row)


@dataclass(frozen=True)
class _Factors:
    """Both factors, as they are or packed."""

    a: Operand | Slabs
    b: Operand | Panels
