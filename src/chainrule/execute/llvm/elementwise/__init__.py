"""Elementwise primitives as LLVM instructions: the inputs are brought to one dtype, then a row of the table is used."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.conversion import convert
from chainrule.execute.llvm.elementwise.instructions import INSTRUCTIONS
from chainrule.execute.llvm.elementwise.work import Work
from chainrule.execute.llvm.registers import has_registers, lanes_of
from chainrule.execute.llvm.targets import Target
from chainrule.graph.ops import OPS

__all__ = ["INSTRUCTIONS", "emit", "is_native"]

Dtype = np.dtype[Any]

_BOOL = np.dtype(bool)


def is_native(op: str, input_dtypes: Sequence[Dtype], dtype: Dtype) -> bool:
    """Whether a primitive on inputs of these dtypes, with a value of that dtype, has instructions.

    Example:
        >>> is_native("exp", [np.dtype(np.float32)], np.dtype(np.float32))
        True
        >>> is_native("exp", [np.dtype(np.float16)], np.dtype(np.float16))
        False
    """
    if op not in INSTRUCTIONS or not all(has_registers(each) for each in (*input_dtypes, dtype)):
        return False
    common = _common(op, input_dtypes, dtype)
    if OPS[op].dtype == "bool" and common.kind == "f" and all(each.kind != "f" for each in input_dtypes):
        return False  # an int64 and a uint64, which NumPy compares without loss
    return INSTRUCTIONS[op].column(common.kind) is not None


def emit(
    builder: ir.IRBuilder,
    target: Target,
    op: str,
    inputs: Sequence[ir.Value],
    input_dtypes: Sequence[Dtype],
    dtype: Dtype,
) -> ir.Value:
    """Write the instructions of a native primitive and return its value.

    The values of the inputs are of their own dtypes and have all the same number of lanes. Afterwards ``builder`` may
    stand in another block than before.

    Example:
        >>> from chainrule.execute.llvm.targets import SSE2
        >>> kinds = [ir.VectorType(ir.IntType(32), 4), ir.VectorType(ir.FloatType(), 4)]
        >>> result = ir.VectorType(ir.DoubleType(), 4)
        >>> function = ir.Function(ir.Module(), ir.FunctionType(result, kinds), "f")
        >>> builder = ir.IRBuilder(function.append_basic_block())
        >>> dtypes = [np.dtype(np.int32), np.dtype(np.float32)]
        >>> builder.ret(emit(builder, SSE2, "add", function.args, dtypes, np.dtype(np.float64)))
        <ir.Ret ...>
    """
    work = Work(builder, target, _common(op, input_dtypes, dtype), lanes_of(inputs[0]))
    build = INSTRUCTIONS[op].column(work.dtype.kind)
    assert build is not None, f"{op} is not native"
    wanted = [_BOOL, work.dtype, work.dtype] if op == "where" else [work.dtype] * len(inputs)
    each = zip(inputs, input_dtypes, wanted, strict=True)
    return build(work, *(convert(builder, value, given, to) for value, given, to in each))


def _common(op: str, input_dtypes: Sequence[Dtype], dtype: Dtype) -> Dtype:
    """The dtype that the instructions work in: that of the value, but for questions one that fits the inputs."""
    if OPS[op].dtype != "bool":
        return dtype
    return _BOOL if op.startswith("logical_") else np.result_type(*input_dtypes)
