"""Dot products of numbers that lie side by side: the vectors go along the inner direction."""

from collections.abc import Sequence
from dataclasses import replace

from llvmlite import ir

from chainrule.execute.llvm.control import repeat
from chainrule.execute.llvm.elementary.lanes import Lanes, Unit, multiply_add
from chainrule.execute.llvm.product.memory import POINTER, load, place, store
from chainrule.execute.llvm.product.operands import Operand
from chainrule.execute.llvm.product.shared import shared_function
from chainrule.execute.llvm.sizes import INDEX, Size, as_value, times

__all__ = ["emit_dots"]


def emit_dots(unit: Unit, height: int, a: Operand, b: Operand, inner: Size, room: ir.Value) -> None:
    """Store the sums over k of a[i, k] b[k, 0] for ``height`` rows. The unit is a scalar.

    Each lane sums every n-th product, n the number of lanes; then lanes are added in pairs, halves first; then come the
    products that do not fill a vector. So the order depends on ``inner`` only.
    """
    lanes = unit.target.lanes(unit.format.bits // 8)

    def body(inside: Unit, arguments: Sequence[ir.Value]) -> None:
        a_pointer, b_pointer, room, a_row, inner = arguments
        rows = Operand(a_pointer, a.type, a_row, 1)
        column = Operand(b_pointer, b.type, 1, 1)
        sums = _sums(inside, lanes, height, rows, column, inner)
        for number, each in enumerate(sums):
            store(inside, Lanes(inside, each), place(inside.builder, inside.type, room, number))

    function = shared_function(unit, f"dots.{height}.{lanes}.{unit.suffix()}", [POINTER] * 3 + [INDEX] * 2, body)
    unit.builder.call(function, [a.pointer, b.pointer, room, as_value(a.row), as_value(inner)])


def _sums(unit: Unit, lanes: int, height: int, a: Operand, b: Operand, inner: ir.Value) -> Sequence[ir.Value]:
    builder = unit.builder
    wide = replace(unit, type=ir.VectorType(unit.type, lanes))
    below = [times(builder, r, a.row) for r in range(height)]
    middle = builder.and_(inner, as_value(-lanes))

    def step(unit: Unit, k: Size, sums: Sequence[ir.Value]) -> Sequence[ir.Value]:
        x, start = load(unit, b.entry(builder, k, 0)), a.entry(builder, 0, k)
        ys = [load(unit, place(builder, a.type, start, each)) for each in below]
        return [multiply_add(y, x, Lanes(unit, each)).value for y, each in zip(ys, sums, strict=True)]

    zeros = [wide.number(0.0).value] * height
    vectors = repeat(builder, 0, middle, lanes, zeros, lambda k, sums: step(wide, k, sums))
    sums = [_added(builder, each) for each in vectors]
    return repeat(builder, middle, inner, 1, sums, lambda k, sums: step(unit, k, sums))


def _added(builder: ir.IRBuilder, vector: ir.Value) -> ir.Value:
    """The sum of all lanes: halves are added until one lane is left."""
    number = ir.IntType(32)
    count = vector.type.count
    while count > 1:
        count //= 2
        halves = [ir.Constant(ir.VectorType(number, count), list(range(s, s + count))) for s in (0, count)]
        vector = builder.fadd(*(builder.shuffle_vector(vector, vector, half) for half in halves))
    return builder.extract_element(vector, number(0))
