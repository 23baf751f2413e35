"""The two float formats, IEEE 754 binary32 and binary64, and the tables that have one column for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

__all__ = ["FLOAT32", "FLOAT64", "Format", "Table"]


@dataclass(frozen=True)
class Format:
    """One float format.

    Attributes:
        name: NumPy's name.
        type: LLVM's type of a scalar.
        bits: size of a number.
        precision: bits of the significand, the one before the point included.
    """

    name: str
    type: Any
    bits: int
    precision: int

    @property
    def fraction_bits(self) -> int:
        """Bits of the significand that are stored."""
        return self.precision - 1

    @property
    def bias(self) -> int:
        """What is added to the exponent where it is stored; also the greatest exponent."""
        return int(2 ** (self.bits - self.precision - 1)) - 1

    @property
    def least_normal(self) -> float:
        """The smallest positive number with full precision."""
        return 2.0 ** (1 - self.bias)

    @property
    def cube_root_steps(self) -> int:
        """How often 11 digits must be tripled to fill the significand, all but the last two or three."""
        return 1 if self.precision <= 33 else 2

    @property
    def rounder(self) -> float:
        """1.5 times the number whose last bit is worth 1: adding and subtracting it rounds to an integer."""
        return 1.5 * 2.0**self.fraction_bits


FLOAT32 = Format("float32", ir.FloatType(), 32, 24)
FLOAT64 = Format("float64", ir.DoubleType(), 64, 53)


class Table:
    """Numbers that differ by format, such as coefficients, in hexadecimal and separated by spaces."""

    def __init__(self, float32: str, float64: str) -> None:
        columns = {"float32": float32, "float64": float64}
        self._columns: Mapping[str, tuple[float, ...]] = {
            name: tuple(float.fromhex(each) for each in column.split()) for name, column in columns.items()
        }

    def of(self, format: Format) -> tuple[float, ...]:
        """The numbers for one format."""
        return self._columns[format.name]
