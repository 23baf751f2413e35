"""A number of one dtype as one of another, as ``ndarray.astype`` does it.

NumPy leaves open what becomes of a float that the integers cannot hold; here it is what NumPy does on x86, and nothing
traps.
"""

from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.registers import constant, lanes_of, register_type

__all__ = ["convert"]

Dtype = np.dtype[Any]

_INT32, _INT64 = np.dtype(np.int32), np.dtype(np.int64)


def convert(builder: ir.IRBuilder, value: ir.Value, source: Dtype, dtype: Dtype) -> ir.Value:
    """The value in another dtype."""
    if source == dtype:
        return value
    if dtype.kind == "b":
        return _truth(builder, value, source)
    if dtype.kind == "f":
        return _to_float(builder, value, source, dtype)
    if source.kind == "f":
        return _float_to_integer(builder, value, source, dtype)
    return _resized(builder, value, source, dtype)


def _truth(builder: ir.IRBuilder, value: ir.Value, source: Dtype) -> ir.Value:
    """All numbers but 0 are true, NaN too."""
    zero = constant(source, lanes_of(value), 0)
    return builder.fcmp_unordered("!=", value, zero) if source.kind == "f" else builder.icmp_unsigned("!=", value, zero)


def _to_float(builder: ir.IRBuilder, value: ir.Value, source: Dtype, dtype: Dtype) -> ir.Value:
    kind = register_type(dtype, lanes_of(value))
    if source.kind == "f":
        return builder.fpext(value, kind) if dtype.itemsize > source.itemsize else builder.fptrunc(value, kind)
    return builder.sitofp(value, kind) if source.kind == "i" else builder.uitofp(value, kind)


def _float_to_integer(builder: ir.IRBuilder, value: ir.Value, source: Dtype, dtype: Dtype) -> ir.Value:
    """By way of an integer that has a sign and, but for 8 bytes, more bits, so that -1.0 wraps around as in C."""
    if dtype.kind == "u" and dtype.itemsize == 8:
        return _float_to_uint64(builder, value, source)
    between = _INT64 if dtype.itemsize == 8 or dtype == np.uint32 else _INT32
    return _resized(builder, _to_signed(builder, value, source, between), between, dtype)


def _to_signed(builder: ir.IRBuilder, value: ir.Value, source: Dtype, dtype: Dtype) -> ir.Value:
    """The least integer where none fits: LLVM's instruction alone would leave open what follows from it."""
    lanes = lanes_of(value)
    least = int(np.iinfo(dtype).min)
    above = builder.fcmp_ordered(">", value, constant(source, lanes, least))
    fits = builder.and_(above, builder.fcmp_ordered("<", value, constant(source, lanes, -least)))
    return builder.select(fits, builder.fptosi(value, register_type(dtype, lanes)), constant(dtype, lanes, least))


def _float_to_uint64(builder: ir.IRBuilder, value: ir.Value, source: Dtype) -> ir.Value:
    lanes = lanes_of(value)
    half = constant(source, lanes, 2.0**63)
    upper = _to_signed(builder, builder.fsub(value, half), source, _INT64)
    wrapped = builder.xor(upper, constant(_INT64, lanes, -(2**63)))
    lower = _to_signed(builder, value, source, _INT64)
    return builder.select(builder.fcmp_ordered(">=", value, half), wrapped, lower)


def _resized(builder: ir.IRBuilder, value: ir.Value, source: Dtype, dtype: Dtype) -> ir.Value:
    """An integer or a boolean with more, fewer or as many bits."""
    kind = register_type(dtype, lanes_of(value))
    if source.kind != "b" and dtype.itemsize <= source.itemsize:
        return builder.trunc(value, kind) if dtype.itemsize < source.itemsize else value
    return builder.sext(value, kind) if source.kind == "i" else builder.zext(value, kind)
