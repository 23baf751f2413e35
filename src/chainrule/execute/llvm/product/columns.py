"""How the columns of a product are cut: blocks of a few vectors, of at most two widths."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from llvmlite import ir

from chainrule.execute.llvm.control import choose, count_up
from chainrule.execute.llvm.elementary.lanes import Unit
from chainrule.execute.llvm.product.memory import first_lanes
from chainrule.execute.llvm.sizes import Size, as_value, least, minus, plus, quotient, times
from chainrule.execute.llvm.targets import Target

__all__ = ["FLAT", "WIDEST", "Block", "Columns", "Kind", "vector_unit"]

WIDEST = 2  # vectors of a block
FLAT = 8  # vectors of a block for few rows: a long way along each row of the second factor, which is read but once


@dataclass(frozen=True)
class Kind:
    """Blocks that one piece of code serves.

    Attributes:
        width: vectors in a block.
        end: column where the last block of the kind ends, its last vector counted as full.
        masked: the last vector may have lanes beyond the last column.
    """

    width: int
    end: Size
    masked: bool


@dataclass(frozen=True)
class Block:
    """One block of columns while the code runs.

    Attributes:
        begin: its first column.
        first: whether it is of the first kind.
        width: its vectors.
        left: columns from its first one to the last one of the matrix.
    """

    begin: Size
    first: ir.Value
    width: Size
    left: Size


@dataclass(frozen=True)
class Columns:
    """All columns.

    Attributes:
        unit: the vectors.
        count: number of columns.
        kinds: one or two kinds of blocks, the first kind before the second; none without columns.
    """

    unit: Unit
    count: Size
    kinds: tuple[Kind, ...]

    @staticmethod
    def of(unit: Unit, count: Size, widest: int = WIDEST) -> "Columns":
        """Cut into blocks of nearly the same width; with a number not known, of full width and of one vector."""
        if isinstance(count, int):
            return Columns(unit, count, _known_kinds(count, unit.lanes, widest))
        builder, lanes = unit.builder, unit.lanes
        vectors = quotient(builder, plus(builder, count, lanes - 1), lanes)
        middle = times(builder, quotient(builder, vectors, widest), widest * lanes)
        return Columns(unit, count, (Kind(widest, middle, True), Kind(1, times(builder, vectors, lanes), True)))

    @property
    def blocks(self) -> int:
        """How many blocks there are, of a known number of columns."""
        begin = blocks = 0
        for kind in self.kinds:
            assert isinstance(kind.end, int)
            blocks += (kind.end - begin) // (kind.width * self.unit.lanes)
            begin = kind.end
        return blocks

    def each_block(self, body: Callable[[Block], None], some: tuple[Size, Size] | None = None) -> None:
        """Write a loop over the blocks, or over some of a known number: the first one, and the one behind the last."""
        if not self.kinds:
            return
        builder = self.unit.builder
        begin, end = (0, self.kinds[-1].end) if some is None else (self._begin(n) for n in some)

        def turn(begin: Size) -> Size:
            first = builder.icmp_signed("<", as_value(begin), as_value(self.kinds[0].end))
            width = self._select(first, [kind.width for kind in self.kinds])
            body(Block(begin, first, width, minus(builder, self.count, begin)))
            return times(builder, width, self.unit.lanes)

        count_up(builder, begin, end, turn)

    def _begin(self, n: Size) -> Size:
        """The column where block n begins."""
        builder, lanes = self.unit.builder, self.unit.lanes
        first, last = self.kinds[0], self.kinds[-1]
        assert isinstance(first.end, int)
        wide = first.end // (first.width * lanes)
        before = least(builder, n, wide)
        after = minus(builder, n, before)
        return plus(builder, times(builder, before, first.width * lanes), times(builder, after, last.width * lanes))

    def by_kind(self, block: Block, body: Callable[[Kind], Size]) -> Size:
        """Write one piece of code for each kind, of which the one for this block runs."""
        return choose(self.unit.builder, [(block.first, partial(body, kind)) for kind in self.kinds])

    def full(self, block: Block) -> Size:
        """How many vectors of a block need no mask."""
        return self._select(block.first, [kind.width - kind.masked for kind in self.kinds])

    def mask(self, block: Block) -> ir.Value | None:
        """The lanes that exist of the last vector of a block; None if all do in all blocks."""
        if not self.kinds[-1].masked:
            return None
        builder, lanes = self.unit.builder, self.unit.lanes
        return first_lanes(self.unit, minus(builder, block.left, times(builder, minus(builder, block.width, 1), lanes)))

    def if_masked(self, block: Block, body: Callable[[], object]) -> None:
        """Write code that runs for a block of a kind that has a mask."""
        if all(kind.masked for kind in self.kinds):
            body()
            return
        with self.unit.builder.if_then(self.unit.builder.not_(block.first)):
            body()

    def _select(self, first: ir.Value, sizes: list[int]) -> Size:
        if len(set(sizes)) == 1:
            return sizes[0]
        return self.unit.builder.select(first, *map(as_value, sizes))


def vector_unit(builder: ir.IRBuilder, target: Target, type: ir.Type, columns: Size) -> Unit:
    """Vectors of the target's width; shorter ones, or scalars, where there are so few columns."""
    unit = Unit(builder, target, type)
    lanes = target.lanes(unit.format.bits // 8)
    if isinstance(columns, int):
        lanes = min(lanes, 1 << max(columns - 1, 0).bit_length())
    return replace(unit, type=ir.VectorType(type, lanes)) if lanes > 1 else unit


def _known_kinds(columns: int, lanes: int, widest: int) -> tuple[Kind, ...]:
    if columns == 0:
        return ()
    vectors = -(-columns // lanes)
    blocks = -(-vectors // widest)
    width = -(-vectors // blocks)
    narrower = blocks * width - vectors
    masked = columns % lanes > 0
    first = Kind(width, (blocks - narrower) * width * lanes, masked and not narrower)
    return (first, Kind(width - 1, vectors * lanes, masked)) if narrower else (first,)
