"""What the code of a function of rows finds in its context: a table of 64-bit words, and how it reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from llvmlite import ir

from chainrule.execute.llvm.board import Job
from chainrule.execute.llvm.kernels.kernel import Kernel
from chainrule.execute.llvm.registers import INDEX
from chainrule.execute.llvm.sizes import Lengths, Size, as_value
from chainrule.execute.llvm.targets import Target
from chainrule.graph import Node
from chainrule.transforms.rows import ROWS

__all__ = ["Context", "Phase", "Rowwise", "Words"]

_POINTER = ir.PointerType()
_BYTE = ir.IntType(8)


class Words(IntEnum):
    """What stands at the beginning; then come the pointers to values, then the claims."""

    WORK = Job.WORK  # the context is a job for the board
    MEMBERS = Job.MEMBERS
    BOARD = 2  # pointer to the board
    MOST = 3  # how many members there is room for
    ROWS = 4  # how many there are
    BLOCK = 5  # rows of a block in this call
    NEXT = 6  # the first row that nobody has taken
    FAULT = 7  # out: 1 if a sample is not finite
    ROOM = 8  # pointer to the members' memory
    ROOM_SIZE = 9  # of each, in bytes
    TABLE = 10  # the first pointer


@dataclass(frozen=True)
class Phase:
    """A kernel whose blocks of columns are shared, or several that one member computes.

    Attributes:
        kernels: in order.
        few: how many units there are for few rows.
        many: how many for more.
        claims: where in the context the phase keeps how many units are done, then who has taken them.
    """

    kernels: tuple[Kernel, ...]
    few: int
    many: int
    claims: int

    @property
    def is_shared(self) -> bool:
        """Are the units blocks of columns?"""
        return self.many > 1

    @property
    def words(self) -> int:
        """How many the claims take."""
        return 1 + max(self.few, self.many)


@dataclass(frozen=True)
class Rowwise:
    """What is computed.

    Attributes:
        target: the processor.
        samples: the argument that has rows.
        slots: where in the context the pointer to a value is.
        offsets: where in a member's memory a value is, in bytes.
        scratch: where the kernels' own memory begins there.
        block: rows of a block at most.
        work: operations for a row.
        kernels: in order, for members who share rows.
        phases: for members who share columns; empty if they never do.
    """

    target: Target
    samples: Node
    slots: Mapping[Node, int]
    offsets: Mapping[Node, int]
    scratch: int
    block: int
    work: int
    kernels: Sequence[Kernel]
    phases: Sequence[Phase]


class Context:
    """Reads the context while code is written."""

    def __init__(self, builder: ir.IRBuilder, pointer: ir.Value, rowwise: Rowwise) -> None:
        self._builder = builder
        self.pointer = pointer
        self._rowwise = rowwise

    def address(self, word: Size) -> ir.Value:
        """Of a word."""
        return self._builder.gep(self.pointer, [as_value(word)], source_etype=INDEX)

    def word(self, word: int, kind: ir.Type = INDEX) -> ir.Value:
        """Its value."""
        return self._builder.load(self.address(word), typ=kind)

    def note(self, word: int, value: ir.Value) -> None:
        """Set it."""
        self._builder.store(value, self.address(word))

    def given(self, first: ir.Value) -> dict[Node, ir.Value]:
        """Pointers to the values that do not lie in a member's memory, from a row on."""
        return {node: self._row(node, slot, first) for node, slot in self._rowwise.slots.items()}

    def inside(self, member: Size) -> dict[Node, ir.Value]:
        """Pointers to the values in a member's memory."""
        room = self._room(member)
        return {node: self._moved(room, offset) for node, offset in self._rowwise.offsets.items()}

    def scratch(self, member: Size) -> ir.Value:
        """Memory that kernels use for themselves."""
        return self._moved(self._room(member), self._rowwise.scratch)

    def run(
        self, kernel: Kernel, pointers: Mapping[Node, ir.Value], scratch: ir.Value, rows: ir.Value, *some: Size
    ) -> None:
        """Call a kernel for all its units or some of them."""
        bounds = some or (0, Lengths(self._builder, rows)(kernel.units))
        arguments = [*(pointers[node] for node in kernel.memory), scratch, rows, *map(as_value, bounds)]
        self._builder.call(kernel.function, arguments)

    def _row(self, node: Node, slot: int, first: ir.Value) -> ir.Value:
        pointer = self.word(slot, _POINTER)
        if node.shape[:1] != (ROWS,):
            return pointer
        return self._moved(pointer, self._builder.mul(first, INDEX(node.size // ROWS * node.dtype.itemsize)))

    def _room(self, member: Size) -> ir.Value:
        offset = self._builder.mul(as_value(member), self.word(Words.ROOM_SIZE))
        return self._moved(self.word(Words.ROOM, _POINTER), offset)

    def _moved(self, pointer: ir.Value, size: Size) -> ir.Value:
        return self._builder.gep(pointer, [as_value(size)], source_etype=_BYTE)
