"""How the numbers of each dtype stand in registers and in memory, and how they go from one to the other.

A value is one number or a vector of them: ``lanes`` entries of an array, next to one another along one axis. One lane
is a plain number, not a vector of one. Booleans take a byte in memory and a bit in a register.

Addresses are a pointer and an index, both in LLVM; the index and the stride count entries, not bytes. Nothing has to be
aligned. A mask says which lanes are there: those off are neither read nor written, and what is read for them is 0.
It is for vectors only, and has at least one lane on.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.elementary.lanes import Splat, call, splat

__all__ = [
    "INDEX",
    "constant",
    "gather",
    "has_registers",
    "lanes_of",
    "load",
    "memory_type",
    "register_type",
    "scatter",
    "splat",
    "store",
    "tail_mask",
]

Dtype = np.dtype[Any]

INDEX = ir.IntType(64)
_BIT, _BYTE, _INT32 = ir.IntType(1), ir.IntType(8), ir.IntType(32)
_BYTES = np.dtype(np.uint8)
_FLOATS = {4: ir.FloatType(), 8: ir.DoubleType()}


# --- types and constants ------------------------------------------------------------------------------------


def has_registers(dtype: Dtype) -> bool:
    """Whether numbers of a dtype can stand in registers: booleans, integers, float32 and float64."""
    if not dtype.isnative:
        return False
    return dtype.itemsize in _FLOATS if dtype.kind == "f" else dtype.kind in "biu"


def memory_type(dtype: Dtype) -> Any:
    """LLVM's type of one entry of an array."""
    return _FLOATS[dtype.itemsize] if dtype.kind == "f" else ir.IntType(8 * dtype.itemsize)


def register_type(dtype: Dtype, lanes: int) -> Any:
    """LLVM's type of a value."""
    return _wide(_BIT if dtype.kind == "b" else memory_type(dtype), lanes)


def lanes_of(value: ir.Value) -> int:
    """How many numbers a value holds."""
    return value.type.count if isinstance(value.type, ir.VectorType) else 1


def constant(dtype: Dtype, lanes: int, x: float) -> ir.Constant:
    """The same number in all lanes."""
    kind = register_type(dtype, lanes)
    number = float(x) if dtype.kind == "f" else int(x)
    return ir.Constant(kind, number) if lanes == 1 else Splat(kind, number)


def tail_mask(builder: ir.IRBuilder, remaining: ir.Value, lanes: int) -> ir.Value:
    """A mask with the first lanes on, as many as entries remain (an i64 from 1 up); all of them if there are enough."""
    some = call(builder, "llvm.smin.i64", INDEX, remaining, INDEX(lanes))
    count = splat(builder, builder.trunc(some, _BYTE), lanes)
    return builder.icmp_signed("<", ir.Constant(ir.VectorType(_BYTE, lanes), list(range(lanes))), count)


# --- memory -------------------------------------------------------------------------------------------------


def load(
    builder: ir.IRBuilder,
    dtype: Dtype,
    pointer: ir.Value,
    index: ir.Value,
    lanes: int,
    *,
    stride: int | ir.Value = 1,
    mask: ir.Value | None = None,
) -> ir.Value:
    """Read the entries ``index``, ``index + stride`` ...; a stride of 0 reads one for all lanes.

    Args:
        builder: where the instructions go.
        dtype: the entries' dtype.
        pointer: the array's first entry, or any other one that indices count from.
        index: which entry the first lane reads, an i64.
        lanes: how many lanes the value has.
        stride: from one lane to the next; a number, or an i64 if it is known only when the code runs.
        mask: the lanes to read, or None for all.
    """
    address = _entry(builder, dtype, pointer, index)
    kind = memory_type(dtype)
    if lanes == 1 or _is(stride, 0):
        return splat(builder, _to_register(builder, dtype, builder.load(address, typ=kind, align=1)), lanes)
    wide = _wide(kind, lanes)
    if mask is None:
        one = _is(stride, 1)
        value = builder.load(address, typ=wide, align=1) if one else _one_by_one(builder, dtype, address, stride, wide)
    elif not _is(stride, 1):
        return gather(builder, dtype, address, _offsets(builder, stride, lanes), mask)
    else:
        name = f"llvm.masked.load.{_suffix(dtype, lanes)}.p0"
        value = call(builder, name, wide, address, _INT32(1), mask, Splat(wide, 0))
    return _to_register(builder, dtype, value)


def store(
    builder: ir.IRBuilder,
    dtype: Dtype,
    value: ir.Value,
    pointer: ir.Value,
    index: ir.Value,
    *,
    stride: int | ir.Value = 1,
    mask: ir.Value | None = None,
) -> None:
    """Write the lanes to the entries ``index``, ``index + stride`` ...; the arguments are those of ``load``."""
    lanes = lanes_of(value)
    address = _entry(builder, dtype, pointer, index)
    if lanes > 1 and not _is(stride, 1):
        scatter(builder, dtype, value, address, _offsets(builder, stride, lanes), mask)
        return
    value = _to_memory(builder, dtype, value)
    if mask is None:
        builder.store(value, address, align=1)
    else:
        lanes_on = mask if dtype.kind == "f" else _hidden(builder, mask)
        name = f"llvm.masked.store.{_suffix(dtype, lanes)}.p0"
        call(builder, name, ir.VoidType(), value, address, _INT32(1), lanes_on)


def gather(
    builder: ir.IRBuilder, dtype: Dtype, pointer: ir.Value, indices: ir.Value, mask: ir.Value | None = None
) -> ir.Value:
    """Read one entry for each of several indices, a vector of i64.

    LLVM knows on which processors one instruction for it pays, and reads the entries one by one on the others.
    """
    lanes = lanes_of(indices)
    wide = _wide(memory_type(dtype), lanes)
    addresses = _entry(builder, dtype, pointer, indices)
    name = f"llvm.masked.gather.{_suffix(dtype, lanes)}.v{lanes}p0"
    value = call(builder, name, wide, addresses, _INT32(1), _all_on(mask, lanes), Splat(wide, 0))
    return _to_register(builder, dtype, value)


def scatter(
    builder: ir.IRBuilder,
    dtype: Dtype,
    value: ir.Value,
    pointer: ir.Value,
    indices: ir.Value,
    mask: ir.Value | None = None,
) -> None:
    """Write each lane to its own index; where two are the same the later lane stays."""
    lanes = lanes_of(value)
    addresses = _entry(builder, dtype, pointer, indices)
    name = f"llvm.masked.scatter.{_suffix(dtype, lanes)}.v{lanes}p0"
    arguments: Sequence[Any] = (_to_memory(builder, dtype, value), addresses, _INT32(1), _all_on(mask, lanes))
    call(builder, name, ir.VoidType(), *arguments)


def _entry(builder: ir.IRBuilder, dtype: Dtype, pointer: ir.Value, index: ir.Value) -> ir.Value:
    """The address of an entry; of several for several indices."""
    address = builder.gep(pointer, [index], source_etype=memory_type(dtype))
    address.type = _wide(ir.PointerType(), lanes_of(index))  # llvmlite knows no vectors of pointers here
    return address


def _one_by_one(builder: ir.IRBuilder, dtype: Dtype, first: ir.Value, stride: int | ir.Value, wide: Any) -> ir.Value:
    """Read lane by lane: addresses in plain registers are cheaper than a gather but on few processors."""
    value = ir.Constant(wide, ir.Undefined)
    step = INDEX(stride) if isinstance(stride, int) else stride
    for lane in range(wide.count):
        address = _entry(builder, dtype, first, builder.mul(step, INDEX(lane)))
        value = builder.insert_element(value, builder.load(address, typ=wide.element, align=1), _INT32(lane))
    return value


def _offsets(builder: ir.IRBuilder, stride: int | ir.Value, lanes: int) -> ir.Value:
    """How far each lane's entry is from the first lane's."""
    kind = ir.VectorType(INDEX, lanes)
    if isinstance(stride, int):
        return ir.Constant(kind, [lane * stride for lane in range(lanes)])
    return builder.mul(splat(builder, stride, lanes), ir.Constant(kind, list(range(lanes))))


def _hidden(builder: ir.IRBuilder, mask: ir.Value) -> ir.Value:
    """The same mask as one that LLVM does not know.

    With a mask of one known lane, LLVM 22 writes an integer of that lane in the width that it had before the store made
    it narrower, over what stands behind it (llvm-project, issue 179489).
    """
    bits = ir.IntType(mask.type.count)
    same = ir.FunctionType(INDEX, [INDEX])
    word = builder.bitcast(mask, bits) if bits == INDEX else builder.zext(builder.bitcast(mask, bits), INDEX)
    word = builder.asm(same, "", "=r,0", [word], side_effect=False)
    return builder.bitcast(word if bits == INDEX else builder.trunc(word, bits), mask.type)


def _is(stride: int | ir.Value, known: int) -> bool:
    return isinstance(stride, int) and stride == known


def _all_on(mask: ir.Value | None, lanes: int) -> ir.Value:
    return Splat(ir.VectorType(_BIT, lanes), 1) if mask is None else mask


def _to_register(builder: ir.IRBuilder, dtype: Dtype, value: ir.Value) -> ir.Value:
    """Any byte but 0 is true."""
    return builder.icmp_unsigned("!=", value, constant(_BYTES, lanes_of(value), 0)) if dtype.kind == "b" else value


def _to_memory(builder: ir.IRBuilder, dtype: Dtype, value: ir.Value) -> ir.Value:
    return builder.zext(value, _wide(_BYTE, lanes_of(value))) if dtype.kind == "b" else value


def _wide(scalar: Any, lanes: int) -> Any:
    return scalar if lanes == 1 else ir.VectorType(scalar, lanes)


def _suffix(dtype: Dtype, lanes: int) -> str:
    """How the names of LLVM's functions of memory end for a dtype."""
    return f"v{lanes}{'f' if dtype.kind == 'f' else 'i'}{8 * dtype.itemsize}"
