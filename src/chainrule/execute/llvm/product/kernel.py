"""The innermost loops of a product: one tile, its sums in registers.

A tile that takes many steps is a function of its own, which all products of a module share: it is compiled once. Where
much is computed it has strides of its own in its name: then LLVM sees that they are always the same and builds them in,
which makes the loop 3 to 6 % faster. Such a tile also asks for the lines of the second factor some steps before it
reads them: they come from a farther cache, or from that of another core.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from llvmlite import ir

from chainrule.execute.llvm.control import repeat
from chainrule.execute.llvm.elementary.lanes import Lanes, Unit, multiply_add
from chainrule.execute.llvm.product.memory import POINTER, fetch, first_lanes, load, place, scalar_of, splat, store
from chainrule.execute.llvm.product.operands import Operand
from chainrule.execute.llvm.product.shared import shared_function
from chainrule.execute.llvm.sizes import INDEX, Size, as_value, times

__all__ = ["Tile", "emit_tile"]

_AHEAD = 16  # steps; in their time a line comes from another core
_STRAIGHT = 64  # as many multiplications of vectors are written one after the other, where they are needed
Values = Sequence[ir.Value]


@dataclass(frozen=True)
class Tile:
    """Some rows and vectors of columns of a product.

    Attributes:
        height: number of rows.
        width: number of vectors.
        masked: the last vector may have lanes that do not exist.
        special: the tile is worth code for its strides alone, and fetches ahead.
    """

    height: int
    width: int
    masked: bool
    special: bool = False

    @property
    def size(self) -> int:
        """How many sums it has, in vectors."""
        return self.height * self.width


def emit_tile(unit: Unit, tile: Tile, a: Operand, b: Operand, inner: Size, columns: Size, room: ir.Value) -> None:
    """Store the sums over k of a[i, k] b[k, j] row by row in ``room``, for the rows and columns where a and b begin.

    Each sum is one chain of multiplications and additions in the order of k, however the tile is made. ``columns`` says
    how many columns exist, for a tile that is masked.
    """
    if isinstance(inner, int) and inner * tile.size <= _STRAIGHT:
        _store_sums(unit, tile, _Steps(unit, tile, a, b, columns).straight(inner), room)
        return
    sizes = [as_value(each) for each in (a.row, a.column, b.row, inner, columns)]
    unit.builder.call(_function(unit, tile, (a.row, a.column, b.row)), [a.pointer, b.pointer, room, *sizes])


def _store_sums(unit: Unit, tile: Tile, sums: Values, room: ir.Value) -> None:
    for number, each in enumerate(sums):
        store(unit, Lanes(unit, each), place(unit.builder, unit.type, room, number * unit.lanes))


def _function(unit: Unit, tile: Tile, strides: Sequence[Size]) -> ir.Function:
    """``void tile(a, b, room, a.row, a.column, b.row, inner, columns)``; b's columns lie side by side."""
    type = scalar_of(unit.type)

    def body(inside: Unit, arguments: Sequence[ir.Value]) -> None:
        a, b, room, a_row, a_column, b_row, inner, columns = arguments
        steps = _Steps(inside, tile, Operand(a, type, a_row, a_column), Operand(b, type, b_row, 1), columns)
        _store_sums(inside, tile, steps.loop(inner), room)

    mask = "masked." if tile.masked else ""
    special = tile.special and all(isinstance(each, int) for each in strides)
    own = ".".join(map(str, strides)) + "." if special else ""
    name = f"tile.{tile.height}x{tile.width}.{mask}{own}{unit.suffix()}"
    return shared_function(unit, name, [POINTER] * 3 + [INDEX] * 5, body)


class _Steps:
    """The steps along the inner direction of a tile."""

    def __init__(self, unit: Unit, tile: Tile, a: Operand, b: Operand, columns: Size) -> None:
        self._unit, self._tile, self._a, self._b = unit, tile, a, b
        self._below = [times(unit.builder, r, a.row) for r in range(tile.height)]
        last = first_lanes(unit, columns) if tile.masked else None
        self._masks = [None] * (tile.width - 1) + [last]
        self._zeros: Values = [unit.number(0.0).value] * tile.size

    def straight(self, inner: int) -> Values:
        """One after the other, without a loop."""
        sums = self._zeros
        for k in range(inner):
            sums = self._step(k, sums)
        return sums

    def loop(self, inner: ir.Value) -> Values:
        """One in each turn: its many independent sums keep the processor busy."""
        return repeat(self._unit.builder, 0, inner, 1, self._zeros, self._step)

    def _step(self, k: Size, sums: Values) -> Values:
        unit, builder, width = self._unit, self._unit.builder, self._tile.width
        a, b = self._a.moved(builder, 0, k), self._b.moved(builder, k, 0)
        if self._tile.special:
            for v in range(width):
                fetch(builder, b.entry(builder, _AHEAD, v * unit.lanes))
        row = [load(unit, b.entry(builder, 0, v * unit.lanes), mask) for v, mask in enumerate(self._masks)]
        results: list[ir.Value] = []
        for r, below in enumerate(self._below):
            x = splat(unit, place(builder, a.type, a.pointer, below))
            results += [multiply_add(x, row[v], Lanes(unit, sums[r * width + v])).value for v in range(width)]
        return results
