"""Graphs with arguments for them: shown as text, taken apart, put together, differentiated, called as a function."""

import functools
import itertools
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chainrule.execute.interpret import VALUES
from chainrule.graph import Graph, Node, make
from chainrule.graph.graph import reachable
from chainrule.graph.keys import numpy_key
from chainrule.tracing import Tracer
from chainrule.transforms.differentiate import gradient_graph


@dataclass(frozen=True, eq=False, repr=False)
class Case:
    """A graph and arguments for it."""

    graph: Graph
    arguments: tuple[Any, ...]

    def __repr__(self) -> str:
        arguments = "\n".join(f"  {each!r:.300} ({_layout(each)})" for each in self.arguments)
        constants = [node for node in self.graph.nodes if node.op.name == "constant" and node.size > 1]
        values = "\n".join(f"  {node!r} = {node.params['value']!r:.300}" for node in constants)
        guards = "\n".join(f"  {guard.node!r} must be {guard.value!r:.60}" for guard in self.graph.guards)
        return "\n".join(part for part in (str(self.graph), "arguments:", arguments, values, guards) if part)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("...")  # hypothesis would show all fields of all nodes


def _layout(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return type(value).__name__
    return f"{value.dtype}{list(value.shape)}, strides {value.strides}, aligned {value.flags.aligned}"


def decision(value: Any) -> Any:
    """What a guard records."""
    return bool(value) if np.ndim(value) == 0 else np.asarray(value).tobytes()


def joined(some: Sequence[Case]) -> Case:
    """Several cases as one graph: making machine code of many at once takes less time."""
    graphs = [case.graph for case in some]
    inputs, outputs, guards = (
        tuple(itertools.chain.from_iterable(getattr(graph, part) for graph in graphs))
        for part in ("inputs", "outputs", "guards")
    )
    return Case(Graph(inputs, outputs, guards), tuple(each for case in some for each in case.arguments))


def parts(case: Case) -> Iterator[Case]:
    """The computations of single nodes, the shortest first."""
    for node in case.graph.nodes:
        if node.inputs:
            needed = set(reachable([node]))
            kept = [k for k, each in enumerate(case.graph.inputs) if each in needed]
            graph = Graph(tuple(case.graph.inputs[k] for k in kept), (node,))
            yield Case(graph, tuple(case.arguments[k] for k in kept))


def gradient_of(case: Case) -> Case | None:
    """The gradient of the sum of all results that are floats, by all arguments that are; None if there are none."""
    floats = [node for node in case.graph.outputs if node.dtype.kind == "f"]
    wrt = [node for node in case.graph.inputs if node.dtype.kind == "f"]
    if not floats or not wrt:
        return None
    parts = [make("sum", node, axes=tuple(range(node.ndim)), keepdims=False) for node in floats]
    whole = functools.reduce(operator.add, parts)
    return replace(case, graph=gradient_graph(Graph(case.graph.inputs, (whole,)), wrt))


def as_function(graph: Graph) -> Callable[..., Any]:
    """The graph as a NumPy function, which can be traced and differentiated."""

    def function(*arguments: Any) -> Any:
        values: dict[Node, Any] = dict(zip(graph.inputs, arguments, strict=True))
        with np.errstate(all="ignore"):
            for node in graph.nodes:
                if node.op.name == "constant":
                    values[node] = node.params["value"][()]
                elif node not in values:
                    values[node] = _call(node, [values[each] for each in node.inputs])
        return tuple(values[node] for node in graph.outputs)

    return function


def _call(node: Node, inputs: Sequence[Any]) -> Any:
    """A primitive in words of NumPy that a tracer understands."""
    name, params = node.op.name, node.params
    if name == "index":
        return _beside_tracers(inputs)[numpy_key(params["key"], inputs[1:])]
    if name in ("index_set", "index_add"):
        if node.ndim == 0:  # NumPy's numbers cannot be assigned to
            values = np.reshape(inputs[1], ())
            return (values if name == "index_set" else inputs[0] + values).astype(node.dtype)
        x = np.copy(_beside_tracers(inputs))
        key = numpy_key(params["key"], inputs[2:])
        if name == "index_set":
            x[key] = inputs[1]
        else:
            np.add.at(x, key, inputs[1])
        return x
    if name in ("argmax", "argmin"):
        axis = params["axes"][0] if len(params["axes"]) == 1 else None
        return getattr(np, name)(inputs[0], axis=axis, keepdims=params["keepdims"])
    if name == "astype":
        return inputs[0].astype(params["dtype"])
    return VALUES[name](*inputs, **params)


def _beside_tracers(inputs: Sequence[Any]) -> Any:
    """The first input as an array that takes the others for entries and numbers of entries."""
    tracer = next((each for each in inputs if isinstance(each, Tracer)), None)
    return inputs[0] if tracer is None else np.array(inputs[0], like=tracer)
