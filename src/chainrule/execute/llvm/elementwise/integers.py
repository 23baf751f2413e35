"""What NumPy's operations on integers do where a plain instruction does less: at 0, at the ends, for great shifts."""

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.conversion import convert
from chainrule.execute.llvm.elementwise.work import Work
from chainrule.execute.llvm.registers import constant

__all__ = [
    "absolute",
    "divide_down",
    "left_shift",
    "maximum",
    "minimum",
    "reciprocal",
    "remainder",
    "right_shift",
    "sign",
]

_FLOAT64 = np.dtype(np.float64)


def divide_down(work: Work, x: ir.Value, y: ir.Value) -> ir.Value:
    """The quotient rounded down, 0 for y = 0; the least integer divided by -1 is itself."""
    builder = work.builder
    quotient, rest, divisor = _divide(work, x, y)
    if work.has_sign:
        quotient = builder.select(_crosses_zero(work, rest, divisor), builder.sub(quotient, work.number(1)), quotient)
    return builder.select(work.compare("==", y, work.number(0)), work.number(0), quotient)


def remainder(work: Work, x: ir.Value, y: ir.Value) -> ir.Value:
    """What the quotient rounded down leaves, with the sign of y; 0 for y = 0."""
    _, rest, divisor = _divide(work, x, y)
    if not work.has_sign:
        return rest
    builder = work.builder
    return builder.select(_crosses_zero(work, rest, divisor), builder.add(rest, divisor), rest)


def _divide(work: Work, x: ir.Value, y: ir.Value) -> tuple[ir.Value, ir.Value, ir.Value]:
    """Quotient towards 0, remainder, and the divisor: y, or 1 where the processor would stop."""
    builder = work.builder
    stops = work.compare("==", y, work.number(0))
    if work.has_sign:
        least = work.compare("==", x, work.number(np.iinfo(work.dtype).min))
        stops = builder.or_(stops, builder.and_(least, work.compare("==", y, work.number(-1))))
    divisor = builder.select(stops, work.number(1), y)
    quotient = builder.sdiv(x, divisor) if work.has_sign else builder.udiv(x, divisor)
    return quotient, builder.sub(x, builder.mul(quotient, divisor)), divisor


def _crosses_zero(work: Work, rest: ir.Value, divisor: ir.Value) -> ir.Value:
    """Whether the remainder is not 0 and has another sign than the divisor."""
    builder, zero = work.builder, work.number(0)
    differs = work.compare("<", builder.xor(rest, divisor), zero)
    return builder.and_(work.compare("!=", rest, zero), differs)


def reciprocal(work: Work, x: ir.Value) -> ir.Value:
    """1 / x as a float, and that as an integer."""
    number = convert(work.builder, x, work.dtype, _FLOAT64)
    quotient = work.builder.fdiv(constant(_FLOAT64, work.lanes, 1.0), number)
    return convert(work.builder, quotient, _FLOAT64, work.dtype)


def absolute(work: Work, x: ir.Value) -> ir.Value:
    """The distance from 0; the least integer has none and stays."""
    return work.builder.select(work.compare("<", x, work.number(0)), work.builder.neg(x), x) if work.has_sign else x


def sign(work: Work, x: ir.Value) -> ir.Value:
    """-1, 0 or 1."""
    builder, zero = work.builder, work.number(0)
    above = builder.zext(work.compare(">", x, zero), work.type)
    return builder.sub(above, builder.zext(work.compare("<", x, zero), work.type))


def maximum(work: Work, x: ir.Value, y: ir.Value) -> ir.Value:
    """The greater of two."""
    return work.builder.select(work.compare(">", x, y), x, y)


def minimum(work: Work, x: ir.Value, y: ir.Value) -> ir.Value:
    """The lesser of two."""
    return work.builder.select(work.compare("<", x, y), x, y)


def left_shift(work: Work, x: ir.Value, count: ir.Value) -> ir.Value:
    """Bits moved to the left; none is left if there are no more bits than the count, which is great if negative."""
    builder = work.builder
    return builder.select(_is_within(work, count), builder.shl(x, count), work.number(0))


def right_shift(work: Work, x: ir.Value, count: ir.Value) -> ir.Value:
    """Bits moved to the right, copies of the sign coming in; only they are left if the count is great or negative."""
    builder = work.builder
    if not work.has_sign:
        return builder.select(_is_within(work, count), builder.lshr(x, count), work.number(0))
    return builder.ashr(x, builder.select(_is_within(work, count), count, work.number(_bits(work) - 1)))


def _is_within(work: Work, count: ir.Value) -> ir.Value:
    return work.builder.icmp_unsigned("<", count, work.number(_bits(work)))


def _bits(work: Work) -> int:
    return 8 * work.dtype.itemsize
