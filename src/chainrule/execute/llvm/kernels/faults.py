"""Index arrays out of range: code never reads or writes there; it sets a word, and goes on.

Who runs the code looks at the word afterwards. If it is not 0, the results mean nothing, and the interpreter says what
is wrong.
"""

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.registers import INDEX, constant, lanes_of, splat
from chainrule.execute.llvm.sizes import Size, as_value
from chainrule.graph import input_node
from chainrule.transforms.fuse import Group, Plan

__all__ = ["FAULTS", "can_fault", "checked_position", "report"]

FAULTS = input_node("faults", (1,), np.dtype(np.int64))  # stands for the word among the memory of kernels

_INT64 = np.dtype(np.int64)


def can_fault(plan: Plan, group: Group) -> bool:
    """Does machine code for the group check index arrays?"""
    return any(plan.roles[node] in ("gather", "scatter") for node in group.nodes)


def checked_position(builder: ir.IRBuilder, position: ir.Value, length: Size) -> tuple[ir.Value, ir.Value]:
    """A position on an axis, counted from its beginning, and whether there is none; then it is 0.

    Args:
        builder: where the instructions go.
        position: an i64 or several; a negative one counts from the end.
        length: of the axis.
    """
    lanes = lanes_of(position)
    size, zero = splat(builder, as_value(length), lanes), constant(_INT64, lanes, 0)
    is_negative = builder.icmp_signed("<", position, zero)
    wrapped = builder.select(is_negative, builder.add(position, size), position)
    is_wrong = builder.icmp_unsigned(">=", wrapped, size)
    return builder.select(is_wrong, zero, wrapped), is_wrong


def report(builder: ir.IRBuilder, pointer: ir.Value, is_wrong: ir.Value, mask: ir.Value | None) -> None:
    """Set the word if a lane that counts is wrong."""
    lanes = lanes_of(is_wrong)
    if lanes > 1:
        counting = is_wrong if mask is None else builder.and_(is_wrong, mask)
        bits = builder.bitcast(counting, ir.IntType(lanes))
        is_wrong = builder.icmp_unsigned("!=", bits, ir.IntType(lanes)(0))
    with builder.if_then(is_wrong, likely=False):
        builder.store(INDEX(1), pointer)
