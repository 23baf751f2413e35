"""What is decided about a product while its code is written."""

from dataclasses import dataclass, replace

from chainrule.execute.llvm.elementary.lanes import Unit
from chainrule.execute.llvm.product.operands import Operand, Panels
from chainrule.execute.llvm.sizes import Size, is_one, minus
from chainrule.execute.llvm.targets import Target

__all__ = ["FEW_ROWS", "ROW_BLOCK", "Strategy"]

ROW_BLOCK = 480  # rows of the first factor that are packed at once

FEW_ROWS = 4  # fewer are computed one by one, from the second factor as it lies

_FAR = 2048  # bytes from row to row; from here on columns fall into few sets of the caches and on many pages
_WIDE_SPAN = 2**18  # bytes; more than the first translation cache covers
_LARGE = 2**15  # weights
_FEW = 16  # rows or columns that do not repay packing

_HEIGHTS = {32: (12, 4, 1), 16: (6, 2, 1)}  # by number of registers


@dataclass(frozen=True)
class Strategy:
    """What is decided.

    Attributes:
        heights: of tiles, falling; each can be needed, and together they make up any number of rows.
        pack_a: the first factor is packed, some rows at a time.
        pack_b: the second factor is packed, a block of columns at a time.
        along_rows: C is one column, and A's rows lie side by side: vectors go along the rows of C.
        along_inner: C is one column, and all factors lie along the inner direction: vectors go along it.
        special: so much is computed that the tallest tile gets code of its own.
    """

    heights: tuple[int, ...]
    pack_a: bool
    pack_b: bool
    along_rows: bool
    along_inner: bool
    special: bool

    @staticmethod
    def of(
        unit: Unit, a: Operand, b: Operand | Panels, rows: tuple[Size, Size], columns: Size, inner: Size, scratch: bool
    ) -> "Strategy":
        """Decide."""
        count = minus(unit.builder, rows[1], rows[0])
        column = is_one(columns)
        side_by_side = column and a.layout.startswith("1")
        along = column and a.layout == "s1" and isinstance(b, Operand) and b.layout.startswith("1")
        lanes = unit.target.lanes(unit.format.bits // 8)
        heights = (4 * lanes, lanes, 1) if side_by_side else _HEIGHTS[_registers(unit.target)]
        return Strategy(
            heights=_needed(heights, count),
            pack_a=scratch and not column and _pack_a(unit, a, columns, inner),
            pack_b=scratch and not column and isinstance(b, Operand) and _pack_b(unit, b, count, inner),
            along_rows=side_by_side,
            along_inner=along,
            special=_is_large(a, columns),
        )

    def flat(self) -> "Strategy":
        """The same for few rows."""
        return replace(self, heights=(1,), pack_b=False, special=False)


def _pack_a(unit: Unit, a: Operand, columns: Size, inner: Size) -> bool:
    return a.layout == "1s" and not _few(columns) and _scattered(unit, a.column, inner)


def _pack_b(unit: Unit, b: Operand, rows: Size, inner: Size) -> bool:
    if not b.layout.endswith("1"):
        return True
    return not _few(rows) and _scattered(unit, b.row, inner)


def _is_large(a: Operand, columns: Size) -> bool:
    """Whether one step forward or backward through so many weights takes long, as far as sizes are known."""
    known = [each for each in (a.row, a.column) if isinstance(each, int)]
    return isinstance(columns, int) and max(known, default=0) * columns >= _LARGE


def _few(count: Size) -> bool:
    return isinstance(count, int) and count < _FEW


def _scattered(unit: Unit, stride: Size, inner: Size) -> bool:
    """Whether the lines of a narrow panel lie far apart, and are many."""
    if not isinstance(stride, int):
        return False
    distance = abs(stride) * unit.format.bits // 8
    return distance >= _FAR if not isinstance(inner, int) else distance * inner > _WIDE_SPAN


def _needed(heights: tuple[int, ...], rows: Size) -> tuple[int, ...]:
    """The heights that a known number of rows needs, else all."""
    if not isinstance(rows, int):
        return heights
    needed = []
    for height in heights:
        if rows >= height:
            needed.append(height)
            rows %= height
    return tuple(needed)


def _registers(target: Target) -> int:
    """How many vector registers there are: 32 with AVX-512 and NEON, else 16."""
    return 32 if target.avx512 or (target.fma and target.vector_bytes == 16) else 16
