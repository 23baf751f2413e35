"""Integers kept as floats, and powers of two.

Adding 1.5 times the number whose last bit is worth 1 moves an integer into the last bits of a float. So floats become
integers and integers floats without a conversion, which AVX2 does not have for 64 bits.
"""

from llvmlite import ir

from chainrule.execute.llvm.elementary.double_word import DoubleWord
from chainrule.execute.llvm.elementary.lanes import Bits, Lanes, Unit, multiply_add, where

__all__ = [
    "integer_bits",
    "integer_number",
    "nearest_integer",
    "power_of_two",
    "scale",
    "scale_twofold",
    "scale_within",
    "split_octave",
]


def nearest_integer(x: Lanes, factor: float) -> Lanes:
    """The integer nearest to ``x * factor``, for products well below half of the largest exact integer."""
    rounder = x.unit.format.rounder
    return multiply_add(x, factor, rounder) - rounder


def integer_bits(k: Lanes) -> Bits:
    """An integer in the last bits of the pattern; what stands before them is of no use."""
    return (k + k.unit.format.rounder).bits()


def integer_number(k: Bits) -> Lanes:
    """A small integer, positive or negative, as a float."""
    unit = k.unit
    rounder = unit.number(unit.format.rounder)
    return (k + rounder.bits()).number() - rounder


def split_octave(x: Lanes) -> tuple[Lanes, Lanes]:
    """The integer k and the number from 1 to 2 for which a positive number is 2^k times that number."""
    format = x.unit.format
    digits = 3.0 * -(-format.precision // 3)
    tiny = x < format.least_normal
    bits = where(tiny, x * 2.0**digits, x).bits()
    bias = where(tiny, format.bias + digits, format.bias)
    k = integer_number(bits >> format.fraction_bits) - bias
    return k, ((bits & (2**format.fraction_bits - 1)) | x.unit.number(1.0).bits()).number()


def power_of_two(k: Lanes) -> Lanes:
    """Two to the power of an integer, if that is a normal number."""
    format = k.unit.format
    return ((k + (format.rounder + format.bias)).bits() << format.fraction_bits).number()


def scale(x: Lanes, k: Lanes) -> Lanes:
    """Multiply x by two to the power of an integer, with one rounding; 0 and infinity where they are due.

    ``abs(k)`` may be up to twice the greatest exponent.
    """
    unit = x.unit
    if _has_instruction(unit):
        return _scale_by_instruction(x, k)
    half = nearest_integer(k, 0.5)
    return x * power_of_two(half) * power_of_two(k - half)


def scale_twofold(x: DoubleWord, k: Lanes) -> DoubleWord:
    """The same for a double word."""
    return DoubleWord(scale(x.high, k), scale(x.low, k))


def scale_within(x: Lanes, k: Lanes) -> Lanes:
    """Multiply x by 2^k, which is a normal number."""
    return _scale_by_instruction(x, k) if _has_instruction(x.unit) else x * power_of_two(k)


_REGISTERS = (128, 256, 512)


def _has_instruction(unit: Unit) -> bool:
    return unit.target.avx512 and unit.lanes * unit.format.bits in _REGISTERS


def _scale_by_instruction(x: Lanes, k: Lanes) -> Lanes:
    """AVX-512's ``vscalef``."""
    unit = x.unit
    size = unit.lanes * unit.format.bits
    kind = {32: "ps", 64: "pd"}[unit.format.bits]
    all_lanes = ir.Constant(ir.IntType(max(8, unit.lanes)), -1)
    rounding = [ir.Constant(ir.IntType(32), 4)] if size == 512 else []  # 4: as the floating-point state says
    name = f"llvm.x86.avx512.mask.scalef.{kind}.{size}"
    return Lanes(unit, unit.call(name, unit.type, x.value, k.value, x.value, all_lanes, *rounding))
