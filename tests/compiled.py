"""Graphs as machine code, in memory with guard zones around every value, beside what the interpreter says."""

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from chainrule import trace
from chainrule.execute.interpret import interpret
from chainrule.execute.llvm.kernels.faults import FAULTS
from chainrule.execute.llvm.kernels.memory import scalar_constant
from chainrule.execute.llvm.program import program_of
from chainrule.execute.llvm.targets import Target
from chainrule.graph import Graph, Node
from chainrule.transforms.fuse import Group, Plan

GUARD = 128  # bytes before and behind every value
_FILL = 0xA5


class Guarded:
    """A program whose values stand each in memory of its own, with guard zones."""

    def __init__(self, graph: Graph, arguments: Sequence[Any], target: Target | None = None) -> None:
        self.program = program_of(graph, target)
        self.plan: Plan = self.program.plan
        self._rooms: dict[Node, Any] = {}
        inputs = dict(zip(self.plan.graph.inputs, arguments, strict=True))
        for node in self.program.memory:
            self._rooms[node] = np.full(node.size * node.dtype.itemsize + 2 * GUARD, _FILL, np.uint8)
            if node.op.name == "constant":
                self[node][...] = node.params["value"].reshape(node.shape)
            elif node in inputs:
                self[node][...] = inputs[node]
        if FAULTS in self._rooms:
            self[FAULTS][...] = 0
        self._run()

    def __getitem__(self, node: Node) -> Any:
        room = self._rooms[node]
        return room[GUARD : room.size - GUARD].view(node.dtype).reshape(node.shape)

    def _run(self) -> None:
        scratch = np.zeros(self.program.code.scratch + 64, np.uint8)
        addresses = [self[node].ctypes.data for node in self.program.memory]
        table = (ctypes.c_void_p * (len(addresses) + 1))(scratch.ctypes.data + -scratch.ctypes.data % 64, *addresses)
        before = {node: self[node].copy() for node in self.plan.graph.inputs}
        for k, part in enumerate(self.program.parts):
            assert not isinstance(part, Group), f"{part.nodes} has no machine code"
            address = self.program.code.functions[k]
            ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(address)(table, 0)
        for room in self._rooms.values():
            zones = np.concatenate([room[:GUARD], room[room.size - GUARD :]])
            assert np.all(zones == _FILL), "a write outside"
        for node, values in before.items():
            assert values.tobytes() == self[node].tobytes(), "an argument has changed"

    @property
    def has_fault(self) -> bool:
        """Did an index array lead out of an array?"""
        return FAULTS in self._rooms and bool(self[FAULTS][0])

    def outputs(self) -> list[Any]:
        """The values of the outputs."""
        return [self._shown(node) for node in self.plan.graph.outputs]

    def _shown(self, node: Node) -> Any:
        view = self.plan.views[node]
        if view.source not in self._rooms:
            return np.broadcast_to(scalar_constant(node), node.shape)
        base = self[view.source].reshape(-1)
        return as_strided(base[view.offset :], view.shape, [base.itemsize * stride for stride in view.strides]).copy()


def graph_of(f: Callable[..., Any] | Graph, arguments: Sequence[Any]) -> Graph:
    """The traced function."""
    return f if isinstance(f, Graph) else trace(f, *arguments)


def assert_same(f: Callable[..., Any] | Graph, *arguments: Any, target: Target | None = None, ulps: int = 0) -> Plan:
    """Compare the compiled function with the interpreted one: so many units in the last place of the largest entry."""
    graph = graph_of(f, arguments)
    found = Guarded(graph, arguments, target)
    assert not found.has_fault
    for k, (value, expected) in enumerate(zip(found.outputs(), interpret(graph, arguments), strict=True)):
        expected = np.asarray(expected)
        assert (value.shape, value.dtype) == (expected.shape, expected.dtype), k
        if not ulps or expected.dtype.kind != "f":
            np.testing.assert_array_equal(value, expected, err_msg=f"output {k}")
        else:
            largest = np.max(np.abs(expected), initial=1.0)
            bound = ulps * np.finfo(expected.dtype).eps
            np.testing.assert_allclose(value, expected, rtol=bound, atol=bound * largest, err_msg=f"output {k}")
    return found.plan


def kinds_of(plan: Plan) -> list[list[str]]:
    """The names of the ops of each kernel."""
    return [[node.op.name for node in group.nodes] for group in plan.groups]
