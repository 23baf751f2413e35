"""How many bits of each number of a run are right: what was computed beside the referee's truth."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from chainrule.execute.referee import Truth, bits_of_error, truths
from chainrule.graph import Graph, Node

__all__ = ["Accuracy", "accuracy", "right_bits"]

_NOTICED = 3  # bits; fewer are ordinary rounding


class Accuracy(NamedTuple):
    """The bits of a number that are right.

    Attributes:
        right: how many; of an array, in its worst entry.
        of: how many the dtype has, the leading 1 included.
        lost: how many fewer than in the worst number that came in.
    """

    right: int
    of: int
    lost: int

    @property
    def is_loss(self) -> bool:
        """Were more bits lost here than by ordinary rounding?"""
        return self.lost >= _NOTICED

    def __str__(self) -> str:
        return f"{self.right} of {self.of}{f', {self.lost} lost here' if self.is_loss else ''}"


def accuracy(right: int, dtype: np.dtype[Any], came_in: Iterable[int]) -> Accuracy:
    """The accuracy of a number, given the right bits of the numbers that it was computed from."""
    return Accuracy(right, _digits(dtype), max(0, min([_digits(dtype), *came_in]) - right))


def right_bits(graph: Graph, arguments: Sequence[Any], value: Callable[[Node], Any]) -> Mapping[Node, int]:
    """Return for each output of a graph, and each inner node, how many bits of its computed value are right."""
    nodes = [node for node in graph.nodes if node.dtype.kind == "f"]
    found = truths(graph, arguments, nodes)
    return {node: _right(np.asarray(value(node)), truth) for node, truth in zip(nodes, found, strict=True)}


def _right(value: Any, truth: Truth) -> int:
    """The right bits of the worst entry whose truth is known."""
    digits = _digits(value.dtype)
    wrong = np.where(truth.settled, bits_of_error(value, truth.value), 0.0)
    wrong = np.where(truth.is_rounded_away, digits, wrong)
    return max(0, digits - int(np.ceil(np.max(wrong, initial=0.0))))


def _digits(dtype: np.dtype[Any]) -> int:
    return int(np.finfo(dtype).nmant) + 1
