"""A native function of rows: samples and parameters go in, results for each sample come out."""

import ctypes
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm import board
from chainrule.execute.llvm.buffers import lives_of, placed
from chainrule.execute.llvm.cache import library_of
from chainrule.execute.llvm.costs import cost_of
from chainrule.execute.llvm.entry import OTHER_FORM, Doors, doors, reads_objects
from chainrule.execute.llvm.kernels.kernel import Kernel, emit_kernels
from chainrule.execute.llvm.kernels.product_kernel import Form, packed_factors
from chainrule.execute.llvm.plan_text import graph_text
from chainrule.execute.llvm.product import column_blocks
from chainrule.execute.llvm.program import SCRATCH, memory_of, plan_of, scratch_of, write_scratch
from chainrule.execute.llvm.registers import memory_type
from chainrule.execute.llvm.rowwise.context import Phase, Rowwise, Words
from chainrule.execute.llvm.rowwise.worker import SHARED_FROM, emit_answer
from chainrule.execute.llvm.rowwise.workspace import Ends, Workspace
from chainrule.execute.llvm.targets import Target, host
from chainrule.graph import Graph
from chainrule.transforms.fuse import Group, Plan
from chainrule.transforms.rows import ROWS
from chainrule.transforms.views import covers

__all__ = ["RowFunction"]

Array = Any

_empty = np.empty
_ANSWER = "answer"
_CACHE = 2**20  # bytes; what a kernel reads and writes for a block of rows should stay in the second cache
_BLOCKS = 48, 480  # rows of a block, at least and at most
_LONG = 200_000  # operations; a call of more lets Python's other threads run meanwhile
_MANY_WEIGHTS = 2**17  # entries of parameters; from here on members may share columns
_SHARED_BLOCKS = 4  # a layer of fewer blocks of columns is left to one member
_MOST = 4_000_000_000  # operations of one call; Python handles signals between two of them
_answer = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)


class RowFunction:
    """A graph for any number of rows that can be called, if each row of its results follows from its own row.

    Args:
        graph: its first input are the samples, of shape (ROWS, n); the others have no rows. The results have.
        target: the processor.

    Raises:
        ValueError: the graph is not of this kind; the message says why.
    """

    def __init__(self, graph: Graph, target: Target | None = None) -> None:
        self._target = target or host()
        self._plan = plan_of(graph)
        _check(self._plan, self._target)
        self._samples, *self._parameters = self._plan.graph.inputs
        sources = [self._plan.views[node].source for node in self._plan.graph.outputs]
        self._results = tuple(dict.fromkeys(sources))
        self._places = [self._results.index(source) for source in sources]
        self._forms = [(node.shape[1:], node.dtype) for node in self._results]
        self._ndim = self._results[0].ndim - 1
        costs = [cost_of(self._plan, group) for group in self._plan.groups]
        self._work = max(1, sum(cost.operations for cost in costs) // ROWS)
        self._most = max(1, _MOST // self._work)
        self._block = _rows_of_block(max(cost.bytes for cost in costs) // ROWS)
        lives = lives_of(self._plan, {}, (), self._block)
        self._buffers = placed(each for each in lives if each.node not in self._results)
        given = [node for node in memory_of(self._plan, {}) if node not in self._buffers.offsets]
        self._slots = {node: Words.TABLE + k for k, node in enumerate(given)}
        self._blocks = [_blocks(group, self._target) for group in self._plan.groups]
        self._by_columns = sum(node.size for node in self._parameters) >= _MANY_WEIGHTS
        key = f"rows {self._block}\n{graph_text(self._plan.graph)}"
        self._library = library_of(key, self._target, [_ANSWER, SCRATCH], self._module)
        self._doors = doors() if reads_objects() else Doors(_refuse, _refuse)
        self._workspaces: list[Workspace] = []

    def __call__(self, arguments: tuple[Any, ...]) -> list[Array] | None:
        """Return the results, or None for arguments of another form and for samples that are not all finite.

        Args:
            arguments: samples (N, n), or one sample (n,), in C's order; and the parameters in Fortran's order, matrices
                as the transposes of what the graph takes.
        """
        lengths = arguments[0].shape[:-1]
        if len(lengths) > 1:
            return None
        results = [_empty(lengths + shape, dtype) for shape, dtype in self._forms]
        work = lengths[0] * self._work if lengths else self._work
        is_done = self._enter(arguments, results, work) if work <= _MOST else self._in_parts(arguments, results)
        return self._shown(results) if is_done else None

    def run(self, arguments: Sequence[Any]) -> list[Array]:
        """The same for any arrays of the right shapes, however they lie, finite or not."""
        samples, *parameters = arguments
        fitting = (
            np.require(samples, self._samples.dtype, ["C", "A"]),
            *(
                np.require(each, node.dtype, ["F", "A"])
                for each, node in zip(parameters, self._parameters, strict=True)
            ),
        )
        found = self(fitting)
        return self._at_addresses(fitting) if found is None else found

    def _enter(self, arguments: tuple[Any, ...], results: list[Array], work: int) -> bool:
        """Compute by one call of the entry; False if it finds that it cannot."""
        try:
            workspace = self._workspaces.pop()
        except IndexError:
            workspace = self._workspace()
        if work >= SHARED_FROM:
            board.wake()
        door = self._doors.long if work > _LONG else self._doors.short
        answer: int = door(arguments, results, workspace.records[results[0].ndim - self._ndim])
        if answer > 0:
            workspace.forget_fault()
        self._workspaces.append(workspace)
        return answer == 0

    def _in_parts(self, arguments: tuple[Any, ...], results: list[Array]) -> bool:
        """Compute some rows after the others."""
        samples, *parameters = arguments
        parts = [slice(start, start + self._most) for start in range(0, len(samples), self._most)]
        return all(self._enter((samples[rows], *parameters), [each[rows] for each in results], _MOST) for rows in parts)

    def _at_addresses(self, arguments: Sequence[Array]) -> list[Array]:
        """Compute without the entry, whatever the samples are."""
        lengths = arguments[0].shape[:-1]
        results = [_empty(lengths + shape, dtype) for shape, dtype in self._forms]
        workspace = self._workspace()
        workspace.take(arguments, results)
        _answer(self._library[_ANSWER])(workspace.context, *(lengths or (1,)))
        return self._shown(results)

    def _shown(self, results: list[Array]) -> list[Array]:
        shown = [results[k] for k in self._places]
        return shown if shown[0].ndim else [each[()] for each in shown]

    def _workspace(self) -> Workspace:
        code, room = self._library[_ANSWER], self._buffers.size + scratch_of(self._library)
        claims = sum(1 + max(each) for each in self._blocks)
        return Workspace(Ends(code, self._plan.graph.inputs, self._results, self._slots, room, claims))

    def _module(self) -> ir.Module:
        module = ir.Module("chainrule")
        kernels = self._kernels(module, self._plan.groups, Form.FEW)
        if not all(kernel.is_by_rows for kernel in kernels):
            raise ValueError("a row needs more than itself and the parameters")
        places = self._slots, self._buffers.offsets, self._buffers.size
        phases = self._phases(module, kernels) if self._by_columns else []
        emit_answer(
            module, Rowwise(self._target, self._samples, *places, self._block, self._work, kernels, phases), _ANSWER
        )
        write_scratch(module, max(each.scratch for each in kernels))
        return module

    def _kernels(self, module: ir.Module, groups: Sequence[Group], form: Form) -> list[Kernel]:
        return emit_kernels(module, self._target, self._plan, groups, {}, form)

    def _phases(self, module: ir.Module, by_rows: Sequence[Kernel]) -> list[Phase]:
        """Products whose columns are shared, and between them kernels that one member computes."""
        groups = self._plan.groups
        shared = [k for k, (_, many) in enumerate(self._blocks) if many >= _SHARED_BLOCKS]
        by_columns = dict(zip(shared, self._kernels(module, [groups[k] for k in shared], Form.BY_COLUMNS), strict=True))
        phases: list[Phase] = []
        for k, kernel in enumerate(by_rows):
            claims = Words.TABLE + len(self._slots) + sum(each.words for each in phases)
            if k in by_columns:
                phases.append(Phase((by_columns[k],), *self._blocks[k], claims))
            elif phases and not phases[-1].is_shared:
                phases[-1] = replace(phases[-1], kernels=(*phases[-1].kernels, kernel))
            else:
                phases.append(Phase((kernel,), 1, 1, claims))
        return phases


def _blocks(group: Group, target: Target) -> tuple[int, int]:
    """How many blocks of columns there are, for few rows and for more."""
    if group.product is None:
        return 1, 1
    kind, columns = memory_type(group.product.dtype), group.domain[-1]
    few, many = (column_blocks(target, kind, columns, few) for few in (True, False))
    return few, many


def _check(plan: Plan, target: Target) -> None:
    """Whether there is machine code for all of it."""
    alone = [group.nodes[0].op.name for group in plan.groups if group.is_alone]
    if alone:
        raise ValueError(f"no machine code for {', '.join(sorted(set(alone)))}")
    if plan.graph.guards or any(role in ("gather", "scatter") for role in plan.roles.values()):
        raise ValueError("what is computed depends on values")
    if packed_factors(plan, target):
        raise ValueError("a matrix lies the wrong way round")
    made = {node for group in plan.groups for node in group.stores}
    shown = [(node, plan.views[node]) for node in plan.graph.outputs]
    if not all(view.source in made and view.source.shape == node.shape and covers(view) for node, view in shown):
        raise ValueError("a result is not computed, or lies in another order")


def _rows_of_block(row_bytes: int) -> int:
    """How many rows are computed together, so that what a kernel reads and writes stays in the cache."""
    least, most = _BLOCKS
    return min(max(_CACHE // row_bytes // least * least, least), most)


def _refuse(arguments: object, results: object, record: object) -> int:
    """The entry where Python's objects cannot be read."""
    del arguments, results, record
    return OTHER_FORM
