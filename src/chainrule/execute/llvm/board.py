"""A board where a call shows what it works on, so that helpers who are awake join in.

A crew takes tens of microseconds to come together. A helper who has just worked looks at the board for a while, and is
there a tenth of a microsecond after the next job. Nobody waits for helpers: who has a job begins with it, and whoever
comes takes a piece that nobody has taken yet. If nobody comes, because they sleep or the machine is busy, all the
pieces are left to the one who has the job. There is one board; who finds it taken works alone.

A job is a table of 64-bit words: first the function ``void work(job, member)``, then how many members there have been.
"""

import atexit
import contextlib
import ctypes
import os
import threading
import time
from enum import IntEnum
from functools import cache
from queue import SimpleQueue
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.barrier import MEETING_ALIGNMENT, emit_pause, emit_yield
from chainrule.execute.llvm.cache import library_of
from chainrule.execute.llvm.registers import INDEX
from chainrule.execute.llvm.targets import host
from chainrule.execute.llvm.threads import threads_for

__all__ = ["Job", "address", "emit_shared", "emit_wait", "members", "wake"]

_POINTER = ir.PointerType()
_BYTE, _BIT = ir.IntType(8), ir.IntType(1)
_LOOKS = 4000  # about 100 microseconds: so long a helper stays awake without work
_SPINS = 40  # looks without rest at what another member is about to do
_REST = 500  # looks of a helper until others may have the processor for once
_FAREWELL = 1.0  # seconds that the end of the process waits for helpers


class Job(IntEnum):
    """The first words of a job."""

    WORK = 0  # pointer to the function
    MEMBERS = 1  # how many have begun with it; each gets a number


class _Word(IntEnum):
    """Where the words of the board stand, in bytes: those that change at other times in other lines of the cache."""

    TAKEN = 0  # 1 while somebody shows a job
    TICKET = MEETING_ALIGNMENT  # odd while a job is shown; each job has another one
    JOB = MEETING_ALIGNMENT + 8  # pointer to it
    INSIDE = 2 * MEETING_ALIGNMENT  # helpers who work on it, or are about to
    AWAKE = 3 * MEETING_ALIGNMENT  # helpers who look at the board
    CLOSED = 3 * MEETING_ALIGNMENT + 8  # 1 at the end of the process


# --- helpers ----------------------------------------------------------------------------------------------------


@cache
def members() -> int:
    """How many may work on a job: its owner and the helpers."""
    return threads_for()


@cache
def address() -> int:
    """The address of the board."""
    return int(_words().ctypes.data)


def wake() -> None:
    """Let all helpers look at the board; they may come too late for the next job, but not for those after it."""
    while _asleep:
        with contextlib.suppress(IndexError):  # another thread has just woken the last one
            _asleep.pop().put(None)
    if not _started:
        _start()


@cache
def _words() -> Any:
    """The board."""
    room = np.zeros(5 * MEETING_ALIGNMENT, np.uint8)
    skipped = -room.ctypes.data % MEETING_ALIGNMENT
    return room[skipped : skipped + 4 * MEETING_ALIGNMENT].view(np.int64)


@cache
def _look() -> Any:
    library = library_of("board", host(), ["look"], _module)
    _keep.append(library)
    return ctypes.CFUNCTYPE(None, ctypes.c_void_p)(library["look"])


def _start() -> None:
    _started.append(True)
    look = _look()
    with contextlib.suppress(RuntimeError):  # the system has no more threads
        for _ in range(members() - 1):
            threading.Thread(target=_help, args=(look,), name="chainrule", daemon=True).start()


def _help(look: Any) -> None:
    """Look at the board, then sleep until somebody wakes this helper, and so on."""
    called: SimpleQueue[None] = SimpleQueue()
    while True:
        look(address())
        _asleep.append(called)
        called.get()


_asleep: list[SimpleQueue[None]] = []
_started: list[bool] = []
_keep: list[Any] = []


def _forget() -> None:
    """Threads do not live on in the child of a fork."""
    _asleep.clear()
    _started.clear()
    _words()[:] = 0


@atexit.register
def _close() -> None:
    """The board is about to go away: let nobody look at it."""
    words, until = _words(), time.monotonic() + _FAREWELL
    words[_Word.CLOSED // 8] = 1
    while words[_Word.AWAKE // 8] and time.monotonic() < until:
        time.sleep(0.0001)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


# --- the code ---------------------------------------------------------------------------------------------------


def emit_shared(builder: ir.IRBuilder, board: ir.Value, job: ir.Value, work: ir.Function) -> None:
    """Do a job as member 0, together with helpers if there are any.

    Args:
        builder: writes the instructions.
        board: pointer to the board.
        job: pointer to its table.
        work: its function, which is back when nobody has to begin with anything any more; others may still be at it.
    """
    for word, value in ((Job.WORK, builder.ptrtoint(work, INDEX)), (Job.MEMBERS, INDEX(1))):
        builder.store(value, builder.gep(job, [INDEX(word)], source_etype=INDEX))
    with builder.if_else(_takes(builder, board)) as (shown, alone):
        with shown:
            builder.store(job, _at(builder, board, _Word.JOB))
            builder.atomic_rmw("add", _at(builder, board, _Word.TICKET), INDEX(1), "seq_cst")
            builder.call(work, [job, INDEX(0)])
            builder.atomic_rmw("add", _at(builder, board, _Word.TICKET), INDEX(1), "seq_cst")
            emit_wait(builder, _at(builder, board, _Word.INSIDE), INDEX(0))
            builder.atomic_rmw("xchg", _at(builder, board, _Word.TAKEN), INDEX(0), "seq_cst")
        with alone:
            builder.call(work, [job, INDEX(0)])


def _takes(builder: ir.IRBuilder, board: ir.Value) -> ir.Value:
    """One bit: whether nobody else shows a job; from now on somebody does."""
    taken = builder.atomic_rmw("xchg", _at(builder, board, _Word.TAKEN), INDEX(1), "seq_cst")
    return builder.icmp_unsigned("==", taken, INDEX(0))


def emit_wait(builder: ir.IRBuilder, word: ir.Value, value: ir.Value) -> None:
    """Wait until a word has a value, which a member is about to give it."""
    before, look, rest, after = builder.block, *(builder.append_basic_block() for _ in range(3))
    builder.branch(look)
    builder.position_at_end(look)
    looks = builder.phi(INDEX)
    now = builder.load_atomic(word, "seq_cst", 8, typ=INDEX)
    builder.cbranch(builder.icmp_unsigned("==", now, value), after, rest)
    builder.position_at_end(rest)
    emit_pause(builder)
    with builder.if_then(builder.icmp_unsigned(">", looks, INDEX(_SPINS))):
        emit_yield(builder)
    looks.add_incoming(INDEX(0), before)
    looks.add_incoming(builder.add(looks, INDEX(1)), builder.block)
    builder.branch(look)
    builder.position_at_end(after)


def _module() -> ir.Module:
    """``void look(board)``: do what is shown, until nothing has been shown for a while."""
    module = ir.Module("board")
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [_POINTER]), "look")
    (board,) = function.args
    start, look, join, idle, rest, leave = (function.append_basic_block() for _ in range(6))
    builder = ir.IRBuilder(start)
    builder.atomic_rmw("add", _at(builder, board, _Word.AWAKE), INDEX(1), "seq_cst")
    builder.branch(look)
    builder.position_at_end(look)
    looks, seen = builder.phi(INDEX), builder.phi(INDEX)
    ticket = _load(builder, board, _Word.TICKET)
    is_new = builder.and_(builder.icmp_unsigned("!=", ticket, seen), builder.trunc(ticket, _BIT))
    builder.cbranch(is_new, join, idle)
    builder.position_at_end(join)
    _join(builder, board, ticket)
    joined = builder.block
    builder.branch(look)
    builder.position_at_end(idle)
    is_closed = builder.icmp_unsigned("!=", _load(builder, board, _Word.CLOSED), INDEX(0))
    builder.cbranch(builder.or_(is_closed, builder.icmp_unsigned(">", looks, INDEX(_LOOKS))), leave, rest)
    builder.position_at_end(rest)
    following = builder.add(looks, INDEX(1))
    emit_pause(builder)
    with builder.if_then(builder.icmp_unsigned("==", builder.urem(following, INDEX(_REST)), INDEX(0))):
        emit_yield(builder)
    for values in ((INDEX(0), INDEX(0), start), (INDEX(0), ticket, joined), (following, seen, builder.block)):
        looks.add_incoming(values[0], values[2])
        seen.add_incoming(values[1], values[2])
    builder.branch(look)
    builder.position_at_end(leave)
    builder.atomic_rmw("sub", _at(builder, board, _Word.AWAKE), INDEX(1), "seq_cst")
    builder.ret_void()
    return module


def _join(builder: ir.IRBuilder, board: ir.Value, ticket: ir.Value) -> None:
    """Work on the job, unless its owner takes it down before it has seen this helper."""
    builder.atomic_rmw("add", _at(builder, board, _Word.INSIDE), INDEX(1), "seq_cst")
    with builder.if_then(builder.icmp_unsigned("==", _load(builder, board, _Word.TICKET), ticket)):
        job = builder.load(_at(builder, board, _Word.JOB), typ=_POINTER)
        count = builder.gep(job, [INDEX(Job.MEMBERS)], source_etype=INDEX)
        member = builder.atomic_rmw("add", count, INDEX(1), "seq_cst")
        kind = ir.FunctionType(ir.VoidType(), [_POINTER, INDEX])
        work = builder.inttoptr(builder.load(job, typ=INDEX), ir.PointerType(kind))
        builder.call(work, [job, member])
    builder.atomic_rmw("sub", _at(builder, board, _Word.INSIDE), INDEX(1), "seq_cst")


def _load(builder: ir.IRBuilder, board: ir.Value, word: _Word) -> Any:
    return builder.load_atomic(_at(builder, board, word), "seq_cst", 8, typ=INDEX)


def _at(builder: ir.IRBuilder, board: ir.Value, word: _Word) -> ir.Value:
    return builder.gep(board, [INDEX(word)], source_etype=_BYTE)
