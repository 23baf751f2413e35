"""What cannot happen anywhere in the ranges: interval arithmetic that counts the rounding of floats.

Each node's interval is computed from those of its inputs and widened by what its op can be off in floats: some units in
the last place of the result, or of the sum of all sizes where many numbers are added. Where all of these stay below
the greatest float, and no divisor's interval holds 0, no input can overflow or divide by 0.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from mpmath import libmp

from chainrule.checking.blame import Kind
from chainrule.checking.samples import Box, axis
from chainrule.execute.referee.conversion import UndecidedError
from chainrule.execute.referee.evaluate import value_at
from chainrule.execute.referee.functions import elementwise
from chainrule.execute.referee.interval import DOWN, UNKNOWN, UP, Bound, Number, greatest, high, is_finite, low, number
from chainrule.graph import Graph, Node

__all__ = ["excluded"]

EXCLUDED: tuple[Kind, ...] = ("overflow", "division by zero", "invalid", "undefined")
PRECISION = 80
PIECES = 64  # into which the range of a single number is divided
ULPS = 4  # that a function of a library may be off

_SUMS = {"sum", "cumsum", "matmul", "einsum"}
_WITHOUT_BOUNDS = {  # their errors are not in proportion to their values
    "logaddexp", "floor_divide", "remainder", "prod", "cumprod", "logsumexp", "log_softmax", "inv", "det", "solve",
}  # fmt: skip

Array = Any


def excluded(graph: Graph, box: Box) -> tuple[Kind, ...]:
    """Return what no input in the ranges can cause: ``EXCLUDED``, or nothing. A graph with decisions has no bounds."""
    if graph.guards:
        return ()
    try:
        return EXCLUDED if all(_is_harmless(graph, piece) for piece in _pieces(box)) else ()
    except UndecidedError:
        return ()


def _pieces(box: Box) -> Iterator[Box]:
    name = box.single
    if name is None:
        yield box
        return
    ends = axis(float(box.low[name]), float(box.high[name]), PIECES + 1)
    for first, last in itertools.pairwise(ends):
        yield Box({**box.low, name: first}, {**box.high, name: last})


def _is_harmless(graph: Graph, box: Box) -> bool:
    """Is every number that is computed an ordinary one, in floats as in mathematics?"""
    values: dict[Node, Array] = {}
    for node, *ends in zip(graph.inputs, box.low.values(), box.high.values(), strict=True):
        values[node] = np.asarray(np.frompyfunc(_between, 2, 1)(*ends), dtype=object)
    for node in graph.nodes:
        if node not in values:
            values[node], met = _in_floats(node, [values[each] for each in node.inputs])
            if node.dtype.kind == "f" and not all(_is_ordinary(each, node.dtype) for each in met.ravel().tolist()):
                return False
    return True


def _in_floats(node: Node, inputs: Sequence[Array]) -> tuple[Array, Array]:
    """What a node can be in floats, and the numbers that its op meets on the way there."""
    value = value_at(node, inputs, PRECISION)
    if node.dtype.kind != "f" or node.op.kind in ("source", "structure"):
        return value, value
    if node.op.name in _WITHOUT_BOUNDS:
        return value, np.asarray(UNKNOWN, dtype=object)
    if node.op.name not in _SUMS:
        widened = _widened(value, value, ULPS, node.dtype)
        return widened, widened
    sizes = value_at(node, [_size(each) for each in inputs], PRECISION)
    ulps = ULPS + max(each.size for each in inputs)
    return _widened(value, sizes, ulps, node.dtype), _widened(sizes, sizes, ulps, node.dtype)


def _size(value: Array) -> Array:
    return np.frompyfunc(lambda each: elementwise("absolute", each, precision=PRECISION), 1, 1)(value)


def _between(first: float, last: float) -> Number:
    return number(libmp.from_float(float(first)), libmp.from_float(float(last)), PRECISION)


def _widened(values: Array, sizes: Array, ulps: int, dtype: np.dtype[Any]) -> Array:
    """The intervals, wider by some units in the last place of the sizes, and by the least float."""
    limits = np.finfo(dtype)
    share, least = (libmp.from_float(x) for x in (ulps * float(limits.eps), float(limits.smallest_subnormal)))

    def error(size: Bound) -> Bound:
        return libmp.mpf_add(libmp.mpf_mul(libmp.mpf_abs(size), share), least, PRECISION, UP)

    def widen(value: Number, size: Number) -> Number:
        if not (is_finite(value) and is_finite(size)):
            return UNKNOWN
        first, last = low(value), high(value)
        below, above = (first, last) if value is size else (high(size), high(size))
        down = libmp.mpf_sub(first, error(below), PRECISION, DOWN)
        up = libmp.mpf_add(last, error(above), PRECISION, UP)
        if value is size and libmp.mpf_sign(first) >= 0:  # what is not negative is not rounded to a negative number
            down = greatest([down, libmp.fzero])
        return number(down, up, PRECISION)

    return np.asarray(np.frompyfunc(widen, 2, 1)(values, sizes), dtype=object)


def _is_ordinary(x: Number, dtype: np.dtype[Any]) -> bool:
    """Is this a real number that the dtype can hold?"""
    if not is_finite(x):
        return False
    most = libmp.from_float(float(np.finfo(dtype).max))
    return bool(libmp.mpf_le(high(x), most) and libmp.mpf_ge(low(x), libmp.mpf_neg(most)))
