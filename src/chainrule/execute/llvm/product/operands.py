"""Matrices in memory: views with strides, and packed ones."""

from dataclasses import dataclass, replace
from typing import Any

from llvmlite import ir

from chainrule.execute.llvm.product.memory import place
from chainrule.execute.llvm.sizes import Size, is_one, minus, plus, times

__all__ = ["Operand", "Panels", "Slabs"]


@dataclass(frozen=True)
class Operand:
    """A matrix in memory, rows and columns any number of entries apart.

    Attributes:
        pointer: its first entry.
        type: LLVM's type of an entry, float or double.
        row: from an entry to the one below it, in entries.
        column: from an entry to the one on its right, in entries.
    """

    pointer: ir.Value
    type: Any
    row: Size
    column: Size

    @property
    def layout(self) -> str:
        """Which strides are known to be 1."""
        return "".join("1" if is_one(each) else "s" for each in (self.row, self.column))

    @property
    def transposed(self) -> "Operand":
        """Rows for columns."""
        return replace(self, row=self.column, column=self.row)

    def elsewhere(self, pointer: ir.Value, row: Size, column: Size) -> "Operand":
        """A matrix of the same layout at another place; strides that are known to be 1 stay so."""
        strides = [1 if is_one(own) else other for own, other in ((self.row, row), (self.column, column))]
        return Operand(pointer, self.type, *strides)

    def moved(self, builder: ir.IRBuilder, i: Size, j: Size) -> "Operand":
        """The part that begins at row i, column j."""
        offset = plus(builder, times(builder, i, self.row), times(builder, j, self.column))
        return replace(self, pointer=place(builder, self.type, self.pointer, offset))

    def entry(self, builder: ir.IRBuilder, i: Size, j: Size) -> ir.Value:
        """The address of an entry."""
        return self.moved(builder, i, j).pointer

    def panel(self, builder: ir.IRBuilder, j: Size, columns: int) -> "Operand":
        """Columns from j on."""
        del columns  # of interest where the matrix is packed
        return self.moved(builder, 0, j)

    def slab(self, builder: ir.IRBuilder, i: Size, rows: int) -> "Operand":
        """Rows from i on."""
        del rows
        return self.moved(builder, i, 0)


@dataclass(frozen=True)
class Panels:
    """A second factor that has been packed: blocks of columns one after the other, each by rows without gaps.

    Attributes:
        pointer: the first entry.
        type: LLVM's type of an entry, float or double.
        inner: number of rows.
        first: its first column.
    """

    pointer: ir.Value
    type: Any
    inner: Size
    first: Size = 0

    def panel(self, builder: ir.IRBuilder, j: Size, columns: int) -> Operand:
        """The block of so many columns that begins at column j."""
        offset = times(builder, minus(builder, j, self.first), self.inner)
        return Operand(place(builder, self.type, self.pointer, offset), self.type, columns, 1)


@dataclass(frozen=True)
class Slabs:
    """Rows of a first factor that have been packed: tiles one after the other, each by columns without gaps.

    Attributes:
        pointer: the first entry.
        type: LLVM's type of an entry, float or double.
        inner: number of columns.
        first: its first row.
    """

    pointer: ir.Value
    type: Any
    inner: Size
    first: Size

    def slab(self, builder: ir.IRBuilder, i: Size, rows: int) -> Operand:
        """The tile of so many rows that begins at row i."""
        offset = times(builder, minus(builder, i, self.first), self.inner)
        return Operand(place(builder, self.type, self.pointer, offset), self.type, 1, rows)
