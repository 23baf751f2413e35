"""Which node is at fault for a wrong result, and what went wrong there.

From the wrong output the way leads back to an input of the node that is wrong itself, as long as there is one. Where
it ends, numbers that were right came in, and a wrong one went out.
"""

import math
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
from mpmath.libmp import from_float

from chainrule.checking.runs import Run
from chainrule.execute.referee.bits import rounded
from chainrule.execute.referee.conversion import exact_array
from chainrule.execute.referee.evaluate import value_at
from chainrule.execute.referee.interval import Interval
from chainrule.graph import Node

__all__ = ["KINDS", "Blame", "Kind", "blame"]

Kind = Literal["overflow", "underflow", "division by zero", "invalid", "undefined", "cancellation", "rounding"]

KINDS: dict[Kind, str] = {
    "overflow": "too large: the greatest {dtype} is {greatest:.2g}",
    "underflow": "too near to 0 for {dtype}, whose numbers lose digits below {least:.2g}",
    "division by zero": "infinite: it divides by 0, or takes the logarithm of 0",
    "invalid": "inf - inf, inf/inf, 0*inf or 0/0, which have no value",
    "undefined": "no real number, in mathematics as in floats",
    "cancellation": "nearly equal numbers are subtracted; what is left are their rounding errors",
    "rounding": "it magnifies the rounding error of what comes in",
}

FEW = 2  # wrong bits are never looked into
BITS = 200  # with which one op is computed anew
AS_BAD = 3  # bits fewer than the result still explain it
_SUMS = {"add", "subtract", "sum", "cumsum", "matmul", "einsum", "det", "solve", "inv"}


class Blame(NamedTuple):
    """A node, and what went wrong there."""

    kind: Kind
    node: Node


def blame(run: Run, most: float) -> Blame | None:
    """Return what is at fault for a result with more than ``most`` wrong bits, or none; None if all is well."""
    end = run.output
    if run.error <= most and np.all(np.isfinite(run.values[end])):
        return None
    run.know([node for node in run.graph.nodes if node.dtype.kind == "f"])
    node, least = end, run.error if run.error > most else math.inf
    while True:
        wrong = {each: found for each in node.inputs if any(found := _severity(run, each, least - AS_BAD))}
        if not wrong:
            return Blame(_kind(run, node), node)
        node = max(wrong, key=lambda each: (wrong[each], each.order))
        least = min(least, max(run.bits(node), most))


def _severity(run: Run, node: Node, most: float) -> tuple[bool, bool, float, bool]:
    """How wrong the value of a node is that is no argument: not a number, infinite, bits, nearly 0."""
    if node.dtype.kind != "f" or node.op.kind == "source" or node in run.graph.inputs:
        return False, False, 0.0, False
    bits = run.bits(node)
    return (
        bool(np.any(np.isnan(run.values[node]))),
        _any(run, node, _overflowed),
        bits if bits > max(most, FEW) else 0.0,
        _any(run, node, _underflowed),
    )


def _any(run: Run, node: Node, question: Callable[[Any, Any, float], bool]) -> bool:
    values, truth = np.asarray(run.values[node]), run.truth(node)
    pairs = zip(values.ravel().tolist(), truth.enclosure.ravel().tolist(), strict=True)
    least = float(np.finfo(node.dtype).tiny)
    return any(question(value, enclosure, least) for value, enclosure in pairs)


def _overflowed(value: float, truth: Any, least: float) -> bool:
    return math.isinf(value) and isinstance(truth, Interval)


def _underflowed(value: float, truth: Any, least: float) -> bool:
    """Is the value one of the few floats near 0, and not exact?"""
    if not (abs(value) < least and isinstance(truth, Interval)) or (truth.is_point and truth.low == from_float(value)):
        return False
    return abs(rounded(truth.high, np.dtype(float))) < least


def _undefined(value: float, truth: Any, least: float) -> bool:
    return math.isnan(value) and isinstance(truth, float) and math.isnan(truth)


def _kind(run: Run, node: Node) -> Kind:
    value = np.asarray(run.values[node])
    if np.any(np.isnan(value)):
        return "undefined" if _any(run, node, _undefined) else "invalid"
    if _any(run, node, _overflowed):
        return "overflow"
    if np.any(np.isinf(value)):
        return "division by zero"
    if _underflows_itself(run, node):
        return "underflow"
    return "cancellation" if node.op.name in _SUMS else "rounding"


def _underflows_itself(run: Run, node: Node) -> bool:
    """Is the exact result of the op, for the floats that come in, nearer to 0 than normal floats are?"""
    inputs = [exact_array(run.values[each], BITS) for each in node.inputs]
    least = float(np.finfo(node.dtype).tiny)
    results = value_at(node, inputs, BITS).ravel().tolist()
    values = np.asarray(run.values[node]).ravel().tolist()
    return any(_underflowed(value, result, least) for value, result in zip(values, results, strict=True))
