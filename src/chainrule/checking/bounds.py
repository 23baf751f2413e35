"""What cannot happen anywhere in the ranges: interval arithmetic that counts the rounding of floats.

Each node's interval is computed from those of its inputs and widened by what one operation in floats can be off. Where
all bounds stay below the greatest float, and no divisor's interval holds 0, no input can overflow or divide by 0.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from mpmath import libmp

from chainrule.checking.blame import Kind
from chainrule.checking.samples import Box
from chainrule.execute.referee.conversion import UndecidedError
from chainrule.execute.referee.evaluate import value_at
from chainrule.execute.referee.interval import DOWN, UP, Interval, number
from chainrule.graph import Graph, Node

__all__ = ["excluded"]

PRECISION = 80
PIECES = 64  # into which the range of a single number is divided
ULPS = 4  # that a function of a library may be off


def excluded(graph: Graph, box: Box, dtype: np.dtype[Any]) -> tuple[Kind, ...]:
    """Return what no input in the ranges can cause in this dtype; a graph with decisions has no bounds."""
    if graph.guards:
        return ()
    overflow, undefined = False, False
    try:
        for piece in _pieces(box):
            for value in _enclosures(graph, piece, dtype):
                overflow |= _exceeds(value, float(np.finfo(dtype).max))
                undefined |= not isinstance(value, Interval) and value != 0.0
    except UndecidedError:
        return ()
    if undefined:
        return () if overflow else ("overflow",)
    return () if overflow else ("overflow", "division by zero", "invalid", "undefined")


def _pieces(box: Box) -> Iterator[Box]:
    name = box.single
    if name is None:
        yield box
        return
    ends = np.linspace(box.low[name], box.high[name], PIECES + 1)
    for low, high in itertools.pairwise(ends):
        yield Box({**box.low, name: low}, {**box.high, name: high})


def _enclosures(graph: Graph, box: Box, dtype: np.dtype[Any]) -> Iterator[Any]:
    """What every node can be, number by number."""
    values: dict[Node, Any] = {}
    for node, low, high in zip(graph.inputs, box.low.values(), box.high.values(), strict=True):
        ends = np.frompyfunc(_between, 2, 1)(low, high)
        values[node] = np.asarray(ends, dtype=object)
    widen = np.frompyfunc(lambda value: _widened(value, dtype), 1, 1)
    for node in graph.nodes:
        if node not in values:
            value = value_at(node, [values[each] for each in node.inputs], PRECISION)
            exact = node.dtype.kind != "f" or node.op.kind in ("source", "structure")
            values[node] = value if exact else np.asarray(widen(value), dtype=object)
        if node.dtype.kind == "f":
            yield from values[node].ravel().tolist()


def _between(low: float, high: float) -> Any:
    return number(libmp.from_float(float(low)), libmp.from_float(float(high)), PRECISION)


def _widened(value: Any, dtype: np.dtype[Any]) -> Any:
    """The interval, wider by some units in the last place of its bounds, and by the least float."""
    if not isinstance(value, Interval):
        return value
    limits = np.finfo(dtype)
    share = libmp.from_float(ULPS * float(limits.eps))
    least = libmp.from_float(float(limits.smallest_subnormal))
    low, high = (
        libmp.mpf_add(libmp.mpf_mul(libmp.mpf_abs(end), share), least, PRECISION, UP) for end in (value.low, value.high)
    )
    return number(
        libmp.mpf_sub(value.low, low, PRECISION, DOWN), libmp.mpf_add(value.high, high, PRECISION, UP), PRECISION
    )


def _exceeds(value: Any, greatest: float) -> bool:
    if not isinstance(value, Interval):
        return not (isinstance(value, float) and value == 0.0)
    bound = libmp.from_float(greatest)
    return bool(libmp.mpf_gt(value.high, bound) or libmp.mpf_lt(value.low, libmp.mpf_neg(bound)))
