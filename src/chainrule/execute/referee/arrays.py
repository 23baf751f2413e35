"""The ops that are more than one number at a time: choice, casts, reductions, shares, order, products, elimination.

What only moves entries is done by the interpreter, on arrays of objects as on arrays of floats.
"""

import functools
import math
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from mpmath import libmp

from chainrule.execute.referee.conversion import UndecidedError, answers, decided, exact_number, numbers
from chainrule.execute.referee.elimination import determinant, inverse, solution
from chainrule.execute.referee.functions import elementwise
from chainrule.execute.referee.interval import Number, Unknown, interval
from chainrule.execute.referee.logic import QUESTIONS, chosen, conjunction, disjunction

__all__ = ["ROWS"]

Array = Any
Row = Callable[..., Array]  # of the values of the inputs, the precision, and the node's params


def _where(condition: Array, x: Array, y: Array, precision: int) -> Array:
    if x.dtype != object and y.dtype != object:
        return np.where(decided(answers(condition, precision)), x, y)
    branches = [numbers(each, precision) if each.dtype != object else each for each in (x, y)]
    return np.frompyfunc(chosen, 3, 1)(answers(condition, precision), *branches)


def _astype(x: Array, dtype: np.dtype[Any], precision: int) -> Array:
    """A number stays what it is in a float of another size, and goes towards 0 to an integer."""
    if dtype.kind == "f":
        return numbers(x, precision)
    if dtype.kind == "b":
        return answers(x, precision)
    return np.asarray(np.frompyfunc(_integer, 1, 1)(numbers(x, precision))).astype(dtype)


def _integer(x: Number) -> int:
    if isinstance(x, float):
        return int(np.float64(x).astype(np.int64))
    if isinstance(x, Unknown) or libmp.to_int(x.low) != libmp.to_int(x.high):
        raise UndecidedError
    return int(libmp.to_int(x.low))


# --- along axes -----------------------------------------------------------------------------------------------


def _reduction(op: str, empty: float) -> Row:
    """One op of two numbers, applied to all entries along one axis after the other."""

    def row(x: Array, axes: tuple[int, ...], keepdims: bool, precision: int) -> Array:
        fold = partial(elementwise, op, precision=precision)
        return _folded(fold, numbers(x, precision), axes, keepdims, exact_number(empty, precision))

    return row


def _question(fold: Callable[..., Any], empty: bool) -> Row:
    """One question about two answers, applied likewise."""

    def row(x: Array, axes: tuple[int, ...], keepdims: bool, precision: int) -> Array:
        return _folded(fold, answers(x, precision), axes, keepdims, empty)

    return row


def _folded(fold: Callable[..., Any], x: Array, axes: tuple[int, ...], keepdims: bool, empty: Any) -> Array:
    step = np.frompyfunc(fold, 2, 1)
    for axis in axes:
        start = {} if x.shape[axis] else {"initial": empty}
        x = np.asarray(step.reduce(x, axis=axis, keepdims=True, **start), dtype=object)
    return x if keepdims else np.squeeze(x, axis=axes)


def _running(op: str) -> Row:
    """One op of two numbers, applied to each entry and the result so far."""

    def row(x: Array, axis: int, precision: int) -> Array:
        step = np.frompyfunc(partial(elementwise, op, precision=precision), 2, 1)
        return step.accumulate(numbers(x, precision), axis=axis, dtype=object) if x.size else x

    return row


def _share(function: Callable[[Number, int], Number]) -> Row:
    """A function of the sum of exp(x_j - x_i) over all j but i."""

    def row(x: Array, axis: int, precision: int) -> Array:
        entries = np.moveaxis(numbers(x, precision), axis, -1)
        found = np.empty(entries.shape, dtype=object)
        for place in np.ndindex(entries.shape):
            found[place] = function(_others(entries[place[:-1]], place[-1], precision), precision)
        return np.moveaxis(found, -1, axis)

    return row


def _others(x: Array, i: int, precision: int) -> Number:
    total: Number = 0.0
    for each in (*x[:i], *x[i + 1 :]):
        distance = elementwise("subtract", each, x[i], precision=precision)
        total = total + elementwise("exp", distance, precision=precision)
    return total


def _softmax(others: Number, precision: int) -> Number:
    return elementwise("reciprocal", others + interval(1.0, precision), precision=precision)


def _log_softmax(others: Number, precision: int) -> Number:
    return -elementwise("log1p", others, precision=precision)


# --- order ----------------------------------------------------------------------------------------------------


def _position(better: str) -> Row:
    """The first of the greatest (or least) entries along one axis, or among all."""

    def row(x: Array, axes: tuple[int, ...], keepdims: bool, precision: int) -> Array:
        entries = numbers(x, precision)
        axis = axes[0] if len(axes) == 1 else None
        rows = entries.reshape(1, -1) if axis is None else np.moveaxis(entries, axis, -1)
        found = np.array([_first(rows[place], better) for place in np.ndindex(rows.shape[:-1])], dtype=np.int64)
        shape = tuple(1 if k in axes else n for k, n in enumerate(x.shape))
        return found.reshape(shape) if keepdims else np.squeeze(found.reshape(shape), axis=axes)

    return row


def _first(entries: Array, better: str) -> int:
    """The first entry than which none is better; a NaN is the best."""
    best = 0
    for i, entry in enumerate(entries):
        if _is_nan(entry):
            return i
        if i and _decided(better, entry, entries[best]):
            best = i
    return best


def _argsort(x: Array, axis: int, precision: int) -> Array:
    """The order that sorts; NaN comes last."""

    def order(a: Number, b: Number) -> int:
        if _is_nan(a) or _is_nan(b):
            return _is_nan(a) - _is_nan(b)
        return -1 if _decided("less", a, b) else int(_decided("less", b, a))

    def sorted_places(entries: Array) -> Array:
        return np.array(sorted(range(len(entries)), key=lambda i: functools.cmp_to_key(order)(entries[i])), np.int64)

    rows = np.moveaxis(numbers(x, precision), axis, -1)
    found = np.empty(rows.shape, dtype=np.int64)
    for place in np.ndindex(rows.shape[:-1]):
        found[place] = sorted_places(rows[place])
    return np.moveaxis(found, -1, axis)


def _is_nan(x: Number) -> bool:
    return isinstance(x, float) and math.isnan(x)


def _decided(question: str, x: Number, y: Number) -> bool:
    answer = QUESTIONS[question](x, y)
    if answer is None:
        raise UndecidedError
    return answer


# --- products and elimination ---------------------------------------------------------------------------------


def _matmul(x: Array, y: Array, precision: int) -> Array:
    return np.matmul(numbers(x, precision), numbers(y, precision))


def _einsum(*arrays: Array, subscripts: str, precision: int) -> Array:
    return np.einsum(subscripts, *[numbers(each, precision) for each in arrays], optimize=False)


def _on_matrices(function: Callable[..., Array], axes: str) -> Row:
    """A function of matrices, applied to the last two axes (of a vector, the last) of stacks of them."""
    return lambda *arrays, precision: np.vectorize(
        partial(function, precision=precision), signature=axes, otypes=[object]
    )(*[numbers(each, precision) for each in arrays])


def _solve(a: Array, b: Array, precision: int) -> Array:
    """NumPy's rule: b is a stack of matrices unless it has one axis."""
    axes = "(n,n),(n)->(n)" if b.ndim == 1 else "(n,n),(n,k)->(n,k)"
    return _on_matrices(solution, axes)(a, b, precision=precision)


ROWS: Mapping[str, Row] = MappingProxyType(
    {
        "where": _where,
        "astype": _astype,
        # reductions
        "sum": _reduction("add", 0.0),
        "prod": _reduction("multiply", 1.0),
        "max": _reduction("maximum", -math.inf),
        "min": _reduction("minimum", math.inf),
        "logsumexp": _reduction("logaddexp", -math.inf),
        "any": _question(disjunction, False),
        "all": _question(conjunction, True),
        "argmax": _position("greater"),
        "argmin": _position("less"),
        # along one axis
        "cumsum": _running("add"),
        "cumprod": _running("multiply"),
        "softmax": _share(_softmax),
        "log_softmax": _share(_log_softmax),
        "argsort": _argsort,
        # contraction
        "matmul": _matmul,
        "einsum": _einsum,
        # linear algebra
        "inv": _on_matrices(inverse, "(n,n)->(n,n)"),
        "det": _on_matrices(determinant, "(n,n)->()"),
        "solve": _solve,
    }
)
