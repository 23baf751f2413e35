"""The memory of one call of a function of rows: context, workspace, and the records that the entry reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.execute.llvm import board
from chainrule.execute.llvm.buffers import ALIGNMENT
from chainrule.execute.llvm.entry import ANY, BY_COLUMNS, BY_ROWS, Form, Guarded, Record
from chainrule.execute.llvm.rowwise.context import Words
from chainrule.graph import Node

__all__ = ["Ends", "Workspace"]

Array = Any


@dataclass(frozen=True)
class Ends:
    """What a function of rows is called with.

    Attributes:
        code: address of the function.
        inputs: the arguments; the first has rows.
        results: what is computed.
        slots: where in the context the pointer to each of them is, and to array constants.
        room: bytes of a member's memory.
        claims: words behind the pointers.
    """

    code: int
    inputs: Sequence[Node]
    results: Sequence[Node]
    slots: Mapping[Node, int]
    room: int
    claims: int


class Workspace:
    """Memory for one call at a time.

    Attributes:
        records: addresses of what the entry is given: for one sample, and for rows of them.
        context: address of the context.
    """

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        self._kept: list[Array] = []  # what addresses lead to
        self._words = np.zeros(Words.TABLE + len(ends.slots) + ends.claims, np.int64)
        self.context = int(self._words.ctypes.data)
        size, members = -(-ends.room // ALIGNMENT) * ALIGNMENT, board.members()
        room = self._address(np.empty(members * size + ALIGNMENT, np.uint8))
        self._words[Words.BOARD], self._words[Words.MOST] = board.address(), members
        self._words[Words.ROOM], self._words[Words.ROOM_SIZE] = room + -room % ALIGNMENT, size
        for node, slot in ends.slots.items():
            if node.op.name == "constant":
                self._words[slot] = self._address(np.ascontiguousarray(node.params["value"]))
        self.records = (self._record(()), self._record((ANY,)))

    def forget_fault(self) -> None:
        """All samples are finite as long as none is found that is not."""
        self._words[Words.FAULT] = 0

    def take(self, arguments: Sequence[Array], results: Sequence[Array]) -> None:
        """Note where arguments and results are, as the entry does."""
        nodes = (*self._ends.inputs, *self._ends.results)
        for node, array in zip(nodes, (*arguments, *results), strict=True):
            self._words[self._ends.slots[node]] = array.ctypes.data

    def _record(self, rows: tuple[int, ...]) -> int:
        ends = self._ends
        samples, *parameters = ends.inputs
        forms = [
            self._form(samples, (*rows, *samples.shape[1:]), BY_ROWS),
            *(self._form(node, node.shape[::-1], BY_COLUMNS) for node in parameters),
        ]
        unharmed = Guarded(self._place(Words.FAULT), self._address(np.zeros(1, np.int64)), 8)
        words = {
            Record.INPUTS: len(forms),
            Record.FORMS: self._address(np.array(forms, np.int64)),
            Record.OUTPUTS: len(ends.results),
            Record.SLOTS: self._address(np.array([self._place(ends.slots[node]) for node in ends.results], np.int64)),
            Record.CODE: ends.code,
            Record.TABLE: self.context,
            Record.GUARDS: 1,
            Record.GUARDED: self._address(np.array([unharmed], np.int64)),
            Record.ROWS: 1,
        }
        return self._address(np.array([words[word] for word in Record], np.int64))

    def _form(self, node: Node, lengths: tuple[int, ...], flags: int) -> Form:
        address = self._address(np.array(lengths, np.int64))
        return Form(id(np.ndarray), id(node.dtype), flags, len(lengths), address, self._place(self._ends.slots[node]))

    def _place(self, word: int) -> int:
        return self.context + 8 * word

    def _address(self, array: Array) -> int:
        self._kept.append(array)
        return int(array.ctypes.data)
