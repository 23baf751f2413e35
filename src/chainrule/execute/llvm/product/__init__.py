"""Matrix products as LLVM instructions, cut to the registers of the processor, with their consumer built in.

``emit_product`` writes the loops of C = A B; what becomes of each piece of C is up to the caller. Rows go into tiles of
a few heights (``rows``), columns into blocks of a few vectors (``columns``); a tile's sums stay in registers over the
whole inner direction (``kernel``) and then go to the caller through a small buffer (``driver``). Where a factor lies
badly, it is packed first (``packing``); what is decided while the code is written is in ``strategy``.
"""

from chainrule.execute.llvm.product.emit import (
    FEW_ROWS,
    Fetch,
    Finish,
    column_blocks,
    emit_pack,
    emit_product,
    pack_blocks,
    packed_entries,
    scratch_entries,
)
from chainrule.execute.llvm.product.memory import fetch
from chainrule.execute.llvm.product.operands import Operand, Panels

__all__ = [
    "FEW_ROWS",
    "Fetch",
    "Finish",
    "Operand",
    "Panels",
    "column_blocks",
    "emit_pack",
    "emit_product",
    "fetch",
    "pack_blocks",
    "packed_entries",
    "scratch_entries",
]
