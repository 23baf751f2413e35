"""The code of a function of rows.

``void answer(context *, rows)`` computes all rows. Where that takes long, helpers join in (see ``board``): they share
blocks of rows; or, where rows are few and weights are many, the columns of each layer, so that every core keeps its
part of the weights in its own cache. Nobody does what somebody else has begun with, so it does not matter how many
there are, and no result depends on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from llvmlite import ir

from chainrule.execute.llvm.board import emit_shared, emit_wait
from chainrule.execute.llvm.control import counted
from chainrule.execute.llvm.elementary.lanes import call
from chainrule.execute.llvm.product import FEW_ROWS
from chainrule.execute.llvm.registers import INDEX
from chainrule.execute.llvm.rowwise.context import Context, Phase, Rowwise, Words
from chainrule.execute.llvm.rowwise.finite import emit_is_finite
from chainrule.execute.llvm.sizes import as_value, least
from chainrule.transforms.rows import ROWS

__all__ = ["SHARED_FROM", "emit_answer"]

SHARED_FROM = 1_000_000  # operations of a call: five to ten microseconds
_STEP = 12  # rows of a block are a multiple of the rows of a tile
_POINTER = ir.PointerType()
_BYTE, _BIT = ir.IntType(8), ir.IntType(1)


def emit_answer(module: ir.Module, rowwise: Rowwise, name: str) -> None:
    """Write the function."""
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [_POINTER, INDEX]), name)
    pointer, rows = function.args
    builder = ir.IRBuilder(function.append_basic_block())
    context = Context(builder, pointer, rowwise)
    context.note(Words.ROWS, rows)
    context.note(Words.NEXT, INDEX(0))
    context.note(Words.BLOCK, INDEX(rowwise.block))
    by_rows = _by_rows(module, rowwise)
    with builder.if_else(_is_shared(builder, context, rowwise, rows)) as (shared, alone):
        with shared:
            context.note(Words.BLOCK, _rows_of_block(builder, context, rowwise, rows))
            _clear_claims(builder, context, rowwise)
            work = _by_either(module, rowwise, by_rows) if rowwise.phases else by_rows
            emit_shared(builder, context.word(Words.BOARD, _POINTER), pointer, work)
        with alone:
            builder.call(by_rows, [pointer, INDEX(0)])
    builder.ret_void()


def _is_shared(builder: ir.IRBuilder, context: Context, rowwise: Rowwise, rows: ir.Value) -> ir.Value:
    """Is there enough to do, and room for somebody else?"""
    enough = builder.icmp_signed(">=", rows, INDEX(-(-SHARED_FROM // rowwise.work)))
    return builder.and_(enough, builder.icmp_signed(">", context.word(Words.MOST), INDEX(1)))


def _rows_of_block(builder: ir.IRBuilder, context: Context, rowwise: Rowwise, rows: ir.Value) -> ir.Value:
    """As many that there is a block for each."""
    steps = builder.mul(context.word(Words.MOST), INDEX(_STEP))
    each = builder.udiv(builder.add(rows, builder.sub(steps, INDEX(1))), steps)
    return as_value(least(builder, builder.mul(each, INDEX(_STEP)), rowwise.block))


def _clear_claims(builder: ir.IRBuilder, context: Context, rowwise: Rowwise) -> None:
    for phase in rowwise.phases:
        size = INDEX(8 * phase.words)
        arguments = context.address(phase.claims), _BYTE(0), size, ir.Constant(_BIT, 0)
        call(builder, "llvm.memset.p0.i64", ir.VoidType(), *arguments)


def _by_either(module: ir.Module, rowwise: Rowwise, by_rows: ir.Function) -> ir.Function:
    """``void work(context, member)``: columns are shared as long as a block holds all rows."""
    function, builder, context = _work(module, rowwise, "by_either")
    by_columns = _by_columns(module, rowwise)
    fits = builder.icmp_signed("<=", context.word(Words.ROWS), INDEX(rowwise.block))
    builder.call(builder.select(fits, by_columns, by_rows), function.args)
    builder.ret_void()
    return function


def _work(module: ir.Module, rowwise: Rowwise, name: str) -> tuple[ir.Function, ir.IRBuilder, Context]:
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [_POINTER, INDEX]), name)
    function.linkage = "internal"
    builder = ir.IRBuilder(function.append_basic_block())
    return function, builder, Context(builder, function.args[0], rowwise)


# --- rows are shared --------------------------------------------------------------------------------------------


def _by_rows(module: ir.Module, rowwise: Rowwise) -> ir.Function:
    """``void work(context, member)``: take a block of rows through all kernels, as long as there is one."""
    function, builder, context = _work(module, rowwise, "by_rows")
    take, compute, leave = (function.append_basic_block() for _ in range(3))
    rows, block = context.word(Words.ROWS), context.word(Words.BLOCK)
    builder.branch(take)
    builder.position_at_end(take)
    first = builder.atomic_rmw("add", context.address(Words.NEXT), block, "monotonic")
    builder.cbranch(builder.icmp_signed("<", first, rows), compute, leave)
    builder.position_at_end(compute)
    count = as_value(least(builder, builder.sub(rows, first), block))
    pointers = {**context.given(first), **context.inside(function.args[1])}
    _look(builder, context, rowwise, pointers[rowwise.samples], count)
    scratch = context.scratch(function.args[1])
    for kernel in rowwise.kernels:
        context.run(kernel, pointers, scratch, count)
    builder.branch(take)
    builder.position_at_end(leave)
    builder.ret_void()
    return function


def _look(builder: ir.IRBuilder, context: Context, rowwise: Rowwise, pointer: ir.Value, rows: ir.Value) -> None:
    """Note whether a sample is not finite."""
    samples = rowwise.samples
    count = builder.mul(rows, INDEX(samples.size // ROWS))
    is_finite = emit_is_finite(builder, rowwise.target, samples.dtype, pointer, count)
    with builder.if_then(builder.not_(is_finite)):
        context.note(Words.FAULT, INDEX(1))


# --- columns are shared -----------------------------------------------------------------------------------------


def _by_columns(module: ir.Module, rowwise: Rowwise) -> ir.Function:
    """``void work(context, member)``: take a unit, as long as there is one, in one phase after the other."""
    function, builder, context = _work(module, rowwise, "by_columns")
    member, rows = function.args[1], context.word(Words.ROWS)
    pointers = {**context.given(INDEX(0)), **context.inside(0)}
    scratch = context.scratch(member)
    with builder.if_then(builder.icmp_unsigned("==", member, INDEX(0))):
        _look(builder, context, rowwise, pointers[rowwise.samples], rows)
    is_few = builder.icmp_signed("<", rows, INDEX(FEW_ROWS))
    for number, phase in enumerate(rowwise.phases):  # in turn other halves: they fall into other sets of the caches
        units = builder.select(is_few, INDEX(phase.few), INDEX(phase.many))
        begin = builder.urem(builder.add(member, INDEX(number)), context.word(Words.MOST))
        with _each_free(builder, context, phase, units, begin) as unit:
            for kernel in phase.kernels:
                some = (unit, builder.add(unit, INDEX(1))) if phase.is_shared else ()
                context.run(kernel, pointers, scratch, rows, *some)
        emit_wait(builder, context.address(phase.claims), units)
    builder.ret_void()
    return function


@contextmanager
def _each_free(
    builder: ir.IRBuilder, context: Context, phase: Phase, units: ir.Value, part: ir.Value
) -> Iterator[ir.Value]:
    """A loop over the units that nobody has taken: those of a part first, then the others from the last one down.

    There are as many parts as members.
    """
    most = context.word(Words.MOST)
    start, stop = (builder.udiv(builder.mul(units, each), most) for each in (part, builder.add(part, INDEX(1))))
    with counted(builder, 0, units, name="unit") as turn:
        own, size = builder.add(start, turn), builder.sub(stop, start)
        back = builder.sub(builder.add(start, size), builder.add(turn, INDEX(1)))
        other = builder.select(builder.icmp_signed("<", back, INDEX(0)), builder.add(back, units), back)
        unit = builder.select(builder.icmp_signed("<", turn, size), own, other)
        claim = context.address(builder.add(unit, INDEX(phase.claims + 1)))
        is_free = builder.icmp_unsigned("==", builder.load_atomic(claim, "monotonic", 8, typ=INDEX), INDEX(0))
        with builder.if_then(is_free):
            before = builder.atomic_rmw("xchg", claim, INDEX(1), "monotonic")
            with builder.if_then(builder.icmp_unsigned("==", before, INDEX(0))):
                yield unit
                builder.atomic_rmw("add", context.address(phase.claims), INDEX(1), "seq_cst")
