"""The code of a function of rows: all its kernels, one block of rows after the other.

``void answer(context *, rows)`` takes a table of 64-bit words: those of ``Words`` first, then a pointer to every value
that does not lie in the workspace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from llvmlite import ir

from chainrule.execute.llvm.control import counted
from chainrule.execute.llvm.kernels.kernel import Kernel
from chainrule.execute.llvm.registers import INDEX
from chainrule.execute.llvm.rowwise.finite import emit_is_finite
from chainrule.execute.llvm.sizes import Lengths, as_value, least
from chainrule.execute.llvm.targets import Target
from chainrule.graph import Node
from chainrule.transforms.rows import ROWS

__all__ = ["Rowwise", "Words", "emit_answer"]

_POINTER = ir.PointerType()
_BYTE = ir.IntType(8)


class Words(IntEnum):
    """What stands at the beginning of the context."""

    FAULT = 0  # out: 1 if a sample is not finite
    ROOM = 1  # pointer to the workspace
    TABLE = 2  # the first pointer


@dataclass(frozen=True)
class Rowwise:
    """What is computed for a block of rows.

    Attributes:
        target: the processor.
        kernels: in order.
        samples: the argument that has rows.
        slots: where in the context the pointer to a value is.
        offsets: where in the workspace a value is, in bytes.
        scratch: where the kernels' own memory begins there.
        block: rows of a block.
    """

    target: Target
    kernels: Sequence[Kernel]
    samples: Node
    slots: Mapping[Node, int]
    offsets: Mapping[Node, int]
    scratch: int
    block: int


def emit_answer(module: ir.Module, rowwise: Rowwise, name: str) -> None:
    """Write the function."""
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [_POINTER, INDEX]), name)
    _Answer(function, rowwise).emit()


class _Answer:
    def __init__(self, function: ir.Function, rowwise: Rowwise) -> None:
        self._context, self._rows = function.args
        self._builder = ir.IRBuilder(function.append_basic_block())
        self._rowwise = rowwise
        room = self._word(Words.ROOM, _POINTER)
        self._given = {node: self._word(slot, _POINTER) for node, slot in rowwise.slots.items()}
        self._inside = {node: self._moved(room, offset) for node, offset in rowwise.offsets.items()}
        self._scratch = self._moved(room, rowwise.scratch)

    def emit(self) -> None:
        builder, block = self._builder, self._rowwise.block
        blocks = builder.udiv(builder.add(self._rows, INDEX(block - 1)), INDEX(block))
        with counted(builder, 0, blocks, name="block") as number:
            first = builder.mul(number, INDEX(block))
            self._block(first, least(builder, builder.sub(self._rows, first), block))
        builder.ret_void()

    def _block(self, first: ir.Value, rows: ir.Value) -> None:
        builder = self._builder
        given = {
            node: self._moved(pointer, builder.mul(first, INDEX(_row_bytes(node))))
            for node, pointer in self._given.items()
        }
        self._look(given, rows)
        pointers = {**given, **self._inside}
        for kernel in self._rowwise.kernels:
            units = as_value(Lengths(builder, rows)(kernel.units))
            arguments = [*(pointers[node] for node in kernel.memory), self._scratch, rows, INDEX(0), units]
            builder.call(kernel.function, arguments)

    def _look(self, pointers: Mapping[Node, ir.Value], rows: ir.Value) -> None:
        """Note whether a sample is not finite."""
        builder, samples = self._builder, self._rowwise.samples
        count = builder.mul(rows, INDEX(samples.size // ROWS))
        is_finite = emit_is_finite(builder, self._rowwise.target, samples.dtype, pointers[samples], count)
        with builder.if_then(builder.not_(is_finite)):
            builder.store(INDEX(1), self._address(Words.FAULT))

    def _moved(self, pointer: ir.Value, size: ir.Value | int) -> ir.Value:
        return self._builder.gep(pointer, [as_value(size)], source_etype=_BYTE)

    def _address(self, word: int) -> ir.Value:
        return self._builder.gep(self._context, [INDEX(word)], source_etype=INDEX)

    def _word(self, word: int, kind: ir.Type = INDEX) -> ir.Value:
        return self._builder.load(self._address(word), typ=kind)


def _row_bytes(node: Node) -> int:
    """The bytes of a row; of what has no rows, 0."""
    return node.size // ROWS * node.dtype.itemsize if node.shape[:1] == (ROWS,) else 0
