"""Reductions as LLVM instructions: what a loop keeps while it runs over the entries, and how the value comes of it.

An ``Accumulator`` has a few chains, vectors that take entries in turn, since one chain would wait for its own last
instruction. In the end chains are joined with chains and lanes with lanes, always in the same order: the first half of
them with the second half, so that equal loops give equal bits.

Long sums of floats keep their digits: a chain takes at most 32 vectors. Then the loop closes the block, and the sum of
the block is added to a total that remembers what rounding took away. The relative error is that of a block, some units
in the last place if the entries are of one sign, whatever their number.

Source: A. Neumaier (1974), "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54; the exact
sum of two floats is Knuth's.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.conversion import convert
from chainrule.execute.llvm.elementwise.work import Work
from chainrule.execute.llvm.reductions.joining import join_twofold, joined, joined_lanes, sum_of_twofold
from chainrule.execute.llvm.reductions.table import REDUCTIONS, State, chosen
from chainrule.execute.llvm.registers import INDEX, has_registers, splat
from chainrule.execute.llvm.targets import Target
from chainrule.graph.shapes import OWN_DTYPES

__all__ = ["BLOCK", "CHAINS", "REDUCTIONS", "Accumulator", "accumulated_dtype", "is_native"]

Dtype = np.dtype[Any]

CHAINS = 4
BLOCK = 32 * CHAINS  # vectors

_BOOL, _POSITION = np.dtype(bool), np.dtype(np.int64)


def is_native(op: str, dtype: Dtype) -> bool:
    """Whether a reduction of entries of a dtype has instructions."""
    return op in REDUCTIONS and has_registers(dtype)


def accumulated_dtype(op: str, dtype: Dtype) -> Dtype:
    """The dtype in which entries are compared or added up: NumPy's, which is also the value's but for positions."""
    if op in ("any", "all"):
        return _BOOL
    return OWN_DTYPES[op]([np.empty((), dtype)], {}) if op in OWN_DTYPES else dtype


class Accumulator:
    """One reduction while its loop runs; the state is in the function's stack frame until LLVM puts it in registers.

    The lanes are entries next to one another along the axis that is reduced. Where they belong to several results,
    ``finish(join_lanes=False)`` gives one value for each lane.

    Args:
        builder: writes the instructions, those of the loop too.
        target: the processor that they are for.
        op: the name of the primitive.
        dtype: the dtype of the entries.
        lanes: how many entries come at once, a power of 2.
        chains: how many vectors the loop takes before it comes to the first chain again.

    Example:
        >>> from chainrule.execute.llvm.targets import SSE2
        >>> vector = ir.VectorType(ir.FloatType(), 4)
        >>> function = ir.Function(ir.Module(), ir.FunctionType(ir.FloatType(), [vector, vector]), "sum_of_8")
        >>> builder = ir.IRBuilder(function.append_basic_block())
        >>> accumulator = Accumulator(builder, SSE2, "sum", np.dtype(np.float32), lanes=4)
        >>> accumulator.start()
        >>> for entries in function.args:
        ...     accumulator.take(entries)
        >>> builder.ret(accumulator.finish())
        <ir.Ret ...>
    """

    def __init__(
        self, builder: ir.IRBuilder, target: Target, op: str, dtype: Dtype, lanes: int, chains: int = CHAINS
    ) -> None:
        self._row = REDUCTIONS[op]
        self._dtype = dtype
        self._work = Work(builder, target, accumulated_dtype(op, dtype), lanes)
        self._places = Work(builder, target, _POSITION, lanes)
        self._chains = [self._slots(self._row.has_position) for _ in range(chains)]
        self._total = self._slots(False) + self._slots(False)  # of closed blocks: the sum, and what rounding took
        self._compensates = op == "sum" and dtype.kind == "f"
        self._taken = 0
        self._closed = False

    def start(self, first: ir.Value | None = None) -> None:
        """Begin with no entries.

        Args:
            first: the position of the first entry, an i64; 0 unless given.
        """
        state = [self._work.number(self._row.identity(self._work.dtype))]
        if self._row.has_position:
            position = INDEX(0) if first is None else first  # stays if no entry is more extreme than the identity
            state.append(splat(self._work.builder, position, self._work.lanes))
        for slots in self._chains:
            self._keep(slots, state)
        self._keep(self._total, [self._work.number(0)] * 2)

    def take(self, entries: ir.Value, *, mask: ir.Value | None = None, position: ir.Value | None = None) -> None:
        """Take the next entries; each call in the text of a loop's body has the next chain.

        Args:
            entries: of the entries' own dtype.
            mask: the lanes that count, or None if all do.
            position: an i64, the first lane's position along the axis, for argmax and argmin.
        """
        work = self._work
        slots = self._chains[self._taken % len(self._chains)]
        self._taken += 1
        entry: State = (convert(work.builder, entries, self._dtype, work.dtype),)
        if self._row.has_position:
            entry = (*entry, splat(work.builder, position, work.lanes))
        before = self._kept(slots)
        after = self._row.take(work, before, entry)
        self._keep(slots, after if mask is None else chosen(work, mask, after, before))

    def close_block(self) -> None:
        """Empty the chains into the total, at the latest after ``BLOCK`` vectors; nothing but long sums needs it."""
        if not self._compensates:
            return
        self._closed = True
        (block,) = self._joined_chains()
        self._keep(self._total, join_twofold(self._work, self._kept(self._total), (block, self._work.number(0))))
        for slots in self._chains:
            self._keep(slots, [self._work.number(0)])

    def finish(self, *, join_lanes: bool = True) -> ir.Value:
        """The value of all entries: a number of the accumulated dtype, or a position as an i64."""
        if self._closed:
            self.close_block()
        join = join_twofold if self._closed else self._row.join
        state = self._kept(self._total) if self._closed else self._joined_chains()
        work = self._work
        if join_lanes:
            if self._row.has_position:
                state = (state[0], self._places_of_lanes(state[1]))
            work, state = joined_lanes(work, join, state)
        return sum_of_twofold(work, *state) if self._closed else state[-1]

    def _joined_chains(self) -> State:
        used = self._chains[: max(self._taken, 1)]
        return joined(self._work, self._row.join, [self._kept(slots) for slots in used])

    def _places_of_lanes(self, first: ir.Value) -> ir.Value:
        lanes = self._work.lanes
        if lanes == 1:
            return first
        return self._work.builder.add(first, ir.Constant(ir.VectorType(INDEX, lanes), list(range(lanes))))

    def _slots(self, has_position: bool) -> list[ir.Value]:
        builder = self._work.builder
        with builder.goto_entry_block():
            return [builder.alloca(each.type) for each in (self._work, self._places)[: 1 + has_position]]

    def _kept(self, slots: Sequence[ir.Value]) -> State:
        return tuple(self._work.builder.load(slot, typ=slot.allocated_type) for slot in slots)

    def _keep(self, slots: Sequence[ir.Value], state: Sequence[ir.Value]) -> None:
        for slot, value in zip(slots, state, strict=True):
            self._work.builder.store(value, slot)
