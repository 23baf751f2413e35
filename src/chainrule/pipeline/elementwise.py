"""Does a function work entry by entry, so that it has one derivative at each entry?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.errors import DifferentiationError, ShapeError
from chainrule.graph import Graph, Node
from chainrule.tracing import Tracer
from chainrule.transforms.dependence import Reach, reach
from chainrule.transforms.differentiate import real, real_output

__all__ = ["elementwise_output"]


def elementwise_output(f: Callable[..., Any], graph: Graph, count: int, arguments: Sequence[Any]) -> Node:
    """Return the one output of a graph, if entry i of it depends on entry i of each argument only.

    Args:
        f: the function, for messages.
        graph: its graph.
        count: how many of the graph's inputs are asked for.
        arguments: values of all inputs of the graph.

    Raises:
        ShapeError: it does not.
        DifferentiationError: there is not one real output, or an argument is not real.
    """
    wrt = [real(node) for node in graph.inputs[:count]]
    name = getattr(f, "__name__", "<lambda>").replace("<lambda>", "the function")
    if len(graph.outputs) != 1:
        raise DifferentiationError(f"{name} returned {len(graph.outputs)} arrays; an elementwise function returns one")
    output = real_output(graph.outputs[0], graph)
    plain = [each.value if isinstance(each, Tracer) else each for each in arguments]
    for argument in wrt:
        _check_shape(name, argument, output)
        _check_entries(name, argument, output, reach(graph, argument, plain))
    return output


_INSTEAD = "write cr.jacobian(f) for the derivatives of all entries by all entries"


def _check_shape(name: str, argument: Node, output: Node) -> None:
    if output.shape != argument.shape:
        raise ShapeError(
            f"{name} does not work entry by entry: {argument.name or 'its argument'} has shape "
            f"{list(argument.shape)} and its value {list(output.shape)}; {_INSTEAD}"
        )


def _check_entries(name: str, argument: Node, output: Node, found: Mapping[Node, Reach]) -> None:
    if output not in found:
        return
    own = np.arange(argument.size).reshape(argument.shape)
    first, last = found[output]
    astray = np.flatnonzero((last >= 0) & ((first != own) | (last != own)))
    if astray.size:
        i, line = int(astray[0]), _mixing(output, found).where
        raise ShapeError(
            f"{f'{line}: ' if line else ''}{name} mixes entries: entry {_place(i, argument)} of its value depends on "
            f"{_range(int(first.flat[i]), int(last.flat[i]), argument)} of {argument.name or 'its argument'}, where an "
            f"elementwise function takes entry {_place(i, argument)} alone; {_INSTEAD}"
        )


def _mixing(output: Node, found: Mapping[Node, Reach]) -> Node:
    """The first operation that takes several entries together; where none does, entries only move."""
    return next((node for node, (first, last) in found.items() if np.any(first < last)), output)


def _range(first: int, last: int, argument: Node) -> str:
    if first == last:
        return f"entry {_place(first, argument)}"
    return f"entries {_place(first, argument)} to {_place(last, argument)}"


def _place(i: int, argument: Node) -> str:
    return str([int(each) for each in np.unravel_index(i, argument.shape)])
