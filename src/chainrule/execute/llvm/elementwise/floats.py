"""What NumPy's operations on floats do where a plain instruction does less: NaN, signs of zero, rounding down."""

import math
from collections.abc import Callable

from llvmlite import ir

from chainrule.execute.llvm.elementary import lanes
from chainrule.execute.llvm.elementary.lanes import Lanes, copy_sign, where
from chainrule.execute.llvm.elementwise.work import Work

__all__ = [
    "absolute",
    "ceil",
    "divide_down",
    "floor",
    "isfinite",
    "isinf",
    "isnan",
    "maximum",
    "minimum",
    "remainder",
    "rint",
    "sign",
    "signbit",
    "trunc",
]


def absolute(work: Work, x: ir.Value) -> ir.Value:
    """The number without its sign bit."""
    return lanes.absolute(work.floats(x)).value


def sign(work: Work, x: ir.Value) -> ir.Value:
    """-1, 0 or 1; NaN stays, -0 becomes 0."""
    number = work.floats(x)
    value = where(number > 0.0, 1.0, where(number < 0.0, -1.0, 0.0))
    return where(number.equals(number), value, number).value


def maximum(work: Work, x: ir.Value, y: ir.Value) -> ir.Value:
    """The greater of two, NaN if one of them is: the first one if both are. Of two zeros the second one."""
    number, other = work.floats(x), work.floats(y)
    return where(number.equals(number), where(number > other, number, other), number).value


def minimum(work: Work, x: ir.Value, y: ir.Value) -> ir.Value:
    """The lesser of two, NaN if one of them is: the first one if both are. Of two zeros the second one."""
    number, other = work.floats(x), work.floats(y)
    return where(number.equals(number), where(number < other, number, other), number).value


# --- division with a rest -----------------------------------------------------------------------------------


def divide_down(work: Work, x: ir.Value, y: ir.Value) -> ir.Value:
    """The quotient rounded down, of what the remainder leaves; x / y for y = 0."""
    number, divisor = work.floats(x), work.floats(y)
    rest = Lanes(number.unit, work.builder.frem(x, y))
    crosses = _crosses_zero(rest, divisor)
    quotient = (number - rest) / divisor
    quotient = where(crosses, quotient - 1.0, quotient)
    below = work.floats(floor(work, quotient.value))
    rounded = where(quotient - below > 0.5, below + 1.0, below)
    rounded = where(quotient.equals(0.0), copy_sign(number.unit.number(0.0), number / divisor), rounded)
    return where(divisor.equals(0.0), number / divisor, rounded).value


def remainder(work: Work, x: ir.Value, y: ir.Value) -> ir.Value:
    """What the quotient rounded down leaves, with the sign of y; NaN for y = 0."""
    rest, divisor = work.floats(work.builder.frem(x, y)), work.floats(y)
    value = where(_crosses_zero(rest, divisor), rest + divisor, rest)
    return where(rest.equals(0.0), copy_sign(rest, divisor), value).value


def _crosses_zero(rest: Lanes, divisor: Lanes) -> lanes.Mask:
    """Whether the remainder is not 0 and has another sign than the divisor."""
    return ~rest.equals(0.0) & ((rest < 0.0) ^ (divisor < 0.0))


# --- rounding -----------------------------------------------------------------------------------------------


def _rounding(instruction: str, formula: Callable[[Lanes], Lanes]) -> Callable[[Work, ir.Value], ir.Value]:
    """One instruction where the processor has it, else a formula; a call of the C library would be slow."""

    def build(work: Work, x: ir.Value) -> ir.Value:
        if work.target.fma:  # all processors with the one have the other
            return work.call(instruction, x)
        number = work.floats(x)
        return where(
            lanes.absolute(number) < _from_here_on_integers(number), copy_sign(formula(number), number), number
        ).value

    return build


def _from_here_on_integers(x: Lanes) -> float:
    return 2.0**x.unit.format.fraction_bits


def _nearest(x: Lanes) -> Lanes:
    """Adding such a number leaves no place for a fraction, and rounds halves to even."""
    limit = _from_here_on_integers(x)
    return copy_sign((lanes.absolute(x) + limit) - limit, x)


def _below(x: Lanes) -> Lanes:
    nearest = _nearest(x)
    return where(nearest > x, nearest - 1.0, nearest)


floor = _rounding("llvm.floor", _below)
ceil = _rounding("llvm.ceil", lambda x: -_below(-x))
trunc = _rounding("llvm.trunc", lambda x: _below(lanes.absolute(x)))
rint = _rounding("llvm.roundeven", _nearest)


# --- questions ----------------------------------------------------------------------------------------------


def isnan(work: Work, x: ir.Value) -> ir.Value:
    """A NaN is not even equal to itself."""
    return work.builder.fcmp_unordered("uno", x, x)


def isinf(work: Work, x: ir.Value) -> ir.Value:
    """Whether the number is one of both infinities."""
    return lanes.absolute(work.floats(x)).equals(math.inf).value


def isfinite(work: Work, x: ir.Value) -> ir.Value:
    """Whether the number is neither infinite nor NaN."""
    return (lanes.absolute(work.floats(x)) < math.inf).value


def signbit(work: Work, x: ir.Value) -> ir.Value:
    """Whether the sign bit is set, also that of a zero or a NaN."""
    bits = work.floats(x).bits()
    return work.builder.icmp_signed("<", bits.value, bits.unit.integer(0).value)
