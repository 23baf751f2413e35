"""A native function: Python's arguments go in, a program runs, Python's results come out."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from chainrule.execute.interpret import interpret
from chainrule.execute.llvm.costs import cost_of
from chainrule.execute.llvm.entry import OTHER_FORM, doors, reads_objects
from chainrule.execute.llvm.program import Program, program_of
from chainrule.execute.llvm.targets import Target
from chainrule.execute.llvm.workspace import Workspace, ends_of
from chainrule.graph import Graph, Guard, Node
from chainrule.transforms.byte_order import in_native_order

__all__ = ["NativeFunction", "Otherwise"]

Array = Any

_empty = np.empty
_LONG = 200_000  # operations; a call of more lets Python's other threads run meanwhile


class Otherwise(NamedTuple):
    """The first decision that was made otherwise than recorded: its number among the guards, and what it was."""

    position: int
    decision: Any


class NativeFunction:
    """A graph that can be called.

    Args:
        graph: what to compute; its inputs are the arguments.
        types: the type of each argument: ``np.ndarray``, ``float``, or one of NumPy's scalars; by default all arrays.
        target: the processor.

    Attributes:
        program: what is computed how.
        guards: the decisions that hold for it.
    """

    def __init__(self, graph: Graph, types: Sequence[type] | None = None, target: Target | None = None) -> None:
        self._graph = graph
        self.program: Program = program_of(in_native_order(graph), target)
        self.guards = self.program.plan.graph.guards
        outputs, ends = self.program.plan.graph.outputs, ends_of(self.program)
        self._types = [np.ndarray] * len(graph.inputs) if types is None else list(types)
        self._ends = ends
        self._dtypes = [node.dtype for node in graph.outputs]
        self._direct = [(outputs[k].shape, outputs[k].dtype) for k in ends.direct]
        self._numbers = [k for k, (shape, _) in enumerate(self._direct) if shape == ()]
        self._in_one_call = len(self.program.parts) == 1 and isinstance(self.program.parts[0], list)
        in_place = ends.direct == tuple(range(len(outputs))) and all(each.isnative for each in self._dtypes)
        self._is_short = self._in_one_call and in_place and len(ends.compared) == len(self.guards)
        self._door = self._chosen_door()
        self._workspaces: list[Workspace] = []

    def __call__(self, arguments: tuple[Any, ...]) -> list[Array] | Otherwise | None:
        """Return the results, or a decision that was made otherwise, or None for arguments of another form.

        Args:
            arguments: arrays without gaps and numbers, each of the known type, dtype and shape.
        """
        try:
            workspace = self._workspaces.pop()
        except IndexError:
            workspace = self._workspace()
        results = [_empty(shape, dtype) for shape, dtype in self._direct]
        answer = self._door(arguments, results, workspace.record)
        found: list[Array] | Otherwise | None
        if answer == 0 and self._is_short:
            for k in self._numbers:
                results[k] = results[k][()]
            found = results
        else:
            found = None if answer == OTHER_FORM else self._completed(workspace, arguments, results, self._in_one_call)
        if workspace.is_kept:
            self._workspaces.append(workspace)
        return found

    def run(self, arguments: Sequence[Any]) -> list[Array] | Otherwise:
        """The same for any arrays and numbers of the right shapes, whatever their order in memory."""
        inputs = self.program.plan.graph.inputs
        fitting = tuple(map(_fitting, arguments, inputs, self._types))
        found = self(fitting)
        if found is not None:
            return found
        workspace = self._workspace()
        results = [_empty(shape, dtype) for shape, dtype in self._direct]
        arrays = [np.asarray(each, node.dtype) for each, node in zip(fitting, inputs, strict=True)]
        workspace.take(arrays, results)
        return self._completed(workspace, arrays, results, has_run=False)

    def _workspace(self) -> Workspace:
        return Workspace(self.program, self._ends, self._types)

    def _chosen_door(self) -> Any:
        if not reads_objects():
            return lambda arguments, results, record: OTHER_FORM
        plan = self.program.plan
        is_long = sum(cost_of(plan, group).operations for group in plan.groups) > _LONG
        return doors().long if is_long else doors().short

    def _completed(
        self, workspace: Workspace, arguments: Sequence[Any], results: Sequence[Array], has_run: bool
    ) -> list[Array] | Otherwise:
        """What the one call of the entry does not do: other parts, other guards, results that stand elsewhere."""
        arrays = workspace.arrays(arguments, results)
        if not has_run:
            workspace.run_parts(arrays)
        has_fault = workspace.has_fault()
        for position, guard in enumerate(self.guards):
            value = workspace.shown(guard.node, arrays)
            if not guard.holds(value):
                return Otherwise(position, _decision(guard, value))
        if has_fault:  # the interpreter says what is wrong
            return interpret(self._graph, arguments)
        outputs = self.program.plan.graph.outputs
        own = dict(zip(self._ends.direct, results, strict=True))
        values = [own[k] if k in own else workspace.shown(node, arrays).copy() for k, node in enumerate(outputs)]
        turned = [value.astype(dtype, copy=False) for value, dtype in zip(values, self._dtypes, strict=True)]
        return [value if value.ndim else value[()] for value in turned]


def _decision(guard: Guard, value: Array) -> Any:
    if isinstance(guard.value, bytes):
        return value.tobytes()
    kind: Any = type(guard.value)
    return kind(value[()])


def _fitting(value: Any, node: Node, kind: type) -> Any:
    """An argument in the form that the code takes."""
    if kind is not np.ndarray:
        return value if type(value) is kind else kind(value)
    fits = type(value) is np.ndarray and value.flags.c_contiguous and value.flags.aligned
    return value if fits and value.dtype is node.dtype else np.array(value, node.dtype, order="C", copy=True, ndmin=0)
