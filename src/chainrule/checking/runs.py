"""Runs of a function in one dtype, each beside its truth."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.checking.samples import Point
from chainrule.errors import InputError
from chainrule.execute.interpret import Program
from chainrule.execute.referee import Truth, bits_of_error, truths
from chainrule.graph import Graph, Node
from chainrule.tracing import trace

__all__ = ["Run", "Runner"]

MOST_WAYS = 32  # through the decisions of a function


class Runner:
    """A function, traced once for each way through its decisions."""

    def __init__(self, function: Callable[..., Any], dtype: np.dtype[Any]) -> None:
        self._function = function
        self.dtype = dtype
        self._programs: list[Program] = []

    def run(self, point: Point) -> "Run":
        """Run the function at a point."""
        typed = {name: np.asarray(value, self.dtype)[()] for name, value in point.items()}
        arguments = list(typed.values())
        for program in self._programs:
            values = program.run_all(arguments)
            if all(guard.holds(values[guard.node]) for guard in program.graph.guards):
                return Run(program.graph, typed, values)
        program = Program(self._traced(typed))
        self._programs = [program, *self._programs][:MOST_WAYS]
        return Run(program.graph, typed, program.run_all(arguments))

    def _traced(self, point: Point) -> Graph:
        with np.errstate(all="ignore"):
            graph = trace(self._function, **point)
        if not any(node.dtype.kind == "f" for node in graph.outputs):
            found = ", ".join(str(node.dtype) for node in graph.outputs) or "nothing"
            raise InputError(f"check looks at real numbers, and the function returned {found}; return a float")
        return graph


class Run:
    """One run: what floats give at every node, and what is true.

    Attributes:
        graph: the function.
        point: the arguments.
        values: of every node.
    """

    def __init__(self, graph: Graph, point: Point, values: Mapping[Node, Any]) -> None:
        self.graph, self.point, self.values = graph, point, values
        self._truths: dict[Node, Truth] = {}

    def truth(self, node: Node) -> Truth:
        """What a node is, mathematically."""
        if node not in self._truths:
            (self._truths[node],) = truths(self.graph, list(self.point.values()), [node])
        return self._truths[node]

    def know(self, nodes: Sequence[Node]) -> None:
        """Find out the truth of several nodes at once."""
        missing = [node for node in nodes if node not in self._truths]
        found = truths(self.graph, list(self.point.values()), missing)
        self._truths.update(zip(missing, found, strict=True))

    def bits(self, node: Node) -> float:
        """The bits of error of a node: of its worst entry; 0 where the truth is not known."""
        if node.dtype.kind != "f" or node.op.kind == "source":
            return 0.0
        truth = self.truth(node)
        errors = bits_of_error(np.asarray(self.values[node]), truth.value)
        return float(np.max(np.where(truth.settled, errors, 0.0), initial=0.0))

    @cached_property
    def output(self) -> Node:
        """The output with the greatest error."""
        return max((node for node in self.graph.outputs if node.dtype.kind == "f"), key=self.bits)

    @cached_property
    def error(self) -> float:
        """The bits of error of the output."""
        return self.bits(self.output)
