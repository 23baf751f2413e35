"""Matrix products as LLVM instructions: what other parts of the engine call."""

from dataclasses import replace
from typing import Any

from llvmlite import ir

from chainrule.execute.llvm.product.columns import FLAT, WIDEST, Columns, vector_unit
from chainrule.execute.llvm.product.driver import Driver, Fetch, Finish
from chainrule.execute.llvm.product.memory import local
from chainrule.execute.llvm.product.operands import Operand, Panels
from chainrule.execute.llvm.product.packing import pack_block
from chainrule.execute.llvm.product.strategy import FEW_ROWS, ROW_BLOCK, Strategy
from chainrule.execute.llvm.sizes import Size, as_value, is_one, minus
from chainrule.execute.llvm.targets import Target

__all__ = [
    "FEW_ROWS",
    "Fetch",
    "Finish",
    "column_blocks",
    "emit_pack",
    "emit_product",
    "pack_blocks",
    "packed_entries",
    "scratch_entries",
]


def emit_product(
    builder: ir.IRBuilder,
    target: Target,
    a: Operand,
    b: Operand | Panels,
    rows: tuple[Size, Size],
    columns: Size,
    inner: Size,
    finish: Finish,
    scratch: ir.Value | None = None,
    fetch: Fetch | None = None,
    *,
    few: bool = False,
    blocks: tuple[Size, Size] | None = None,
) -> None:
    """Write the loops that compute rows of C = A B and hand each piece of C to ``finish``.

    An entry is one chain of multiplications and additions (fused where the processor can) in the order of ``inner``,
    from 0, whichever rows are computed together. But in a single column whose factors both lie along ``inner``, each
    chain runs over every n-th entry, n the number of lanes; they are added in pairs. Sizes that are values may be 0.

    Args:
        builder: stands inside a function; afterwards in another block.
        target: the processor.
        a: the first factor; any strides, fast where one of them is the int 1.
        b: the second factor, packed by ``emit_pack`` or as it is; if its columns do not lie side by side, it needs
            ``scratch``.
        rows: the first row to compute, and the one behind the last.
        columns: number of columns of B and C.
        inner: number of columns of A, rows of B.
        finish: ``finish(builder, i, j, value, mask)`` writes what becomes of C[i, j], C[i, j + 1] ..., for which
            ``value`` is a vector, or a scalar if C is known to have one column, and a short vector if few. ``mask`` is
            None or says which lanes exist; it is for LLVM's masked loads and stores, which all targets have. It is
            called once or twice, for few rows again.
        scratch: room for ``scratch_entries`` numbers, best aligned to 64 bytes, to pack factors where that pays.
        fetch: ``fetch(builder, i, j)`` asks for the memory that ``finish`` needs for C[i, j] and its neighbors. Where
            much is computed it is called one tile before, else not at all. Columns may be beyond the last one.
        few: whether there may be few rows, for which there is code of its own then.
        blocks: the first of the ``column_blocks`` blocks of columns to compute, and the one behind the last; or all.

    Raises:
        ValueError: the second factor must be packed, and there is no room for it.

    Example:
        >>> from chainrule.execute.llvm.targets import AVX2
        >>> pointer, index = ir.PointerType(), ir.IntType(64)
        >>> function = ir.Function(ir.Module(), ir.FunctionType(ir.VoidType(), [pointer] * 3 + [index]), "dense")
        >>> x, w, z, rows = function.args
        >>> builder = ir.IRBuilder(function.append_basic_block())
        >>> def store(builder, i, j, value, mask):  # without mask: 16 columns are full vectors
        ...     offset = builder.add(builder.mul(i, index(16)), j)
        ...     builder.store(value, builder.gep(z, [offset], source_etype=ir.FloatType()), align=4)
        >>> X, W = Operand(x, ir.FloatType(), 64, 1), Operand(w, ir.FloatType(), 16, 1)
        >>> emit_product(builder, AVX2, X, W, rows=(0, rows), columns=16, inner=64, finish=store)
        >>> builder.ret_void()
        <ir.Ret ...>
    """
    if scratch is None and isinstance(b, Operand) and not b.layout.endswith("1") and not is_one(columns):
        raise ValueError(f"the second factor has column stride {b.column}, not 1: pass scratch, or pack it before")
    unit = vector_unit(builder, target, a.type, columns)
    cut = Columns.of(unit, columns)
    strategy = Strategy.of(unit, a, b, rows, columns, inner, scratch is not None)
    if not cut.kinds or not strategy.heights:
        return
    room = local(unit, strategy.heights[0] * cut.kinds[0].width)
    driver = Driver(unit, strategy, a, b, rows, cut, inner, finish, fetch, scratch, room, blocks)
    if not few or is_one(columns) or (isinstance(b, Operand) and not is_one(b.column)):
        driver.emit()
        return
    flat = replace(driver, strategy=strategy.flat(), columns=Columns.of(unit, columns, FLAT), room=local(unit, FLAT))
    is_few = builder.icmp_signed("<", as_value(minus(builder, rows[1], rows[0])), as_value(FEW_ROWS))
    with builder.if_else(is_few) as (then, otherwise):
        with then:
            flat.emit()
        with otherwise:
            driver.emit()


def column_blocks(target: Target, type: Any, columns: int, few: bool) -> int:
    """How many blocks of columns ``emit_product`` can compute apart from one another, for few rows and for more."""
    unit = vector_unit(ir.IRBuilder(), target, type, columns)
    return Columns.of(unit, columns, FLAT if few and columns > 1 else WIDEST).blocks


def scratch_entries(target: Target, type: Any, inner: int, transposed: bool) -> int:
    """Room that ``emit_product`` needs, in numbers; ``transposed`` if the rows of the first factor lie side by side."""
    unit = vector_unit(ir.IRBuilder(), target, type, target.vector_bytes)
    return inner * (WIDEST * unit.lanes + (ROW_BLOCK if transposed else 0))


def emit_pack(
    builder: ir.IRBuilder,
    target: Target,
    b: Operand,
    columns: Size,
    inner: Size,
    pointer: ir.Value,
    some: tuple[Size, Size] | None = None,
) -> Panels:
    """Write the loops that copy a second factor into panels, from where any number of products can use it.

    ``pointer`` is room for ``packed_entries`` numbers, best aligned to 64 bytes. ``some`` of the ``pack_blocks`` blocks
    are copied, from the first to the one behind the last, or all.
    """
    panels = Panels(pointer, b.type, inner)
    cut = Columns.of(vector_unit(builder, target, b.type, columns), columns)
    cut.each_block(lambda block: pack_block(cut, block, b, panels), some)
    return panels


def pack_blocks(target: Target, type: Any, columns: int) -> int:
    """How many blocks ``emit_pack`` can copy apart from one another."""
    return Columns.of(vector_unit(ir.IRBuilder(), target, type, columns), columns).blocks


def packed_entries(target: Target, type: Any, columns: int, inner: int) -> int:
    """Room that ``emit_pack`` needs, in numbers."""
    lanes = vector_unit(ir.IRBuilder(), target, type, columns).lanes
    return -(-columns // lanes) * lanes * inner
