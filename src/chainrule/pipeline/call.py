"""One call of a function that is to be differentiated: trace it, then run what was made of its graph."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from chainrule import trees
from chainrule.errors import InputError, ShapeError
from chainrule.execute.interpret import Program
from chainrule.graph import Graph, Node, input_node
from chainrule.tracing import Traced, Tracer, replay, trace_leaves
from chainrule.tracing.arguments import Selected
from chainrule.transforms.differentiate import backward
from chainrule.transforms.stabilize import stabilize

__all__ = ["Function", "backward_graph", "fitting", "named_like", "run_call", "stable", "trace_call"]

Function = Callable[..., Any]


def stable(graph: Graph, is_wanted: bool, arguments: Sequence[Any]) -> Graph:
    """The graph in its stable form, if that is wanted; tracers among the arguments may be differentiated by."""
    if not is_wanted:
        return graph
    return stabilize(graph, is_final=not any(isinstance(each, Tracer) for each in arguments)).graph


def trace_call(chosen: Selected, is_stable: bool) -> Traced:
    """Trace the function of the selected leaves; give its graph in the stable form, if that is wanted."""
    traced = trace_leaves(chosen.call, chosen.leaves, chosen.names)
    return replace(traced, graph=stabilize(traced.graph, is_final=False).graph) if is_stable else traced


def run_call(graph: Graph, chosen: Selected, traced: Traced, more: list[Any] | None = None) -> list[Any]:
    """Run a graph on the arguments: with NumPy, or on the tracers of an outer trace, which then decides likewise."""
    arguments = [*chosen.leaves, *traced.captured, *(more or [])]
    if any(isinstance(each, Tracer) for each in arguments):
        return replay(replace(graph, guards=traced.graph.guards), arguments)
    return Program(graph).run(arguments)


def backward_graph(graph: Graph, count: int, *, zeros_are_structural: bool = False) -> tuple[Graph, list[Node]]:
    """The gradients by the first ``count`` inputs, and the nodes of the upstream gradients they start from."""
    seeds = [input_node("seed", node.shape, node.dtype) for node in graph.outputs]
    wrt = graph.inputs[:count]
    sweep = backward(graph, seeds, wrt, zeros_are_structural=zeros_are_structural)
    return Graph((*graph.inputs, *seeds), tuple(sweep.gradient(node) for node in wrt)), seeds


def fitting(tree: Any, form: Any, nodes: tuple[Node, ...], what: str) -> list[Any]:
    """The leaves of a tree, each in the shape and dtype of its node."""
    leaves = trees.flatten(tree)
    if len(leaves) != len(nodes):
        raise InputError(
            f"{what} has {len(leaves)} arrays where {len(nodes)} are needed; give it the same form as {form!r:.200}"
        )
    for leaf, node in zip(leaves, nodes, strict=True):
        if np.shape(leaf) != node.shape:
            raise ShapeError(f"{what} has shape {list(np.shape(leaf))} where {list(node.shape)} is needed")
    return [
        leaf if isinstance(leaf, Tracer) else np.asarray(leaf, node.dtype)[()]
        for leaf, node in zip(leaves, nodes, strict=True)
    ]


def named_like(f: Function, made: Function) -> Function:
    """The made function under the name and signature of the user's."""
    return functools.wraps(f)(made) if hasattr(f, "__name__") else made
