"""``trace``: run a NumPy function once on tracers and return its graph."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule import trees
from chainrule.errors import TraceError
from chainrule.graph import Graph, Guard, Node, input_node
from chainrule.tracing.array import TracedArray
from chainrule.tracing.origin import Origin, boundary
from chainrule.tracing.tracer import Trace, Tracer, innermost, is_number, lift, record

__all__ = ["Traced", "parameter_names", "replay", "trace", "trace_leaves"]


def trace(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Graph:
    """Return the graph of a plain NumPy function.

    The function is run once. Arrays and numbers among the arguments, also inside of dicts, lists, tuples and
    dataclasses, become the inputs
    of the graph; other arguments (strings, None, True and False) are passed as they are. Python's ``if``,
    ``while`` and ``range``
    by a traced value follow the given arguments and are recorded as guards.

    Args:
        function: made of NumPy functions and operators.
        *args: example arguments; their shapes, dtypes and, at decisions, values count.
        **kwargs: likewise.

    Returns:
        The graph, with one output for each array in the function's result.

    Raises:
        TraceError: the function does something that cannot be a graph, such as ``float(x)``; names the line.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> def f(x, y, z):
        ...     q = x + y
        ...     return q * z
        >>> [node.op.name for node in cr.trace(f, -2.0, 5.0, -4.0).nodes]
        ['input', 'input', 'input', 'add', 'multiply']
    """
    names = parameter_names(function, args, kwargs)
    leaves = trees.flatten((args, kwargs))
    paths = [
        path
        for name, value in zip(names, [*args, *kwargs.values()], strict=True)
        for path in trees.leaf_paths(value, name)
    ]
    inputs = [i for i, leaf in enumerate(leaves) if _is_array(leaf)]

    def of_leaves(*arrays: Any) -> Any:
        filled = list(leaves)
        for i, array in zip(inputs, arrays, strict=True):
            filled[i] = array
        some_args, some_kwargs = trees.unflatten((args, kwargs), filled)
        return boundary(function, *some_args, **some_kwargs)

    traced = trace_leaves(of_leaves, [leaves[i] for i in inputs], [paths[i] for i in inputs])
    if traced.captured:
        raise TraceError(
            "trace was called inside of another trace, on a function that uses its arrays; pass them as arguments"
        )
    return traced.graph


@dataclass(frozen=True)
class Traced:
    """A traced function.

    Attributes:
        graph: its inputs are the leaves, then the captured arrays.
        result: the tree that the function returned, its leaves replaced by None where they became outputs.
        captured: tracers of an outer trace that the function used.
    """

    graph: Graph
    result: trees.Tree
    captured: tuple[Tracer, ...]


def trace_leaves(function: Callable[..., Any], values: Sequence[Any], names: Sequence[str]) -> Traced:
    """Trace a function of some arrays and numbers; they may be tracers of an outer trace."""
    state = Trace(TracedArray)
    tracers = [_input(value, name, state) for value, name in zip(values, names, strict=True)]
    nodes = [tracer.node for tracer in tracers]
    result = function(*tracers)
    outputs = [_output(leaf, state) for leaf in trees.flatten(result)]
    captured = tuple(state.captured.values())
    graph = Graph((*nodes, *state.captured), tuple(outputs), tuple(state.guards))
    _check_closed(graph)
    return Traced(graph, result, captured)


def replay(graph: Graph, arguments: Sequence[Any]) -> list[Tracer]:
    """Run a graph on tracers of an outer trace, at least one: its nodes and decisions become theirs, with names and lines."""
    trace = innermost(arguments)
    tracers = {node: lift(argument, trace) for node, argument in zip(graph.inputs, arguments, strict=True)}
    for node in graph.nodes:
        if node not in tracers:
            tracers[node] = _replayed(node, [tracers[each] for each in node.inputs], trace)
    trace.guards.extend(Guard(tracers[guard.node].node, guard.value) for guard in graph.guards)
    return [tracers[output] for output in graph.outputs]


def _replayed(node: Node, inputs: list[Tracer], trace: Trace) -> Tracer:
    if node.op.name == "constant":
        return TracedArray(node, node.params["value"][()], trace)
    return record(node.op.name, inputs, node.params, Origin(node.name, node.scope, node.where))


def _input(value: Any, name: str, state: Trace) -> Tracer:
    weak = value.weak if isinstance(value, Tracer) else is_number(value)
    example = value.value if isinstance(value, Tracer) else lift(value, state).value
    return TracedArray(input_node(name, np.shape(example), example.dtype), example, state, weak=weak)


def _output(leaf: Any, state: Trace) -> Node:
    """The node of one returned array; plain numbers and arrays become constants."""
    try:
        tracer = lift(leaf, state)
    except (TypeError, ValueError) as error:
        raise TraceError(
            f"the function returned {type(leaf).__name__}, which is not a number or an array: {error}"
        ) from error
    if tracer.trace is not state:
        state.captured[tracer.node] = tracer
    return tracer.node


def _check_closed(graph: Graph) -> None:
    known = set(graph.inputs)
    for node in graph.nodes:
        if node.op.name == "input" and node not in known:
            raise TraceError(
                f"the traced array {node.name!r} of an earlier call was kept and used again; return it instead"
            )


def _is_array(leaf: Any) -> bool:
    return isinstance(leaf, (Tracer, np.ndarray, np.generic)) or (is_number(leaf) and not isinstance(leaf, bool))


def parameter_names(function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> list[str]:
    """What the function itself calls its arguments."""
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except (TypeError, ValueError):
        return [f"x{i}" for i in range(len(args))] + list(kwargs)
    names: list[str] = []
    for name, parameter in bound.signature.parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            names += [f"{name}[{i}]" for i in range(len(bound.arguments.get(name, ())))]
        elif parameter.kind is not parameter.VAR_KEYWORD and name in bound.arguments and name not in kwargs:
            names.append(name)
    return names + list(kwargs)
