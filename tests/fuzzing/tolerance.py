"""What an engine may compute: the interpreter's values, and those that errors within the stated bounds lead to.

An error of some units in the last place grows along a chain of operations, or is hidden, or turns a comparison over. So
the graph is interpreted again and again, each time with other errors at the values that engines may compute otherwise:
elementary functions, sums, products. What is between such values is right. Where nothing may be computed otherwise
every bit counts.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.execute.interpret import value_of
from chainrule.execute.llvm.elementary import ELEMENTARY
from chainrule.graph import Graph, Node

Array = Any
Bound = Callable[[Node, Sequence[Array], Array], Array]  # the error that is allowed at each entry; inf: any value

_ULPS = 6  # of an elementary function: 2 of ours and 4 of NumPy's
_ROUNDS = (4, 40, 400)


def wrong_outputs(graph: Graph, arguments: Sequence[Any], found: Sequence[Any]) -> list[str]:
    """A sentence for each output that is not among the values that are allowed."""
    rng = np.random.default_rng(0)
    runs = [_run(graph, arguments, None, 0.0)]
    for rounds in _ROUNDS:
        wrong = _judged(graph, runs, found)
        if not wrong:
            return []
        runs += [_run(graph, arguments, rng, scale) for scale in itertools.islice(itertools.cycle(_SCALES), rounds)]
    return _judged(graph, runs, found)


_SCALES = (1.0, 0.2, 2.0, 0.05)


def may_decide(graph: Graph, arguments: Sequence[Any], k: int, decision: Callable[[Array], Any]) -> set[Any]:
    """The decisions at the guard with this number that errors within the bounds lead to."""
    rng = np.random.default_rng(0)
    ends = Graph(graph.inputs, (graph.guards[k].node,))
    runs = [_run(ends, arguments, rng if n else None, 1.0) for n in range(40)]
    return {decision(run[0]) for run in runs}


def _run(graph: Graph, arguments: Sequence[Any], rng: np.random.Generator | None, scale: float) -> list[Array]:
    values: dict[Node, Array] = {
        node: np.asarray(each, node.dtype) for node, each in zip(graph.inputs, arguments, strict=True)
    }
    with np.errstate(all="ignore"):
        for node in graph.nodes:
            if node in values:
                continue
            if node.op.name == "constant":
                values[node] = node.params["value"]
                continue
            inputs = [values[each] for each in node.inputs]
            value = np.asarray(value_of(node.op.name, [each[()] for each in inputs], node.params))
            if rng is not None and node.op.name in BOUNDS and node.dtype.kind == "f" and value.size:
                value = _with_errors(value, BOUNDS[node.op.name](node, inputs, value), rng, scale)
            if rng is not None and node.dtype.kind == "f":  # the sign of NaN has no meaning
                value = np.where(np.isnan(value), np.copysign(value, _signs(rng, value.shape)), value)
            values[node] = value.astype(node.dtype, copy=False)
    return [values[node] for node in graph.outputs]


def _signs(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """The same sign everywhere, or one for each entry."""
    return rng.uniform(-1, 1, shape if rng.random() < 0.5 else ())


def _with_errors(value: Array, bound: Array, rng: np.random.Generator, scale: float) -> Array:
    bound = np.broadcast_to(np.asarray(bound, np.longdouble), value.shape)
    error = bound * scale * rng.uniform(-1, 1, value.shape)
    moved = np.where(np.isfinite(value) & np.isfinite(bound) & (bound > 0), value + error, value).astype(value.dtype)
    to_zero = (np.abs(value) <= bound) & (rng.random(value.shape) < 0.2) & (bound > 0)
    zero = rng.choice([0.0, -0.0], value.shape).astype(value.dtype)
    moved = np.where(to_zero | ((value == 0) & (bound >= 0) & (moved == 0)), zero, moved)
    wild = rng.choice([np.nan, np.inf, -np.inf, 0.0], value.shape).astype(value.dtype)
    return np.where(np.isinf(bound), wild, moved)


# --- judging ------------------------------------------------------------------------------------------------------


def _judged(graph: Graph, runs: Sequence[Sequence[Array]], found: Sequence[Any]) -> list[str]:
    if len(found) != len(graph.outputs):
        return [f"{len(found)} outputs instead of {len(graph.outputs)}"]
    wrong = []
    for k, node in enumerate(graph.outputs):
        value = np.asarray(found[k])
        if value.dtype.newbyteorder("=") != node.dtype or value.shape != node.shape:
            wrong.append(f"output {k} is {value.dtype}{list(value.shape)}, and should be {node!r}")
            continue
        bad = ~_is_allowed(value, np.stack([np.asarray(run[k]) for run in runs]))
        if bad.any():
            place = tuple(int(i[0]) for i in np.nonzero(bad)) if bad.ndim else ()
            seen = sorted({str(np.asarray(run[k])[place]) for run in runs})[:6]
            wrong.append(
                f"output {k}, {node!r}: {int(bad.sum())} of {bad.size} are wrong, first at {list(place)}: "
                f"{value[place]!r} instead of {seen}"
            )
    return wrong


def _is_allowed(value: Array, runs: Array) -> Array:
    same = _same_bits(value, runs).any(axis=0)
    if value.dtype.kind not in "f":
        low, high = runs.min(axis=0), runs.max(axis=0)
        return same | ((value >= low) & (value <= high))
    with np.errstate(all="ignore"):
        low, high = np.fmin.reduce(runs, axis=0), np.fmax.reduce(runs, axis=0)
        width = np.where(np.isfinite(high - low), high - low, 0)
        varies = ~_same_bits(runs[:1], runs).all(axis=0)
        between = varies & (value >= low - width) & (value <= high + width)
    return same | between | (varies & np.isnan(runs).any(axis=0))


def _same_bits(a: Array, b: Array) -> Array:
    if a.dtype.kind != "f":
        return a == b
    return ((a == b) & (np.signbit(a) == np.signbit(b))) | (np.isnan(a) & np.isnan(b))


# --- bounds -------------------------------------------------------------------------------------------------------


def _eps(value: Array) -> Any:
    return np.finfo(value.dtype).eps


def _ulps(node: Node, inputs: Sequence[Array], value: Array) -> Array:
    """Units in the last place; zeros and infinities are exact."""
    return np.where((value == 0) | ~np.isfinite(value), -1.0, _ULPS * np.spacing(np.abs(value)).astype(np.longdouble))


def _logaddexp(node: Node, inputs: Sequence[Array], value: Array) -> Array:
    """Near 0 the sum of two that cancel."""
    largest = np.maximum(_finite(inputs[0]), _finite(inputs[1]))
    return np.where(np.isfinite(value), _ULPS * _eps(value) * largest + _ulps(node, inputs, value), -1.0)


def _finite(x: Array) -> Array:
    return np.where(np.isfinite(x), np.abs(x.astype(np.longdouble)), 0)


def _of_sum(magnitude: Array, count: int, value: Array) -> Array:
    """Any order of the terms; any value where the order decides about overflow."""
    limits = np.finfo(value.dtype)
    bound = (count + 2) * (_eps(value) * magnitude + float(limits.smallest_subnormal))
    return np.where(magnitude > float(limits.max) / 8, np.inf, bound)


def _sum(node: Node, inputs: Sequence[Array], value: Array) -> Array:
    axes, keepdims = node.params["axes"], node.params["keepdims"]
    count = inputs[0].size // max(value.size, 1)
    bound = _of_sum(np.sum(_finite(inputs[0]), axis=axes, keepdims=keepdims), count, value)
    return bound if count > 1 else np.where(value == 0, 0.0, -1.0)


def _zero_sign(node: Node, inputs: Sequence[Array], value: Array) -> Array:
    """The greatest of 0 and -0 is either."""
    return np.zeros(value.shape)


def _prod(node: Node, inputs: Sequence[Array], value: Array) -> Array:
    return _of_product(
        inputs[0], value, lambda x: np.sum(x, axis=node.params["axes"], keepdims=node.params["keepdims"])
    )


def _cumprod(node: Node, inputs: Sequence[Array], value: Array) -> Array:
    return _of_product(inputs[0], value, lambda x: np.cumsum(x, axis=node.params["axis"]))


def _of_product(x: Array, value: Array, total: Callable[[Array], Array]) -> Array:
    """Any order of the factors; any value where the order decides about overflow and underflow."""
    limits = np.finfo(value.dtype)
    size = np.where(np.isfinite(x) & (x != 0), np.log2(np.abs(x, dtype=np.longdouble)), 0)
    above, below = total(np.maximum(size, 0)), total(np.minimum(size, 0))
    count = max(x.size // max(value.size, 1), x.shape[-1] if x.ndim else 1, *x.shape, 1)
    is_open = (above > limits.maxexp - 2) | (below < limits.minexp + 2)
    return np.where(is_open, np.inf, count * _eps(value) * np.abs(value).astype(np.longdouble))


def _cumsum(node: Node, inputs: Sequence[Array], value: Array) -> Array:
    axis = node.params["axis"]
    return _of_sum(np.cumsum(_finite(inputs[0]), axis=axis), value.shape[axis], value)


def _logsumexp(node: Node, inputs: Sequence[Array], value: Array) -> Array:
    axes, keepdims = node.params["axes"], node.params["keepdims"]
    largest = np.max(_finite(inputs[0]), axis=axes, keepdims=keepdims, initial=0)
    count = inputs[0].size // max(value.size, 1)
    bound = (count + 12) * _eps(value) * (largest + _finite(value))
    return np.where(np.isfinite(value), bound, -1.0)


def _softmax(node: Node, inputs: Sequence[Array], value: Array) -> Array:
    bound = (value.shape[node.params["axis"]] + 12) * np.maximum(np.spacing(np.abs(value)), 0).astype(np.longdouble)
    return np.where(np.isfinite(value), bound, -1.0)


def _matmul(node: Node, inputs: Sequence[Array], value: Array) -> Array:
    a, b = map(_finite, inputs)
    return _of_sum(np.matmul(a, b), a.shape[-1], value)


def _einsum(node: Node, inputs: Sequence[Array], value: Array) -> Array:
    """Any order; any value where it decides which infinities meet."""
    subscripts = node.params["subscripts"]
    magnitude = np.einsum(subscripts, *map(_finite, inputs))
    finite = [np.isfinite(each).astype(float) for each in inputs]
    is_open = np.einsum(subscripts, *finite) < np.einsum(subscripts, *map(np.ones_like, finite))
    count = max(each.size for each in inputs)
    return np.where(is_open, np.inf, _of_sum(magnitude, count, value))


def _index_add(node: Node, inputs: Sequence[Array], value: Array) -> Array:
    if len(inputs) < 3:
        return np.full(value.shape, -1.0)
    magnitude = value_of("index_add", [_finite(inputs[0]), _finite(inputs[1]), *inputs[2:]], node.params)
    return _of_sum(magnitude, inputs[-1].size, value)


BOUNDS: Mapping[str, Bound] = {
    **dict.fromkeys([name for name in ELEMENTARY if name != "sqrt"], _ulps),
    "logaddexp": _logaddexp,
    "sum": _sum,
    "prod": _prod,
    "max": _zero_sign,
    "min": _zero_sign,
    "maximum": _zero_sign,
    "minimum": _zero_sign,
    "cumsum": _cumsum,
    "cumprod": _cumprod,
    "logsumexp": _logsumexp,
    "softmax": _softmax,
    "log_softmax": _softmax,
    "matmul": _matmul,
    "einsum": _einsum,
    "index_add": _index_add,
}
