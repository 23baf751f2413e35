"""How the parts of a reduction become one: chains, lanes, and sums that come with what rounding took from them."""

import math
from collections.abc import Sequence

from llvmlite import ir

from chainrule.execute.llvm.elementary.double_word import two_sum
from chainrule.execute.llvm.elementary.lanes import absolute, where
from chainrule.execute.llvm.elementwise.work import Work
from chainrule.execute.llvm.reductions.table import Join, State

__all__ = ["join_twofold", "joined", "joined_lanes", "sum_of_twofold"]

_INT32 = ir.IntType(32)


def joined(work: Work, join: Join, states: Sequence[State]) -> State:
    """The first half with the second half, each of them joined in this way."""
    if len(states) == 1:
        return states[0]
    half = (len(states) + 1) // 2
    return join(work, joined(work, join, states[:half]), joined(work, join, states[half:]))


def joined_lanes(work: Work, join: Join, state: State) -> tuple[Work, State]:
    """The first half of the lanes with the second half, until one is left."""
    while work.lanes > 1:
        half = work.lanes // 2
        halves = [tuple(_some_lanes(work, value, start, half) for value in state) for start in (0, half)]
        work = Work(work.builder, work.target, work.dtype, half)
        state = join(work, *halves)
    return work, state


def _some_lanes(work: Work, value: ir.Value, start: int, count: int) -> ir.Value:
    if count == 1:
        return work.builder.extract_element(value, _INT32(start))
    lanes = ir.Constant(ir.VectorType(_INT32, count), list(range(start, start + count)))
    return work.builder.shuffle_vector(value, value, lanes)


def join_twofold(work: Work, state: State, other: State) -> State:
    """Two sums, each with what rounding took from it."""
    total, rest = two_sum(work.floats(state[0]), work.floats(other[0]))
    return total.value, ((work.floats(state[1]) + work.floats(other[1])) + rest).value


def sum_of_twofold(work: Work, total: ir.Value, rest: ir.Value) -> ir.Value:
    """An infinite total has no rest."""
    value = work.floats(total)
    return where(absolute(value) < math.inf, value + work.floats(rest), value).value
