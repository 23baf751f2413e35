"""Products with rows so short that they fill no vectors: what follows goes over the entries of many rows as one.

An update of the 10 columns of a last layer would else go by masked vectors, of which each has to wait until the one
before it, whose memory overlaps with its own, is written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.control import counted, repeat
from chainrule.execute.llvm.kernels.axes import Access
from chainrule.execute.llvm.product import Finish
from chainrule.execute.llvm.registers import load, memory_type, store, tail_mask
from chainrule.execute.llvm.sizes import INDEX, Size, as_value, least, minus, plus, times
from chainrule.transforms.rows import ROWS

__all__ = ["are_short", "by_many_rows"]

_SHORT = 2  # vectors; longer rows are nearly filled
_KEPT = 48  # rows; whole tiles of products
_BYTES = 64  # of the widest vector


def are_short(domain: tuple[int, ...], lanes: int, accesses: Sequence[Access]) -> bool:
    """Do rows leave vectors half empty, and follow their entries one another in all memory?"""
    if len(domain) != 2 or domain[0] % ROWS == 0 or domain[1] % lanes == 0 or domain[1] > _SHORT * lanes:
        return False
    return all(row == domain[1] * column for row, column in (each.strides for each in accesses))


def by_many_rows(
    builder: ir.IRBuilder,
    dtype: np.dtype[Any],
    columns: int,
    lanes: int,
    rows: tuple[Size, Size],
    multiply: Callable[[tuple[Size, Size], Finish], None],
    finish: Finish,
) -> None:
    """Write a product in parts of some rows, each of which is handed on as one row.

    Args:
        builder: writes the instructions.
        dtype: of the product.
        columns: in a row.
        lanes: numbers in a vector.
        rows: the first one, and the one behind the last.
        multiply: writes the product of a range of rows and hands it on.
        finish: takes vectors of entries, as if all rows went on in row 0.
    """
    with builder.goto_entry_block():
        room = builder.alloca(memory_type(dtype), _KEPT * columns)
    room.align = _BYTES
    room.type = ir.PointerType()

    def part(begin: Size, _: object) -> tuple[()]:
        end = least(builder, plus(builder, begin, _KEPT), rows[1])
        kept = _Rows(dtype, room, columns, as_value(begin), as_value(end))
        multiply((kept.begin, kept.end), kept.keep)
        kept.hand_on(builder, lanes, finish)
        return ()

    repeat(builder, *rows, _KEPT, (), part)


@dataclass(frozen=True)
class _Rows:
    """Some rows, one behind the other.

    Attributes:
        dtype: of the entries.
        room: where they are kept.
        columns: in a row.
        begin: the first one.
        end: the one behind the last.
    """

    dtype: np.dtype[Any]
    room: ir.Value
    columns: int
    begin: ir.Value
    end: ir.Value

    def keep(self, builder: ir.IRBuilder, i: Size, j: Size, value: ir.Value, mask: ir.Value | None) -> None:
        """Take some columns of a row."""
        entry = plus(builder, times(builder, minus(builder, i, self.begin), self.columns), j)
        store(builder, self.dtype, value, self.room, as_value(entry), mask=mask)

    def hand_on(self, builder: ir.IRBuilder, lanes: int, finish: Finish) -> None:
        """Hand on all entries by vectors; a mask cuts off the last."""
        first = builder.mul(self.begin, INDEX(self.columns))
        count = builder.mul(builder.sub(self.end, self.begin), INDEX(self.columns))
        whole = builder.and_(count, INDEX(-lanes))

        def vector(entry: ir.Value, mask: ir.Value | None) -> None:
            value = load(builder, self.dtype, self.room, entry, lanes, mask=mask)
            finish(builder, INDEX(0), builder.add(first, entry), value, mask)

        with counted(builder, 0, whole, lanes) as entry:
            vector(entry, None)
        with builder.if_then(builder.icmp_signed("<", whole, count)):
            vector(whole, tail_mask(builder, builder.sub(count, whole), lanes))
