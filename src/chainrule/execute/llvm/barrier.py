"""Where the members of a crew meet: the barrier, in IR, and the words of memory that it works on.

Every member comes to every barrier. The last to arrive opens it for all, and tells all the same: whether to stop. So no
member leaves while another goes on and waits for it forever.
"""

from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.elementary.lanes import call

__all__ = ["MEETING_ALIGNMENT", "Meeting", "emit_barrier", "emit_pause", "emit_stop_requested", "emit_yield"]

MEETING_ALIGNMENT = 128  # two cache lines: processors fetch them in pairs
_ARRIVED, _OPENED, _STOP = 0, MEETING_ALIGNMENT, 2 * MEETING_ALIGNMENT  # offsets of words that change at other times
_BYTES = 3 * MEETING_ALIGNMENT

_SPINS = 40  # one to two microseconds: most members are that close together
_FUNCTION = "chainrule.barrier"
_WORD = ir.IntType(64)
_BIT = ir.IntType(1)
_BYTE = ir.IntType(8)
_POINTER = ir.PointerType()


class Meeting:
    """The memory of a barrier, and the word that asks all members to stop.

    Attributes:
        address: what native code gets as ``meeting``.
    """

    def __init__(self) -> None:
        self._memory = np.zeros(_BYTES + MEETING_ALIGNMENT, np.uint8)
        skipped = -self._memory.ctypes.data % MEETING_ALIGNMENT
        self.address = self._memory.ctypes.data + skipped
        self._stop = self._memory[skipped + _STOP : skipped + _STOP + 8].view(np.int64)

    def begin(self) -> None:
        """Nobody has been asked to stop yet."""
        self._stop[0] = 0

    def stop(self) -> None:
        """Ask the members to stop; they do so where they look for it, all at the same place."""
        self._stop[0] = 1


def emit_barrier(builder: ir.IRBuilder, meeting: ir.Value, members: ir.Value) -> ir.Value:
    """Wait until all members are here; what each has written before, all can read after.

    Args:
        builder: writes the instructions.
        meeting: pointer to the words of a ``Meeting``.
        members: how many there are (64 bits); one alone does not wait.

    Returns:
        One bit, the same for all members: whether they were asked to stop.
    """
    function = builder.module.globals.get(_FUNCTION) or _define(builder.module)
    return builder.call(function, [meeting, members])


def emit_stop_requested(builder: ir.IRBuilder, meeting: ir.Value) -> ir.Value:
    """One bit: whether members were asked to stop. Only for code of one member: others may see it a step later."""
    return builder.icmp_unsigned("!=", _load(builder, meeting, _STOP, "monotonic"), _WORD(0))


def _define(module: ir.Module) -> ir.Function:
    """The barrier as a function: ``OPENED`` counts barriers by twos, and its last bit says whether to stop."""
    function = ir.Function(module, ir.FunctionType(_BIT, [_POINTER, _WORD]), _FUNCTION)
    function.linkage = "internal"
    function.attributes.add("noinline")
    meeting, members = function.args
    start, alone, arrive, last, wait = (function.append_basic_block() for _ in range(5))
    builder = ir.IRBuilder(start)
    builder.cbranch(builder.icmp_unsigned("==", members, _WORD(1)), alone, arrive)
    builder.position_at_end(alone)
    builder.ret(emit_stop_requested(builder, meeting))
    builder.position_at_end(arrive)
    before = _load(builder, meeting, _OPENED, "acquire")
    arrived = builder.atomic_rmw("add", _word(builder, meeting, _ARRIVED), _WORD(1), "acq_rel")
    builder.cbranch(builder.icmp_unsigned("==", builder.add(arrived, _WORD(1)), members), last, wait)
    builder.position_at_end(last)
    builder.ret(_open(builder, meeting, before))
    builder.position_at_end(wait)
    builder.ret(_wait(builder, meeting, before))
    return function


def _open(builder: ir.IRBuilder, meeting: ir.Value, before: ir.Value) -> ir.Value:
    """Nobody else is on the way: make the barrier ready for its next use, then let all go."""
    stop = emit_stop_requested(builder, meeting)
    builder.atomic_rmw("xchg", _word(builder, meeting, _ARRIVED), _WORD(0), "monotonic")
    count = builder.add(builder.and_(before, _WORD(-2)), _WORD(2))
    opened = builder.or_(count, builder.zext(stop, _WORD))
    builder.atomic_rmw("xchg", _word(builder, meeting, _OPENED), opened, "release")
    return stop


def _wait(builder: ir.IRBuilder, meeting: ir.Value, before: ir.Value) -> ir.Value:
    """Look a while without rest, then let others have the processor between looks."""
    entry = builder.block
    look, pause, rest, leave = (builder.append_basic_block() for _ in range(4))
    builder.branch(look)
    builder.position_at_end(look)
    looks = builder.phi(_WORD)
    now = _load(builder, meeting, _OPENED, "acquire")
    opened = builder.icmp_unsigned(">", builder.xor(now, before), _WORD(1))
    following = builder.add(looks, _WORD(1))
    builder.cbranch(opened, leave, pause)
    builder.position_at_end(pause)
    emit_pause(builder)
    builder.cbranch(builder.icmp_unsigned("<", looks, _WORD(_SPINS)), look, rest)
    builder.position_at_end(rest)
    emit_yield(builder)
    builder.branch(look)
    for value, block in ((_WORD(0), entry), (following, pause), (following, rest)):
        looks.add_incoming(value, block)
    builder.position_at_end(leave)
    return builder.trunc(now, _BIT)


def emit_pause(builder: ir.IRBuilder) -> None:
    """Tell the processor that this is a waiting loop."""
    if llvm.get_process_triple().startswith("x86_64"):
        call(builder, "llvm.x86.sse2.pause", ir.VoidType())
    elif llvm.get_process_triple().startswith(("aarch64", "arm64")):
        call(builder, "llvm.aarch64.isb", ir.VoidType(), ir.IntType(32)(15))


def emit_yield(builder: ir.IRBuilder) -> None:
    """Let the system run another thread here."""
    name = "SwitchToThread" if "windows" in llvm.get_process_triple() else "sched_yield"
    call(builder, name, ir.IntType(32))


def _word(builder: ir.IRBuilder, meeting: ir.Value, offset: int) -> ir.Value:
    return builder.gep(meeting, [_WORD(offset)], source_etype=_BYTE)


def _load(builder: ir.IRBuilder, meeting: ir.Value, offset: int, ordering: str) -> Any:
    return builder.load_atomic(_word(builder, meeting, offset), ordering, 8, typ=_WORD)
