"""``trace``: run a NumPy function once on tracers and return its graph."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule import trees
from chainrule.errors import TraceError
from chainrule.graph import Graph, Guard, Node, input_node
from chainrule.tracing.arguments import require_function
from chainrule.tracing.array import TracedArray
from chainrule.tracing.origin import Origin, boundary, untraceable
from chainrule.tracing.recording import innermost, is_number, lift, real_array, record
from chainrule.tracing.tracer import Trace, Tracer

__all__ = ["Traced", "parameter_names", "replay", "trace", "trace_leaves"]


def trace(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Graph:
    """Return the graph of a plain NumPy function.

    The function is run once. Arrays and numbers among the arguments, also inside of dicts, lists, tuples and
    dataclasses, become the inputs
    of the graph; other arguments (strings, None, True and False) are passed as they are. Python's ``if``,
    ``while`` and ``range``
    by a traced value follow the given arguments and are recorded as guards. ``isinstance(x, float)`` and
    ``np.isscalar(x)`` answer as on plain arguments; ``type(x)`` cannot, it is the type of the stand-in.

    Args:
        function: made of NumPy functions and operators.
        *args: example arguments; their shapes, dtypes and, at decisions, values count.
        **kwargs: likewise.

    Returns:
        The graph, with one output for each array in the function's result.

    Raises:
        InputTypeError: it is no function; the text of a formula becomes one by :func:`formula`.
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
    require_function(function, "trace")
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
        return function(*some_args, **some_kwargs)

    traced = trace_leaves(of_leaves, [leaves[i] for i in inputs], [paths[i] for i in inputs])
    if traced.captured:
        raise untraceable("a trace within another one uses arrays from outside; pass them as arguments")
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
    state = Trace(array=TracedArray)
    tracers = [_input(value, name, state) for value, name in zip(values, names, strict=True)]
    nodes = [tracer.node for tracer in tracers]
    try:
        result = _called(function, tracers)
        outputs = tuple(_output(leaf, state) for leaf in trees.flatten(result))
    finally:
        state.close()
    graph = Graph((*nodes, *state.captured), outputs, tuple(state.guards))
    return Traced(graph, result, tuple(state.captured.values()))


def replay(graph: Graph, arguments: Sequence[Any]) -> list[Tracer]:
    """Run a graph on tracers of an outer trace, at least one of them: its nodes and decisions become theirs."""
    trace = innermost(arguments)
    tracers = {node: lift(argument, trace) for node, argument in zip(graph.inputs, arguments, strict=True)}
    for node in graph.nodes:
        if node not in tracers:
            tracers[node] = _replayed(node, [tracers[each] for each in node.inputs], trace)
    trace.guards.extend(Guard(tracers[guard.node].node, guard.value) for guard in graph.guards)
    return [tracers[output].snapshot() for output in graph.outputs]


def _replayed(node: Node, inputs: list[Tracer], trace: Trace) -> Any:
    if node.op.name == "constant":
        return TracedArray(node, node.params["value"][()], trace)
    return record(node.op.name, inputs, node.params, Origin(node.name, node.scope, node.where))


def _called(function: Callable[..., Any], tracers: Sequence[Tracer]) -> Any:
    try:
        return boundary(function, *tracers)
    except ValueError as error:
        if isinstance(error.__cause__, TraceError):  # NumPy's "setting an array element with a sequence"
            raise error.__cause__ from None
        raise


def _input(value: Any, name: str, state: Trace) -> Tracer:
    if isinstance(value, Tracer):
        return TracedArray(input_node(name, value.shape, value.dtype), value.value, state, weak=value.weak)
    array = real_array(value)
    example = array if isinstance(value, np.ndarray) else array[()]
    return TracedArray(input_node(name, array.shape, array.dtype), example, state, weak=is_number(value))


def _output(leaf: Any, state: Trace) -> Node:
    """The node of one returned array; plain numbers and arrays become constants."""
    if not _is_array(leaf) and not isinstance(leaf, bool):
        raise untraceable(f"the function returned {leaf!r:.60}, which is not a number or an array")
    if isinstance(leaf, Tracer) and leaf.owner is not state:
        state.captured[leaf.node] = leaf.snapshot()
    tracer: Tracer = lift(leaf, state)
    return tracer.node


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
