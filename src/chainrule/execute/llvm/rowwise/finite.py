"""Are all numbers of an array finite?"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.control import repeat
from chainrule.execute.llvm.registers import INDEX, constant, load, tail_mask
from chainrule.execute.llvm.sizes import Size, plus
from chainrule.execute.llvm.targets import Target

__all__ = ["emit_is_finite"]

_CHAINS = 4  # sums side by side, which hide the latency of an addition
Values = Sequence[ir.Value]


def emit_is_finite(
    builder: ir.IRBuilder, target: Target, dtype: np.dtype[Any], pointer: ir.Value, count: ir.Value
) -> ir.Value:
    """One bit: whether none of ``count`` numbers, side by side, is infinite or NaN.

    Zero times a number is a zero if the number is finite, else NaN, and a sum keeps a NaN.
    """
    lanes = target.lanes(dtype.itemsize)
    zero = constant(dtype, lanes, 0.0)

    def take(total: ir.Value, index: Size, mask: ir.Value | None = None) -> ir.Value:
        value = load(builder, dtype, pointer, index, lanes, mask=mask)
        return builder.fadd(total, builder.fmul(value, zero))

    def several(index: Size, totals: Values) -> Values:
        return [take(total, plus(builder, index, k * lanes)) for k, total in enumerate(totals)]

    def one(end: ir.Value, index: Size, totals: Values) -> Values:
        left = builder.sub(end, index)
        return [take(totals[0], index, tail_mask(builder, left, lanes) if lanes > 1 else None)]

    middle = builder.and_(count, INDEX(-_CHAINS * lanes))
    first, *others = repeat(builder, 0, middle, _CHAINS * lanes, [zero] * _CHAINS, several)
    (total,) = repeat(builder, middle, count, lanes, [first], partial(one, count))
    for each in others:
        total = builder.fadd(total, each)
    sames = builder.fcmp_ordered("==", total, total)
    if lanes == 1:
        return sames
    bits = builder.bitcast(sames, ir.IntType(lanes))
    return builder.icmp_unsigned("==", bits, ir.Constant(bits.type, -1))
