"""How the rows of a product are cut: tiles of a few heights."""

from collections.abc import Callable, Sequence
from functools import partial

from llvmlite import ir

from chainrule.execute.llvm.control import choose, count_up
from chainrule.execute.llvm.sizes import Size, as_value, minus

__all__ = ["by_height", "each_tile"]


def each_tile(builder: ir.IRBuilder, begin: Size, end: Size, body: Callable[[Size, Size], Size]) -> None:
    """Write a loop over tiles: ``body(i, left)`` gets the first row and how many are left, and returns the height."""
    count_up(builder, begin, end, lambda i: body(i, minus(builder, end, i)))


def by_height(builder: ir.IRBuilder, heights: Sequence[int], left: Size, body: Callable[[int], None]) -> Size:
    """Write code for each height; the greatest one that fits runs. Returns the height."""

    def case(height: int) -> Size:
        body(height)
        return height

    fits = [builder.icmp_signed(">=", as_value(left), as_value(height)) for height in heights]
    return choose(builder, [(fit, partial(case, height)) for fit, height in zip(fits, heights, strict=True)])
