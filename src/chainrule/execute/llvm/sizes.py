"""Sizes, positions and strides: numbers that are known while code is written, or values that the code computes."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from llvmlite import ir

from chainrule.transforms.rows import ROWS

__all__ = ["INDEX", "Lengths", "Size", "as_value", "is_one", "least", "minus", "plus", "quotient", "times"]

Size: TypeAlias = Any  # int or ir.Value; llvmlite has no types

INDEX = ir.IntType(64)


def as_value(size: Size) -> ir.Value:
    """A size as an operand of an instruction."""
    return ir.Constant(INDEX, size) if isinstance(size, int) else size


def is_one(size: Size) -> bool:
    """Whether it is known to be 1."""
    return isinstance(size, int) and size == 1


def plus(builder: ir.IRBuilder, x: Size, y: Size) -> Size:
    """The sum."""
    if isinstance(x, int) and isinstance(y, int):
        return x + y
    if x == 0 or y == 0:
        return y if x == 0 else x
    return builder.add(as_value(x), as_value(y))


def minus(builder: ir.IRBuilder, x: Size, y: Size) -> Size:
    """The difference."""
    if isinstance(x, int) and isinstance(y, int):
        return x - y
    return x if y == 0 else builder.sub(as_value(x), as_value(y))


def times(builder: ir.IRBuilder, x: Size, y: Size) -> Size:
    """The product."""
    if isinstance(x, int) and isinstance(y, int):
        return x * y
    if x == 0 or y == 0:
        return 0
    if x == 1 or y == 1:
        return y if x == 1 else x
    return builder.mul(as_value(x), as_value(y))


def quotient(builder: ir.IRBuilder, x: Size, y: int) -> Size:
    """How often y goes into x, which is not negative."""
    return x // y if isinstance(x, int) else builder.udiv(x, as_value(y))


def least(builder: ir.IRBuilder, x: Size, y: Size) -> Size:
    """The smaller one."""
    if isinstance(x, int) and isinstance(y, int):
        return min(x, y)
    x, y = as_value(x), as_value(y)
    return builder.select(builder.icmp_signed("<", x, y), x, y)


@dataclass(frozen=True)
class Lengths:
    """Turns lengths and strides of a plan into sizes of the code.

    Attributes:
        builder: writes the instructions.
        rows: the number of rows, for which ``ROWS`` stands.
    """

    builder: ir.IRBuilder
    rows: ir.Value

    def __call__(self, n: int) -> Size:
        """The number itself, or that many times the rows."""
        power = 0
        while n and n % ROWS == 0:
            n, power = n // ROWS, power + 1
        size: Size = n
        for _ in range(power):
            size = times(self.builder, size, self.rows)
        return size
