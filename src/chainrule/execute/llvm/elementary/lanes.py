"""Numbers in the making: what looks like NumPy code here writes LLVM instructions.

A value is a scalar or a vector, of float32 or float64: the formulas do not see the difference.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from llvmlite import ir

from chainrule.execute.llvm.elementary.formats import FLOAT32, FLOAT64, Format
from chainrule.execute.llvm.targets import Target

__all__ = [
    "Bits",
    "Lanes",
    "Mask",
    "Splat",
    "Unit",
    "absolute",
    "call",
    "copy_sign",
    "multiply_add",
    "splat",
    "sqrt",
    "where",
]

_LANE = ir.IntType(32)


@dataclass(frozen=True)
class Unit:
    """Where instructions go and what they work on.

    Attributes:
        builder: writes the instructions.
        target: the processor that they are for.
        type: LLVM's type of the numbers: float, double, or a vector of one of them.
    """

    builder: ir.IRBuilder
    target: Target
    type: Any

    @cached_property
    def is_vector(self) -> bool:
        """Whether the numbers come in vectors."""
        return isinstance(self.type, ir.VectorType)

    @cached_property
    def lanes(self) -> int:
        """How many numbers a value holds."""
        return self.type.count if self.is_vector else 1

    @cached_property
    def format(self) -> Format:
        """The float format."""
        scalar = self.type.element if self.is_vector else self.type
        return FLOAT32 if scalar == FLOAT32.type else FLOAT64

    @cached_property
    def bits_type(self) -> Any:
        """Integers of the same size."""
        return self.like(ir.IntType(self.format.bits))

    def like(self, scalar: Any) -> Any:
        """A scalar type, or vectors of it that have as many lanes as the numbers here."""
        return ir.VectorType(scalar, self.lanes) if self.is_vector else scalar

    def number(self, x: float) -> "Lanes":
        """The same number in all lanes, rounded to the format."""
        return Lanes(self, self._constant(self.type, x))

    def integer(self, i: int) -> "Bits":
        """The same integer in all lanes."""
        return Bits(self, self._constant(self.bits_type, i))

    def call(self, function: str, result: Any, *arguments: Any) -> Any:
        """Call one of LLVM's own functions, by its full name."""
        return call(self.builder, function, result, *arguments)

    def suffix(self) -> str:
        """How the names of LLVM's functions end for this type."""
        vector = f"v{self.lanes}" if self.is_vector else ""
        return f"{vector}f{self.format.bits}"

    def _constant(self, type: Any, x: float) -> Any:
        return Splat(type, x) if self.is_vector else ir.Constant(type, x)


def call(builder: ir.IRBuilder, function: str, result: Any, *arguments: Any) -> Any:
    """Call one of LLVM's own functions, by its full name."""
    module = builder.module
    declared = module.globals.get(function)
    if declared is None:
        declared = ir.Function(module, ir.FunctionType(result, [each.type for each in arguments]), function)
    return builder.call(declared, arguments)


class Splat(ir.Constant):  # type: ignore[misc]
    """A constant vector of equal numbers, written once and not once for each lane."""

    def _get_reference(self) -> str:
        return f"splat ({self.constant[0]})"


class _Poison(ir.Constant):  # type: ignore[misc]
    """A vector of which nothing is known yet."""

    def _get_reference(self) -> str:
        return "poison"


def splat(builder: ir.IRBuilder, number: ir.Value, lanes: int) -> ir.Value:
    """A number in all lanes; one lane is the number itself."""
    if lanes == 1:
        return number
    nothing = _Poison(ir.VectorType(number.type, lanes), ir.Undefined)
    first = builder.insert_element(nothing, number, _LANE(0))
    return builder.shuffle_vector(first, nothing, Splat(ir.VectorType(_LANE, lanes), 0))


class _Value:
    """One value of LLVM, in its unit."""

    __slots__ = ("unit", "value")

    def __init__(self, unit: Unit, value: Any) -> None:
        self.unit = unit
        self.value = value

    def _new(self, instruction: str, *operands: Any) -> Self:
        return type(self)(self.unit, getattr(self.unit.builder, instruction)(self.value, *operands))


class Mask(_Value):
    """A yes or no in each lane."""

    def __and__(self, other: "Mask") -> "Mask":
        return self._new("and_", other.value)

    def __or__(self, other: "Mask") -> "Mask":
        return self._new("or_", other.value)

    def __xor__(self, other: "Mask") -> "Mask":
        return self._new("xor", other.value)

    def __invert__(self) -> "Mask":
        return self._new("not_")

    def any(self) -> ir.Value:
        """One bit: whether it holds in some lane."""
        unit = self.unit
        if not unit.is_vector:
            return self.value
        return unit.call(f"llvm.vector.reduce.or.v{unit.lanes}i1", ir.IntType(1), self.value)


class Bits(_Value):
    """An integer of the size of the float in each lane, often the pattern of one."""

    def _operand(self, other: "Bits | int") -> Any:
        return self.unit.integer(other).value if isinstance(other, int) else other.value

    def __add__(self, other: "Bits | int") -> "Bits":
        return self._new("add", self._operand(other))

    def __sub__(self, other: "Bits | int") -> "Bits":
        return self._new("sub", self._operand(other))

    def __and__(self, other: "Bits | int") -> "Bits":
        return self._new("and_", self._operand(other))

    def __or__(self, other: "Bits | int") -> "Bits":
        return self._new("or_", self._operand(other))

    def __xor__(self, other: "Bits | int") -> "Bits":
        return self._new("xor", self._operand(other))

    def __lshift__(self, count: int) -> "Bits":
        return self._new("shl", self._operand(count))

    def __rshift__(self, count: int) -> "Bits":
        """Zeros come in from the left."""
        return self._new("lshr", self._operand(count))

    def equals(self, other: "Bits | int") -> Mask:
        """Compare lane by lane."""
        return Mask(self.unit, self.unit.builder.icmp_unsigned("==", self.value, self._operand(other)))

    def number(self) -> "Lanes":
        """The float that has this pattern."""
        return Lanes(self.unit, self.unit.builder.bitcast(self.value, self.unit.type))


class Lanes(_Value):
    """A float in each lane. Operators round once, as IEEE 754 says; a Python float stands for itself in all lanes."""

    def _operand(self, other: "Lanes | float") -> Any:
        return other.value if isinstance(other, Lanes) else self.unit.number(other).value

    def __add__(self, other: "Lanes | float") -> "Lanes":
        return self._new("fadd", self._operand(other))

    def __sub__(self, other: "Lanes | float") -> "Lanes":
        return self._new("fsub", self._operand(other))

    def __mul__(self, other: "Lanes | float") -> "Lanes":
        return self._new("fmul", self._operand(other))

    def __truediv__(self, other: "Lanes | float") -> "Lanes":
        return self._new("fdiv", self._operand(other))

    def __neg__(self) -> "Lanes":
        return self._new("fneg")

    def __radd__(self, other: float) -> "Lanes":
        return self.unit.number(other) + self

    def __rsub__(self, other: float) -> "Lanes":
        return self.unit.number(other) - self

    def __rmul__(self, other: float) -> "Lanes":
        return self.unit.number(other) * self

    def __rtruediv__(self, other: float) -> "Lanes":
        return self.unit.number(other) / self

    def __lt__(self, other: "Lanes | float") -> Mask:
        return self._compare("<", other)

    def __le__(self, other: "Lanes | float") -> Mask:
        return self._compare("<=", other)

    def __gt__(self, other: "Lanes | float") -> Mask:
        return self._compare(">", other)

    def __ge__(self, other: "Lanes | float") -> Mask:
        return self._compare(">=", other)

    def equals(self, other: "Lanes | float") -> Mask:
        """Compare lane by lane; -0 equals 0, NaN equals nothing."""
        return self._compare("==", other)

    def _compare(self, how: str, other: "Lanes | float") -> Mask:
        return Mask(self.unit, self.unit.builder.fcmp_ordered(how, self.value, self._operand(other)))

    def bits(self) -> Bits:
        """The pattern of the float."""
        return Bits(self.unit, self.unit.builder.bitcast(self.value, self.unit.bits_type))

    def at_most(self, limit: "Lanes | float") -> "Lanes":
        """The lesser of both; NaN stays."""
        return where(self > limit, limit, self)

    def at_least(self, limit: "Lanes | float") -> "Lanes":
        """The greater of both; NaN stays."""
        return where(self < limit, limit, self)


def where(mask: Mask, yes: Lanes | float, no: Lanes | float) -> Lanes:
    """Lane by lane ``yes`` where the mask holds, else ``no``."""
    unit = mask.unit
    chosen = [each if isinstance(each, Lanes) else unit.number(each) for each in (yes, no)]
    return Lanes(unit, unit.builder.select(mask.value, chosen[0].value, chosen[1].value))


def multiply_add(x: Lanes, y: Lanes | float, z: Lanes | float) -> Lanes:
    """Compute x y + z, with one rounding where the processor can and with two where it cannot."""
    unit = x.unit
    if not unit.target.fma:
        return x * y + z
    factors = [each if isinstance(each, Lanes) else unit.number(each) for each in (x, y, z)]
    return Lanes(unit, unit.call(f"llvm.fma.{unit.suffix()}", unit.type, *(each.value for each in factors)))


def absolute(x: Lanes) -> Lanes:
    """The distance from 0."""
    return Lanes(x.unit, x.unit.call(f"llvm.fabs.{x.unit.suffix()}", x.unit.type, x.value))


def copy_sign(x: Lanes, sign: Lanes) -> Lanes:
    """The absolute value of x with the sign of ``sign``."""
    return Lanes(x.unit, x.unit.call(f"llvm.copysign.{x.unit.suffix()}", x.unit.type, x.value, sign.value))


def sqrt(x: Lanes) -> Lanes:
    """The square root, rounded once."""
    return Lanes(x.unit, x.unit.call(f"llvm.sqrt.{x.unit.suffix()}", x.unit.type, x.value))
