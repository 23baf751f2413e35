"""What a row of the table of instructions works with."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.elementary.lanes import Lanes, Unit, call
from chainrule.execute.llvm.registers import constant, register_type
from chainrule.execute.llvm.targets import Target

__all__ = ["Work"]


@dataclass(frozen=True)
class Work:
    """Where instructions go and what they work on.

    Attributes:
        builder: writes the instructions.
        target: the processor that they are for.
        dtype: the dtype of the numbers.
        lanes: how many numbers a value holds.
    """

    builder: ir.IRBuilder
    target: Target
    dtype: np.dtype[Any]
    lanes: int

    @cached_property
    def type(self) -> Any:
        """LLVM's type of a value."""
        return register_type(self.dtype, self.lanes)

    @property
    def has_sign(self) -> bool:
        """Whether a number can be negative."""
        return self.dtype.kind != "u"

    def number(self, x: float) -> ir.Value:
        """The same number in all lanes."""
        return constant(self.dtype, self.lanes, x)

    def truth(self, holds: bool) -> ir.Value:
        """The same answer in all lanes."""
        return constant(np.dtype(bool), self.lanes, holds)

    def compare(self, how: str, x: ir.Value, y: ir.Value) -> ir.Value:
        """Compare two integers or booleans."""
        compare = self.builder.icmp_signed if self.dtype.kind == "i" else self.builder.icmp_unsigned
        return compare(how, x, y)

    def call(self, function: str, *arguments: ir.Value) -> ir.Value:
        """Call one of LLVM's own functions, by its name without the type, which is that of the numbers."""
        vector = f"v{self.lanes}" if self.lanes > 1 else ""
        kind = "f" if self.dtype.kind == "f" else "i"
        return call(self.builder, f"{function}.{vector}{kind}{8 * self.dtype.itemsize}", self.type, *arguments)

    def floats(self, x: ir.Value) -> Lanes:
        """The value of floats, to write formulas with."""
        return Lanes(Unit(self.builder, self.target, self.type), x)
