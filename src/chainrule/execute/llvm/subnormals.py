"""Subnormal results as zeros, for a few instructions and this thread only.

Running means that decay end among the subnormal numbers and stay there, since 0.999 times the least of them rounds to
itself; a processor takes a hundred times longer for each. Where they mean nothing, as in the state of an optimizer,
they are flushed. The state of the thread is put back afterwards: nobody else sees it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import llvmlite.binding as llvm
from llvmlite import ir

from chainrule.execute.llvm.elementary.lanes import call

__all__ = ["flushed"]

_WORD, _LONG = ir.IntType(32), ir.IntType(64)
_MXCSR_BITS = 0x8040  # flush results, and take subnormal inputs for zeros
_FPCR_BIT = 1 << 24


@contextmanager
def flushed(builder: ir.IRBuilder) -> Iterator[None]:
    """What is written inside is run with subnormal numbers as zeros, on processors where we know how."""
    triple = llvm.get_process_triple()
    if triple.startswith("x86_64"):
        with builder.goto_entry_block():
            before, during = builder.alloca(_WORD), builder.alloca(_WORD)
        call(builder, "llvm.x86.sse.stmxcsr", ir.VoidType(), before)
        builder.store(builder.or_(builder.load(before, typ=_WORD), _WORD(_MXCSR_BITS)), during)
        call(builder, "llvm.x86.sse.ldmxcsr", ir.VoidType(), during)
        yield
        call(builder, "llvm.x86.sse.ldmxcsr", ir.VoidType(), before)
    elif triple.startswith(("aarch64", "arm64")):
        old = call(builder, "llvm.aarch64.get.fpcr", _LONG)
        call(builder, "llvm.aarch64.set.fpcr", ir.VoidType(), builder.or_(old, _LONG(_FPCR_BIT)))
        yield
        call(builder, "llvm.aarch64.set.fpcr", ir.VoidType(), old)
    else:
        yield
