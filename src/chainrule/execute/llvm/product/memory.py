"""Loads and stores of numbers and vectors at places that are counted in numbers, not bytes.

A mask says which lanes of a vector exist. LLVM has masked loads and stores on every processor: where the hardware has
none (SSE2), it writes a branch for each lane.
"""

from dataclasses import replace
from typing import Any

from llvmlite import ir

from chainrule.execute.llvm.elementary import lanes
from chainrule.execute.llvm.elementary.lanes import Lanes, Unit, call
from chainrule.execute.llvm.sizes import Size, as_value

__all__ = ["POINTER", "fetch", "first_lanes", "load", "local", "place", "scalar_of", "splat", "store"]

POINTER = ir.PointerType()
_NEAREST, _DATA = 3, 1  # for LLVM's prefetch: into the innermost cache; data, not code


def scalar_of(type: Any) -> Any:
    """The type of one number."""
    return type.element if isinstance(type, ir.VectorType) else type


def place(builder: ir.IRBuilder, type: Any, pointer: ir.Value, offset: Size) -> ir.Value:
    """The address ``offset`` numbers further."""
    if offset == 0:
        return pointer
    return builder.gep(pointer, [as_value(offset)], inbounds=True, source_etype=scalar_of(type))


def load(unit: Unit, pointer: ir.Value, mask: ir.Value | None = None) -> Lanes:
    """One value of the unit; lanes that the mask leaves out are zero and not read."""
    if mask is None:
        return Lanes(unit, unit.builder.load(pointer, typ=unit.type, align=_alignment(unit)))
    name = f"llvm.masked.load.{unit.suffix()}.p0"
    return Lanes(unit, unit.call(name, unit.type, pointer, _align_argument(unit), mask, unit.number(0.0).value))


def store(unit: Unit, value: Lanes, pointer: ir.Value) -> None:
    """Write one value of the unit."""
    unit.builder.store(value.value, pointer, align=_alignment(unit))


def fetch(builder: ir.IRBuilder, pointer: ir.Value, *, writes: bool = False) -> None:
    """Ask for the cache line of an address: it will soon be read, or written too. The address need not exist."""
    number = ir.IntType(32)
    call(builder, "llvm.prefetch.p0", ir.VoidType(), pointer, number(int(writes)), number(_NEAREST), number(_DATA))


def splat(unit: Unit, pointer: ir.Value) -> Lanes:
    """The number at a place, in all lanes."""
    scalar = load(replace(unit, type=scalar_of(unit.type)), pointer)
    return Lanes(unit, lanes.splat(unit.builder, scalar.value, unit.lanes))


def first_lanes(unit: Unit, count: Size) -> ir.Value:
    """The mask of the first ``count`` lanes, of all where there are fewer."""
    if isinstance(count, int):
        return ir.Constant(unit.like(ir.IntType(1)), [lane < count for lane in range(unit.lanes)])
    limits = lanes.splat(unit.builder, count, unit.lanes)
    return unit.builder.icmp_signed("<", ir.Constant(limits.type, list(range(unit.lanes))), limits)


def local(unit: Unit, count: int) -> ir.Value:
    """Room on the stack for ``count`` values of the unit, the same one whenever a function asks for it."""
    name = f"room.{count}.{unit.suffix()}"
    entry = unit.builder.function.entry_basic_block
    for instruction in entry.instructions:
        if instruction.name == name:
            return instruction
    with unit.builder.goto_entry_block():
        room = unit.builder.alloca(unit.type, count, name=name)
    room.align = _alignment(unit) * unit.lanes
    room.type = POINTER  # llvmlite makes it a pointer to the type, as LLVM had them once
    return room


def _alignment(unit: Unit) -> int:
    return unit.format.bits // 8


def _align_argument(unit: Unit) -> ir.Value:
    return ir.Constant(ir.IntType(32), _alignment(unit))
