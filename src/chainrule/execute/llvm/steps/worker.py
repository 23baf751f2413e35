"""The function that every thread runs: all steps of an epoch, one batch after the other.

``void worker(context *, member, members)`` takes a table of 64-bit words: those of ``Words`` first, then a pointer to
every stored value of the step.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from enum import IntEnum

from llvmlite import ir

from chainrule.execute.llvm.barrier import emit_barrier
from chainrule.execute.llvm.control import counted
from chainrule.execute.llvm.elementary.lanes import call
from chainrule.execute.llvm.kernels.kernel import Kernel
from chainrule.execute.llvm.registers import INDEX, memory_type
from chainrule.execute.llvm.shuffle import emit_permutation
from chainrule.execute.llvm.sizes import Lengths, as_value, least
from chainrule.execute.llvm.steps.phases import Phase, Task
from chainrule.execute.llvm.subnormals import flushed
from chainrule.graph import Node
from chainrule.transforms.rows import ROWS

__all__ = ["Batch", "Words", "emit_worker"]

_POINTER = ir.PointerType()
_DOUBLE = ir.DoubleType()
_BYTE = ir.IntType(8)
_BIT = ir.IntType(1)

_GRAIN = 8  # units of a shared kernel that one thread computes together; less would leave tiles of products half empty
Pair = tuple[ir.Value, ir.Value]


class Words(IntEnum):
    """What stands at the beginning of the context."""

    MEETING = 0  # pointer to the words of the barrier
    SAMPLES = 1  # how many there are
    BATCH = 2  # samples of a step
    EPOCHS = 3  # how many epochs to run
    ORDER = 4  # pointer to room for the numbers of the samples, i64
    SEED = 5  # of the orders
    STREAM = 6  # of the order of the first epoch; the others follow
    SUMS = 7  # pointer to one f64 for each sum and epoch
    DONE = 8  # epochs that are complete; work goes on from there
    STEPS = 9  # steps of the next epoch that are
    FAILED = 10  # out: 1 if the loss left the finite numbers
    SCRATCH = 11  # pointer to memory that the threads use for themselves
    SCRATCH_SIZE = 12  # how much there is for each, in bytes
    TABLE = 13  # the first pointer


@dataclass(frozen=True)
class Batch:
    """What a step takes from the data.

    Attributes:
        samples: pairs of the data (all samples) and the memory into which the rows of a batch are gathered.
        share: memory of 1 / rows for a full batch; the next entry is that of the last batch.
        sums: the outputs that are added up over the steps; the first is the loss.
        carried: the new parameters and the new state of the optimizer, which are updated with subnormal numbers as
            zeros.
    """

    samples: tuple[tuple[Node, Node], ...]
    share: Node
    sums: tuple[Node, ...]
    carried: frozenset[Node]


def emit_worker(
    module: ir.Module,
    phases: Sequence[Phase],
    batch: Batch,
    slots: Mapping[Node, int],
    name: str,
    *,
    shuffled: bool,
) -> ir.Function:
    """Write the function.

    Args:
        module: into which it is written.
        phases: of a step.
        batch: what a step takes from the data.
        slots: where in the table the pointer to a stored value is.
        name: of the function.
        shuffled: whether each epoch has an order of its own, or the samples stay in theirs.
    """
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [_POINTER, INDEX, INDEX]), name)
    _Worker(function, phases, batch, slots, shuffled).emit()
    return function


class _Worker:
    def __init__(
        self,
        function: ir.Function,
        phases: Sequence[Phase],
        batch: Batch,
        slots: Mapping[Node, int],
        shuffled: bool,
    ) -> None:
        self._context, self._member, self._members = function.args
        self._builder = ir.IRBuilder(function.append_basic_block())
        self._end = function.append_basic_block("end")
        self._phases = phases
        self._batch = batch
        self._shuffled = shuffled
        self._meeting = self._word(Words.MEETING, _POINTER)
        self._samples, self._size = self._word(Words.SAMPLES), self._word(Words.BATCH)
        self._order = self._word(Words.ORDER, _POINTER)
        self._sums = self._word(Words.SUMS, _POINTER)
        self._pointers = {node: self._word(slot, _POINTER) for node, slot in slots.items()}
        scratch = self._builder.mul(self._member, self._word(Words.SCRATCH_SIZE))
        self._scratch = self._builder.gep(self._word(Words.SCRATCH, _POINTER), [scratch], source_etype=_BYTE)

    def emit(self) -> None:
        """Go on with the epoch and the step at which the work was left."""
        builder = self._builder
        first_epoch, first_step = self._word(Words.DONE), self._word(Words.STEPS)
        with counted(builder, first_epoch, self._word(Words.EPOCHS), name="epoch") as epoch:
            begins_anew = builder.icmp_signed("!=", epoch, first_epoch)
            start = builder.select(begins_anew, INDEX(0), first_step)
            self._epoch(epoch, start)
            with builder.if_then(self._is_first()):
                self._note(Words.DONE, builder.add(epoch, INDEX(1)))
                self._note(Words.STEPS, INDEX(0))
        builder.branch(self._end)
        builder.position_at_end(self._end)
        builder.ret_void()

    def _epoch(self, epoch: ir.Value, start: ir.Value) -> None:
        """The steps of an epoch; leave for the end if asked to stop or if the loss is not finite."""
        builder = self._builder
        if self._shuffled:
            self._shuffle(epoch, start)
        sums = builder.gep(self._sums, [builder.mul(epoch, INDEX(len(self._batch.sums)))], source_etype=_DOUBLE)
        count = builder.udiv(builder.add(self._samples, builder.sub(self._size, INDEX(1))), self._size)
        with counted(builder, start, count, name="step") as step:
            first = builder.mul(step, self._size)
            left = builder.sub(self._samples, first)
            is_full = builder.icmp_signed(">=", left, self._size)
            rows = builder.select(is_full, self._size, left)
            self._step(step, first, rows, is_full, sums)

    def _shuffle(self, epoch: ir.Value, start: ir.Value) -> None:
        """One thread writes the order of the samples; at a later step of the epoch it is there already."""
        builder = self._builder
        with builder.if_then(builder.icmp_unsigned("==", start, INDEX(0))):
            with builder.if_then(self._is_first()):
                stream = builder.add(self._word(Words.STREAM), epoch)
                emit_permutation(builder, self._order, self._samples, self._word(Words.SEED), stream)
            emit_barrier(builder, self._meeting, self._members)

    def _step(self, step: ir.Value, first: ir.Value, rows: ir.Value, is_full: ir.Value, sums: ir.Value) -> None:
        builder = self._builder
        own = self._part(rows)
        share = self._pointers[self._batch.share]
        last = builder.gep(share, [INDEX(1)], source_etype=memory_type(self._batch.share.dtype))
        pointers = {**self._pointers, self._batch.share: builder.select(is_full, share, last)}
        self._gather(first, *own)
        stopped = ir.Constant(_BIT, 0)
        for phase in self._phases:
            for kernel in phase.by_rows:
                factor = INDEX(kernel.units // ROWS)
                self._call(kernel, pointers, rows, [builder.mul(each, factor) for each in own])
            self._line(phase, pointers, rows)
            stopped = emit_barrier(builder, self._meeting, self._members)
        finite = self._is_finite()
        with builder.if_then(self._is_first()):
            self._add_up(sums)
            with builder.if_else(finite) as (good, bad):
                with good:
                    self._note(Words.STEPS, builder.add(step, INDEX(1)))
                with bad:
                    self._note(Words.FAILED, INDEX(1))
        go_on = builder.append_basic_block()
        builder.cbranch(builder.or_(stopped, builder.not_(finite)), self._end, go_on)
        builder.position_at_end(go_on)

    # --- parts of a step ----------------------------------------------------------------------------------------

    def _gather(self, first: ir.Value, begin: ir.Value, stop: ir.Value) -> None:
        """Copy this thread's rows of the batch."""
        builder = self._builder
        with counted(builder, begin, stop, name="row") as row:
            sample = builder.add(first, row)
            if self._shuffled:
                sample = builder.load(builder.gep(self._order, [sample], source_etype=INDEX), typ=INDEX)
            for data, memory in self._batch.samples:
                size = INDEX(memory.size // ROWS * memory.dtype.itemsize)
                source = builder.gep(self._pointers[data], [builder.mul(sample, size)], source_etype=_BYTE)
                target = builder.gep(self._pointers[memory], [builder.mul(row, size)], source_etype=_BYTE)
                arguments = target, source, size, ir.Constant(_BIT, 0)
                call(builder, "llvm.memcpy.p0.p0.i64", ir.VoidType(), *arguments)

    def _line(self, phase: Phase, pointers: Mapping[Node, ir.Value], rows: ir.Value) -> None:
        """This thread's part of the shared and single kernels of a phase."""
        part = self._part(INDEX(phase.length))
        updates = any(node in self._batch.carried for task in phase.line for node in task.kernel.writes)
        with flushed(self._builder) if updates else nullcontext():
            for task in phase.line:
                self._task(task, part, pointers, rows)

    def _task(self, task: Task, part: Pair, pointers: Mapping[Node, ir.Value], rows: ir.Value) -> None:
        builder = self._builder
        units = as_value(Lengths(builder, rows)(task.kernel.units))
        if task.is_shared:
            bounds = [self._units_before(each, task, units) for each in part]
            is_mine = builder.icmp_signed("<", *bounds)
        else:
            bounds = [INDEX(0), units]
            after = builder.icmp_signed("<=", part[0], INDEX(task.begin))
            is_mine = builder.and_(after, builder.icmp_signed("<", INDEX(task.begin), part[1]))
        with builder.if_then(is_mine):
            self._call(task.kernel, pointers, rows, bounds)

    def _call(
        self, kernel: Kernel, pointers: Mapping[Node, ir.Value], rows: ir.Value, bounds: Sequence[ir.Value]
    ) -> None:
        memory = [pointers[node] for node in kernel.memory]
        self._builder.call(kernel.function, [*memory, self._scratch, rows, *bounds])

    def _units_before(self, place: ir.Value, task: Task, units: ir.Value) -> ir.Value:
        """How many units of a task stand before a place of the line: all, or some grains."""
        builder, work = self._builder, task.end - task.begin
        grains = builder.udiv(builder.add(units, INDEX(_GRAIN - 1)), INDEX(_GRAIN))
        passed = builder.sub(place, INDEX(task.begin))
        passed = builder.select(builder.icmp_signed(">", passed, INDEX(0)), passed, INDEX(0))
        before = builder.mul(
            builder.udiv(builder.mul(least(builder, passed, work), grains), INDEX(work)), INDEX(_GRAIN)
        )
        return least(builder, before, units)

    def _part(self, count: ir.Value) -> Pair:
        """Where this thread's part of so many units begins, and where it ends."""
        builder = self._builder
        begin, end = (
            builder.udiv(builder.mul(count, member), self._members)
            for member in (self._member, builder.add(self._member, INDEX(1)))
        )
        return begin, end

    def _add_up(self, sums: ir.Value) -> None:
        builder = self._builder
        for k, node in enumerate(self._batch.sums):
            place = builder.gep(sums, [INDEX(k)], source_etype=_DOUBLE)
            builder.store(builder.fadd(builder.load(place, typ=_DOUBLE), self._as_double(node)), place)

    def _as_double(self, node: Node) -> ir.Value:
        builder = self._builder
        kind = memory_type(node.dtype)
        value = builder.load(self._pointers[node], typ=kind)
        if node.dtype.kind != "f":
            return builder.sitofp(value, _DOUBLE)
        return value if kind == _DOUBLE else builder.fpext(value, _DOUBLE)

    def _is_finite(self) -> ir.Value:
        """Whether the loss is, so that all threads stop together if not."""
        builder = self._builder
        loss = self._as_double(self._batch.sums[0])
        return builder.fcmp_ordered("==", builder.fsub(loss, loss), ir.Constant(_DOUBLE, 0.0))

    def _is_first(self) -> ir.Value:
        return self._builder.icmp_unsigned("==", self._member, INDEX(0))

    # --- words of the context -----------------------------------------------------------------------------------

    def _address(self, word: int) -> ir.Value:
        return self._builder.gep(self._context, [INDEX(word)], source_etype=INDEX)

    def _note(self, word: Words, value: ir.Value) -> None:
        self._builder.store(value, self._address(word))

    def _word(self, word: int, kind: ir.Type = INDEX) -> ir.Value:
        return self._builder.load(self._address(word), typ=kind)
