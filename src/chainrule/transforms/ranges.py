"""What each node of a graph can be: an interval of numbers, open or closed at its ends, and whether it is an integer.

The interval is that of mathematics, in which exp(x) is never 0; inputs are real numbers unless ranges are given.
Infinite ends stand for unboundedness: what lies within an interval is finite.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from chainrule.graph import Node
from chainrule.graph.graph import reachable
from chainrule.transforms.interval import EVERYTHING, Range

__all__ = ["ROWS_BY_OP", "Ranges"]

_INF = math.inf


Row = Callable[[Node, Sequence[Range]], Range]


class Ranges:
    """The ranges of the nodes of a graph, found as they are asked for.

    Args:
        given: what is known of some nodes, such as inputs.

    Example:
        >>> from chainrule.graph import input_node, make
        >>> x = input_node("x", (), np.dtype(float))
        >>> print(Ranges()[1 + make("exp", x)])
        (1, inf)
    """

    def __init__(self, given: Mapping[Node, Range] = MappingProxyType({})) -> None:
        self._given = dict(given)
        self._found: dict[Node, Range] = {}

    def __getitem__(self, node: Node) -> Range:
        if node not in self._found:
            for each in reachable([node], stop=self._found):
                if each not in self._found:
                    self._found[each] = self._range(each)
        return self._found[node]

    def _range(self, node: Node) -> Range:
        row = ROWS_BY_OP[node.op.name]
        found = row(node, [self._found[each] for each in node.inputs])
        integers = replace(found, is_integer=True) if node.dtype.kind in "iu" else found
        return integers & self._given[node] if node in self._given else integers


# --- rows ---------------------------------------------------------------------------------------------------


def _anything(node: Node, inputs: Sequence[Range]) -> Range:
    return EVERYTHING


def _fixed(low: float, high: float, *, without: str = "", integer: bool = False) -> Row:
    """Within these ends whatever the inputs are."""
    found = Range(low, high, "low" in without, "high" in without, integer)
    return lambda node, inputs: found


def _increasing(function: Callable[[float], float], codomain: Range = EVERYTHING) -> Row:
    """A function that never falls: the ends are its values at the ends, within its codomain."""

    def row(node: Node, inputs: Sequence[Range]) -> Range:
        (x,) = inputs
        with np.errstate(all="ignore"):
            low, high = float(function(np.float64(x.low))), float(function(np.float64(x.high)))
        low, high = (-_INF if math.isnan(low) else low), (_INF if math.isnan(high) else high)
        return Range(low, high, x.without_low, x.without_high) & codomain

    return row


def _decreasing(function: Callable[[float], float], codomain: Range = EVERYTHING) -> Row:
    row = _increasing(lambda minus_x: function(-minus_x), codomain)
    return lambda node, inputs: row(node, [-inputs[0]])


def _same(node: Node, inputs: Sequence[Range]) -> Range:
    return inputs[0]


def _any_of(node: Node, inputs: Sequence[Range]) -> Range:
    """One of the entries of the inputs."""
    result = inputs[0]
    for each in inputs[1:]:
        result = result | each
    return result


def _add(node: Node, inputs: Sequence[Range]) -> Range:
    a, b = inputs
    whole = a.is_integer and b.is_integer
    return Range(
        a.low + b.low, a.high + b.high, a.without_low or b.without_low, a.without_high or b.without_high, whole
    )


def _subtract(node: Node, inputs: Sequence[Range]) -> Range:
    return _add(node, [inputs[0], -inputs[1]])


def _multiply(node: Node, inputs: Sequence[Range]) -> Range:
    if node.inputs[0] is node.inputs[1]:
        return _square(node, inputs)
    a, b = inputs
    return replace(_products(a, b), is_integer=a.is_integer and b.is_integer)


def _products(a: Range, b: Range) -> Range:
    """The range of a product: its ends are products of ends."""
    ends = [
        _end(x, y, x_out, y_out)
        for x, x_out in ((a.low, a.without_low), (a.high, a.without_high))
        for y, y_out in ((b.low, b.without_low), (b.high, b.without_high))
    ]
    low, without_low = min(ends)
    high, closed_high = max((value, not without) for value, without in ends)
    return Range(low, high, without_low, not closed_high)


def _end(x: float, y: float, x_out: bool, y_out: bool) -> tuple[float, bool]:
    """A product of two ends and whether it is left out; 0 times infinity is 0, since within a range all is finite."""
    if x == 0 or y == 0:
        return 0.0, (x != 0 or x_out) and (y != 0 or y_out)
    return x * y, x_out or y_out


def _reciprocal_of(x: Range) -> Range:
    if not x.nonzero:
        return EVERYTHING
    if x.negative:
        return -_reciprocal_of(-x)
    high = 1 / x.low if x.low else _INF
    return Range(1 / x.high, high, x.without_high or x.high == _INF, x.without_low)


def _divide(node: Node, inputs: Sequence[Range]) -> Range:
    return _products(inputs[0], _reciprocal_of(inputs[1]))


def _square(node: Node, inputs: Sequence[Range]) -> Range:
    size = _absolute(node, inputs)
    return Range(size.low**2, _square_of(size.high), size.without_low, size.without_high, size.is_integer)


def _square_of(x: float) -> float:
    return x * x


def _absolute(node: Node, inputs: Sequence[Range]) -> Range:
    x = inputs[0]
    if x.nonnegative or x.nonpositive:
        return x if x.nonnegative else -x
    high, closed = max((x.high, not x.without_high), (-x.low, not x.without_low))
    return Range(0.0, high, False, not closed, x.is_integer)


def _power(node: Node, inputs: Sequence[Range]) -> Range:
    x, y = inputs
    even = y.low == y.high and y.low % 2 == 0
    if x.positive:
        return Range(0.0, _INF, True)
    return Range(0.0, _INF) if even or (x.nonnegative and y.nonnegative) else EVERYTHING


def _remainder(node: Node, inputs: Sequence[Range]) -> Range:
    y = inputs[1]
    return Range(0.0, y.high, False, True) if y.positive else EVERYTHING


def _maximum(node: Node, inputs: Sequence[Range]) -> Range:
    a, b = inputs
    low, without_low = max((a.low, a.without_low), (b.low, b.without_low))
    high, closed = max((a.high, not a.without_high), (b.high, not b.without_high))
    return Range(low, high, without_low, not closed, a.is_integer and b.is_integer)


def _minimum(node: Node, inputs: Sequence[Range]) -> Range:
    return -_maximum(node, [-each for each in inputs])


def _hypot(node: Node, inputs: Sequence[Range]) -> Range:
    x, y = (_absolute(node, [each]) for each in inputs)
    return Range(max(x.low, y.low), _INF, x.positive or y.positive)


def _where(node: Node, inputs: Sequence[Range]) -> Range:
    return inputs[1] | inputs[2]


def _rounded(function: Callable[[float], float]) -> Row:
    row = _increasing(function)
    return lambda node, inputs: replace(row(node, inputs), is_integer=True, without_low=False, without_high=False)


def _astype(node: Node, inputs: Sequence[Range]) -> Range:
    return Range(0.0, 1.0, is_integer=True) if node.inputs[0].dtype.kind == "b" else inputs[0]


def _sum(node: Node, inputs: Sequence[Range]) -> Range:
    """A sum of n numbers; none at all is 0."""
    x, n = inputs[0], _count(node)
    if node.inputs[0].dtype.kind == "b":
        return Range(0.0, float(n), is_integer=True)
    low, high = (_end(end, float(n), False, False)[0] for end in (x.low, x.high))
    return Range(low, high, x.without_low and n > 0, x.without_high and n > 0, x.is_integer)


def _count(node: Node) -> int:
    return math.prod(node.inputs[0].shape[axis] for axis in node.params["axes"])


def _prod(node: Node, inputs: Sequence[Range]) -> Range:
    x = inputs[0]
    return Range(0.0, _INF, x.positive, is_integer=x.is_integer) if x.nonnegative else EVERYTHING


def _running_sum(node: Node, inputs: Sequence[Range]) -> Range:
    x = inputs[0]
    low = min(x.low, 0.0) if not x.nonnegative else x.low
    return Range(low if x.nonnegative else -_INF, _INF if x.high > 0 else x.high, x.without_low, False, x.is_integer)


def _constant(node: Node, inputs: Sequence[Range]) -> Range:
    value = node.params["value"]
    if not value.size or value.dtype.kind not in "iuf" or not np.all(np.isfinite(value)):
        return Range(0.0, 1.0, is_integer=True) if value.dtype.kind == "b" else EVERYTHING
    return Range(float(value.min()), float(value.max()), is_integer=bool(np.all(value == np.floor(value))))


def _logsumexp(node: Node, inputs: Sequence[Range]) -> Range:
    n = _count(node)
    return Range(inputs[0].low, inputs[0].high + math.log(n)) if n else EVERYTHING


_POSITIVE = Range(0.0, _INF, True)
_TRUTH = _fixed(0.0, 1.0, integer=True)
_INDEX = _fixed(0.0, _INF, integer=True)

ROWS_BY_OP: Mapping[str, Row] = MappingProxyType(
    {
        "input": _anything,
        "constant": _constant,
        # arithmetic
        "add": _add,
        "subtract": _subtract,
        "multiply": _multiply,
        "divide": _divide,
        "power": _power,
        "floor_divide": _anything,
        "remainder": _remainder,
        "negative": lambda node, inputs: -inputs[0],
        "reciprocal": lambda node, inputs: _reciprocal_of(inputs[0]),
        "square": _square,
        "absolute": _absolute,
        "sign": lambda node, inputs: Range(
            1.0 if inputs[0].positive else 0.0 if inputs[0].nonnegative else -1.0,
            -1.0 if inputs[0].negative else 0.0 if inputs[0].nonpositive else 1.0,
            is_integer=True,
        ),
        "sqrt": _increasing(np.sqrt, Range(0.0)),
        "cbrt": _increasing(np.cbrt),
        "hypot": _hypot,
        # exponentials and logarithms
        "exp": _increasing(np.exp, _POSITIVE),
        "exp2": _increasing(np.exp2, _POSITIVE),
        "expm1": _increasing(np.expm1, Range(-1.0, _INF, True)),
        "log": _increasing(np.log),
        "log2": _increasing(np.log2),
        "log10": _increasing(np.log10),
        "log1p": _increasing(np.log1p),
        "log1mexp": _fixed(-_INF, 0.0, without="high"),
        "logaddexp": lambda node, inputs: Range(max(each.low for each in inputs)),
        "xlogy": _anything,
        # trigonometric and hyperbolic
        "sin": _fixed(-1.0, 1.0),
        "cos": _fixed(-1.0, 1.0),
        "tan": _anything,
        "arcsin": _increasing(np.arcsin, Range(-math.pi / 2, math.pi / 2)),
        "arccos": _decreasing(np.arccos, Range(0.0, math.pi)),
        "arctan": _increasing(np.arctan, Range(-math.pi / 2, math.pi / 2, True, True)),
        "arctan2": _fixed(-math.pi, math.pi),
        "sinh": _increasing(np.sinh),
        "cosh": lambda node, inputs: _increasing(np.cosh, Range(1.0))(node, [_absolute(node, inputs)]),
        "tanh": _increasing(np.tanh, Range(-1.0, 1.0, True, True)),
        "arcsinh": _increasing(np.arcsinh),
        "arccosh": _increasing(np.arccosh, Range(0.0)),
        "arctanh": _increasing(np.arctanh),
        # functions of neural networks and statistics
        "sigmoid": _fixed(0.0, 1.0, without="low high"),
        "softplus": _increasing(lambda x: np.logaddexp(x, 0), _POSITIVE),
        "erf": _fixed(-1.0, 1.0, without="low high"),
        "erfc": _fixed(0.0, 2.0, without="low high"),
        # choice
        "maximum": _maximum,
        "minimum": _minimum,
        "where": _where,
        # rounding
        "floor": _rounded(np.floor),
        "ceil": _rounded(np.ceil),
        "trunc": _rounded(np.trunc),
        "rint": _rounded(np.rint),
        # comparison and logic
        **dict.fromkeys(("less", "less_equal", "equal", "not_equal", "greater", "greater_equal"), _TRUTH),
        **dict.fromkeys(("logical_and", "logical_or", "logical_xor", "logical_not"), _TRUTH),
        **dict.fromkeys(("isnan", "isinf", "isfinite", "signbit"), _TRUTH),
        # bits of integers
        **dict.fromkeys(("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift", "invert"), _anything),
        # dtype
        "astype": _astype,
        # reductions
        "sum": _sum,
        "prod": _prod,
        "max": _same,
        "min": _same,
        "logsumexp": _logsumexp,
        "any": _TRUTH,
        "all": _TRUTH,
        "argmax": _INDEX,
        "argmin": _INDEX,
        # along one axis
        "cumsum": _running_sum,
        "cumprod": _prod,
        "softmax": _fixed(0.0, 1.0, without="low"),
        "log_softmax": _fixed(-_INF, 0.0),
        "argsort": _INDEX,
        # structure
        "reshape": _same,
        "transpose": _same,
        "broadcast_to": _same,
        "index": _same,
        "index_set": lambda node, inputs: inputs[0] | inputs[1],
        "index_add": lambda node, inputs: inputs[0] | _add(node, inputs[:2]),
        "concatenate": _any_of,
        # contraction
        "matmul": _anything,
        "einsum": _anything,
        # linear algebra
        "inv": _anything,
        "det": _anything,
        "solve": _anything,
    }
)
