"""A native worker whose members make steps together and watch that nobody runs ahead."""

import ctypes
from functools import cache

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm import crew
from chainrule.execute.llvm.barrier import Meeting, emit_barrier
from chainrule.execute.llvm.machine_code import Library, load, object_code
from chainrule.execute.llvm.targets import host

_WORD = ir.IntType(64)
_POINTER = ir.PointerType()
_MEETING, _STEPS, _AHEAD, _SLOTS = 0, 1, 2, 16  # fields of the context; each member has a slot, 16 words apart


class March:
    """``steps`` steps of a crew.

    Attributes:
        slots: how many steps each member has made.
    """

    def __init__(self, steps: int) -> None:
        self.context = np.zeros(16 * 17, np.int64)
        self.meeting = Meeting()
        self.context[_MEETING] = self.meeting.address
        self.context[_STEPS] = steps

    def run(self, members: int, **options) -> int:
        return crew.run(library()["worker"], self.context.ctypes.data, members, self.meeting, **options)

    def run_with(self, *member: int) -> None:
        """Call one member as it is, in this thread."""
        ctypes.CFUNCTYPE(None, ctypes.c_void_p, *[ctypes.c_int64] * 2)(library()["worker"])(
            self.context.ctypes.data, *member
        )

    def slots(self, members: int) -> list[int]:
        return self.context[_SLOTS::16][:members].tolist()

    @property
    def seen_apart(self) -> int:
        """How often a member, after a barrier, found another one not at the same step."""
        return int(self.context[_AHEAD])


@cache
def library() -> Library:
    return load(object_code(_module(), host()), ["worker"])


def _module() -> ir.Module:
    """Each step: write the step into the own slot; meet; compare with the slot of the next member; meet."""
    module = ir.Module()
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [_POINTER, _WORD, _WORD]), "worker")
    context, member, members = function.args
    entry, head, body, done = (function.append_basic_block() for _ in range(4))
    builder = ir.IRBuilder(entry)

    def field(index):
        return builder.gep(context, [index], source_etype=_WORD)

    def slot(of):
        return field(builder.add(_WORD(_SLOTS), builder.mul(of, _WORD(16))))

    meeting = builder.load(field(_WORD(_MEETING)), typ=_POINTER)
    steps = builder.load(field(_WORD(_STEPS)), typ=_WORD)
    other = builder.urem(builder.add(member, _WORD(1)), members)
    builder.branch(head)
    builder.position_at_end(head)
    step = builder.phi(_WORD)
    builder.cbranch(builder.icmp_signed("<", step, steps), body, done)
    builder.position_at_end(body)
    following = builder.add(step, _WORD(1))
    builder.store(following, slot(member))
    emit_barrier(builder, meeting, members)
    apart = builder.icmp_signed("!=", builder.load(slot(other), typ=_WORD), following)
    builder.atomic_rmw("add", field(_WORD(_AHEAD)), builder.zext(apart, _WORD), "monotonic")
    stop = emit_barrier(builder, meeting, members)
    builder.cbranch(stop, done, head)
    step.add_incoming(_WORD(0), entry)
    step.add_incoming(following, builder.block)
    builder.position_at_end(done)
    builder.ret_void()
    return module
