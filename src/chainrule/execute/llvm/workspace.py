"""The memory of one call of a program: its workspace, the table of addresses, and the record that the entry reads."""

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from chainrule.execute.interpret import VALUES
from chainrule.execute.llvm.buffers import ALIGNMENT
from chainrule.execute.llvm.entry import BY_ROWS, Form, Guarded, Record
from chainrule.execute.llvm.kernels.faults import FAULTS
from chainrule.execute.llvm.kernels.memory import scalar_constant
from chainrule.execute.llvm.program import Program
from chainrule.graph import Guard, Node
from chainrule.transforms.fuse import Group
from chainrule.transforms.rows import ROWS
from chainrule.transforms.views import View, covers

__all__ = ["Ends", "Workspace", "ends_of"]

Array = Any

_KEPT_BYTES = 2**25  # a larger workspace is given back after the call
_part = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)


@dataclass(frozen=True)
class Ends:
    """How the results and the decisions leave a program.

    Attributes:
        direct: outputs that the code writes into the caller's arrays; the others are copied from where they are.
        compared: the guards that the entry compares byte by byte, if it compares all of them; else none.
    """

    direct: tuple[int, ...]
    compared: tuple[Guard, ...]


def ends_of(program: Program) -> Ends:
    """Return how the values of a program leave it."""
    plan = program.plan
    stored = {node for group in plan.groups for node in group.stores}
    decided = {plan.views[guard.node].source for guard in plan.graph.guards}
    direct: dict[Node, int] = {}
    for k, node in enumerate(plan.graph.outputs):
        view = plan.views[node]
        if view.source in stored and view.source not in decided and covers(view):
            direct.setdefault(view.source, k)
    plain = all(_is_plain(guard, plan.views[guard.node], stored) for guard in plan.graph.guards)
    return Ends(tuple(direct.values()), plan.graph.guards if plain else ())


def _is_plain(guard: Guard, view: View, stored: set[Node]) -> bool:
    """Is it the decision that these bytes are the recorded ones?"""
    kinds = {bool: "b", int: "iu"}
    same = isinstance(guard.value, bytes) or guard.node.dtype.kind in kinds.get(type(guard.value), "")
    return same and view.source in stored and covers(view)


class Workspace:
    """Memory for one call at a time.

    Args:
        program: what is called.
        ends: how its values leave it.
        types: the type of each argument.

    Attributes:
        record: address of what the entry is given.
        is_kept: it is small enough to be kept for the next call.
    """

    def __init__(self, program: Program, ends: Ends, types: Sequence[type]) -> None:
        self._program = program
        self._plan = program.plan
        self._ends = ends
        self._outputs = [self._plan.views[self._plan.graph.outputs[k]].source for k in ends.direct]
        room = np.empty(program.buffers.size + program.code.scratch + 2 * ALIGNMENT, np.uint8)
        start = -room.ctypes.data % ALIGNMENT
        self._room = room[start:]
        self.is_kept = room.nbytes <= _KEPT_BYTES
        self._fixed = self._places()
        scratch = self._room[program.buffers.size :].ctypes.data
        self._table = np.zeros(len(program.memory) + 1, np.int64)
        self._table[:] = [scratch, *(_address(self._fixed.get(node)) for node in program.memory)]
        self._slots = {node: self._table.ctypes.data + 8 * (k + 1) for k, node in enumerate(program.memory)}
        self._functions = {k: _part(address) for k, address in program.code.functions.items()}
        self._words: list[Array] = []  # what the record points to
        self._record = self._recorded(types)
        self.record: int = self._record.ctypes.data

    # --- what the entry reads -----------------------------------------------------------------------------------

    def _places(self) -> dict[Node, Array]:
        """The values that stay where they are from call to call."""
        fixed: dict[Node, Array] = {}
        for node in self._program.memory:
            offset = self._program.buffers.offsets.get(node)
            if node is FAULTS:
                fixed[node] = np.zeros(1, np.int64)
            elif node.op.name == "constant":
                fixed[node] = np.ascontiguousarray(node.params["value"]).reshape(node.shape)
            elif offset is not None and node not in self._outputs:
                size = node.size * node.dtype.itemsize
                fixed[node] = self._room[offset : offset + size].view(node.dtype).reshape(node.shape)
        return fixed

    def _recorded(self, types: Sequence[type]) -> Array:
        parts = self._program.parts
        in_one_call = len(parts) == 1 and isinstance(parts[0], list)
        compared = [self._guarded(guard) for guard in self._ends.compared] if in_one_call else []
        if FAULTS in self._fixed:
            compared.append(self._unchanged(self._fixed[FAULTS], bytes(8)))
        words = dict.fromkeys(Record, 0)
        words[Record.INPUTS] = len(types)
        words[Record.FORMS] = self._kept(
            [self._form(*each) for each in zip(self._plan.graph.inputs, types, strict=True)]
        )
        words[Record.OUTPUTS] = len(self._outputs)
        words[Record.SLOTS] = self._kept([self._slots[node] for node in self._outputs])
        words[Record.CODE] = self._program.code.functions[0] if in_one_call else 0
        words[Record.TABLE] = self._table.ctypes.data
        words[Record.GUARDS] = len(compared)
        words[Record.GUARDED] = self._kept(compared)
        words[Record.ROWS] = ROWS
        return np.array([words[word] for word in Record], np.int64)

    def _form(self, node: Node, kind: type) -> Form:
        is_array = kind is np.ndarray
        lengths = self._kept(node.shape)
        return Form(id(kind), id(node.dtype) if is_array else 0, BY_ROWS, node.ndim, lengths, self._slots[node])

    def _guarded(self, guard: Guard) -> Guarded:
        value = guard.value if isinstance(guard.value, bytes) else np.array(guard.value, guard.node.dtype).tobytes()
        return self._unchanged(self._fixed[self._plan.views[guard.node].source], value)

    def _unchanged(self, array: Array, recorded: bytes) -> Guarded:
        """The decision that an array holds these bytes."""
        kept = np.frombuffer(recorded or bytes(1), np.uint8)
        self._words.append(kept)
        return Guarded(_address(array), int(kept.ctypes.data), len(recorded))

    def _kept(self, words: Sequence[Any]) -> int:
        array = np.array(words if words else [0], np.int64)
        self._words.append(array)
        return int(array.ctypes.data)

    # --- where the entry does not do it all ---------------------------------------------------------------------

    def take(self, arguments: Sequence[Array], results: Sequence[Array]) -> None:
        """Note the addresses of arguments (arrays without gaps) and results, as the entry does."""
        slots = list(self._program.memory)
        for node, array in (
            *zip(self._plan.graph.inputs, arguments, strict=True),
            *zip(self._outputs, results, strict=True),
        ):
            self._table[slots.index(node) + 1] = array.ctypes.data

    def arrays(self, arguments: Sequence[Any], results: Sequence[Array]) -> dict[Node, Array]:
        """All values that have memory, in this call."""
        inputs = self._plan.graph.inputs
        given = {node: np.asarray(each, node.dtype) for node, each in zip(inputs, arguments, strict=True)}
        shown = {node: each.reshape(node.shape) for node, each in zip(self._outputs, results, strict=True)}
        return {**self._fixed, **given, **shown}

    def run_parts(self, arrays: Mapping[Node, Array]) -> None:
        """Compute all parts one after the other."""
        for k, part in enumerate(self._program.parts):
            if isinstance(part, Group):
                (node,) = part.nodes
                inputs = [self.shown(each, arrays) for each in node.inputs]
                with np.errstate(all="ignore"):
                    arrays[node][...] = VALUES[node.op.name](*inputs, **node.params)
            else:
                self._functions[k](self._table.ctypes.data, ROWS)

    def has_fault(self) -> bool:
        """Did an index array lead out of an array since the last question?"""
        word = self._fixed.get(FAULTS)
        if word is None or not word[0]:
            return False
        word[0] = 0
        return True

    def shown(self, node: Node, arrays: Mapping[Node, Array]) -> Array:
        """A value, which may be a view of another one."""
        view = self._plan.views[node]
        if view.source not in arrays:
            return np.broadcast_to(scalar_constant(node), node.shape)
        base = arrays[view.source].reshape(-1)
        return as_strided(base[view.offset :], view.shape, [base.itemsize * stride for stride in view.strides])


def _address(array: Array | None) -> int:
    return 0 if array is None else int(array.ctypes.data)
