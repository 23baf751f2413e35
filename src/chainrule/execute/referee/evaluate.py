"""The true values of a graph: all nodes as intervals, with more bits until the intervals are narrow enough."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from chainrule.execute.interpret import value_of
from chainrule.execute.referee.arrays import ROWS
from chainrule.execute.referee.bits import rounded
from chainrule.execute.referee.conversion import UndecidedError, answers, decided, exact_array, numbers, objects
from chainrule.execute.referee.functions import elementwise
from chainrule.execute.referee.interval import UNKNOWN, Interval, Number
from chainrule.execute.referee.logic import QUESTIONS, Answer
from chainrule.graph import Graph, Node

__all__ = ["PRECISIONS", "Truth", "enclosures", "truths", "value_at"]

PRECISIONS = (96, 192, 400, 800, 1600, 3200, 6400)  # bits; float64 holds numbers that are 2^2098 apart

Array = Any


@dataclass(frozen=True)
class Truth:
    """What a node is, mathematically.

    Attributes:
        value: the truth, rounded to the dtype of the node.
        settled: where it is known; elsewhere not even the last precision decides, and ``value`` is NaN (False, 0).
        enclosure: numbers of the referee, which know more than a rounded value: whether what became 0 or infinite is.
    """

    value: Array
    settled: Array
    enclosure: Array = None

    @property
    def is_rounded_away(self) -> Array:
        """Where the truth is a number, and the dtype has but 0 or infinity for it."""
        numbers = np.frompyfunc(lambda each: isinstance(each, Interval) and each.sign != 0, 1, 1)(self.enclosure)
        return np.asarray(numbers, dtype=bool) & ((self.value == 0) | np.isinf(self.value))


def truths(graph: Graph, arguments: Sequence[Array], nodes: Iterable[Node] | None = None) -> list[Truth]:
    """Return the true values of nodes of a graph, given its arguments.

    Arguments and constants are taken for exact, infinities, NaN and the sign of 0 for what IEEE 754 says. Guards are
    not looked at: the graph is the formula. Precision is raised until every value is known to the last bit, up to
    ``PRECISIONS[-1]`` bits.

    Args:
        graph: the computation.
        arguments: numbers or arrays for its inputs.
        nodes: which nodes; by default the outputs.

    Example:
        >>> from chainrule.graph import constant, input_node, make
        >>> x = input_node("x", (), np.dtype(float))
        >>> hard = (1 - make("cos", x)) / (x * x)
        >>> truths(Graph((x,), (hard,)), [1e-200])[0].value
        array(0.5)
    """
    asked = tuple(graph.outputs if nodes is None else nodes)
    part = graph.with_outputs(asked)
    found = [_Best(node) for node in asked]
    for precision in PRECISIONS:
        try:
            with np.errstate(all="ignore"):
                values = enclosures(part, arguments, precision)
        except UndecidedError:
            continue
        for best in found:
            best.take(values[best.node])
        if all(np.all(best.settled) for best in found):
            break
    return [Truth(best.value, best.settled, best.enclosure) for best in found]


def enclosures(graph: Graph, arguments: Sequence[Array], precision: int) -> Mapping[Node, Array]:
    """Return intervals that hold the true value of every node of a graph."""
    values: dict[Node, Array] = {
        node: exact_array(np.asarray(argument, node.dtype), precision)
        for node, argument in zip(graph.inputs, arguments, strict=True)
    }
    for node in graph.nodes:
        if node not in values:
            values[node] = value_at(node, [values[each] for each in node.inputs], precision)
    return values


def value_at(node: Node, inputs: Sequence[Array], precision: int) -> Array:
    """Return the value of a node, given those of its inputs."""
    name, params = node.op.name, node.params
    if name == "constant":
        return exact_array(params["value"], precision)
    if node.op.kind == "structure":
        value = value_of(name, [each[()] for each in inputs], params)
    elif name in QUESTIONS:
        prepare = answers if name.startswith("logical") else numbers
        value = _entrywise(QUESTIONS[name], [prepare(each, precision) for each in inputs])
    elif not _has_floats(node) and name not in ("any", "all"):
        value = value_of(name, [decided(each) for each in inputs], params)
    elif name in ROWS:
        value = ROWS[name](*inputs, precision=precision, **params)
    else:
        rule = partial(elementwise, name, precision=precision)
        value = _entrywise(rule, [numbers(each, precision) for each in inputs])
    return objects(value, node.dtype)


def _has_floats(node: Node) -> bool:
    return any(each.dtype.kind == "f" for each in (node, *node.inputs))


def _entrywise(rule: Callable[..., Any], arrays: Sequence[Array]) -> Array:
    return np.frompyfunc(rule, len(arrays), 1)(*arrays)


class _Best:
    """What is known of a node so far."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.value = np.full(node.shape, np.nan if node.dtype.kind == "f" else 0, node.dtype)
        self.settled = np.zeros(node.shape, dtype=bool)
        self.enclosure = np.full(node.shape, UNKNOWN, dtype=object)

    def take(self, enclosure: Array) -> None:
        """Take over what this enclosure settles."""
        for place in zip(*np.nonzero(~np.atleast_1d(self.settled)), strict=True):
            place = place if self.node.shape else ()
            self.enclosure[place] = enclosure[place]
            value = _settled(enclosure[place], self.node.dtype)
            if value is not None:
                self.value[place], self.settled[place] = value, True


def _settled(x: Number | Answer | int, dtype: np.dtype[Any]) -> Any:
    """The float to which all of an interval is rounded; None if there are several."""
    if not isinstance(x, Interval):
        return x if isinstance(x, (bool, int, float, np.generic)) else None
    first = rounded(x.low, dtype)
    return first if first == rounded(x.high, dtype) and not math.isnan(first) else None
