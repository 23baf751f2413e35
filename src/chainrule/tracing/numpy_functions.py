"""NumPy's array functions on tracers: one row for each, composed of primitives and of other rows.

The row has NumPy's own signature. Functions of ``chainrule.functions`` that are primitives stand here too.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule import functions
from chainrule.errors import TraceError
from chainrule.tracing.tracer import Tracer, apply, innermost, lift

__all__ = ["FUNCTIONS", "call_function"]

Array = Any  # a tracer, an array, or a number
Axis = int | tuple[int, ...] | None


def call_function(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Answer NumPy's ``__array_function__``."""
    row = FUNCTIONS.get(function)
    if row is None:
        raise TraceError(f"{_full_name(function)} is not among the functions that can be traced; compose it of others")
    try:
        return row(*args, **kwargs)
    except TypeError as error:
        if "keyword argument" not in str(error) or isinstance(error, TraceError):
            raise
        raise TraceError(f"{_full_name(function)} is traced without this argument: {error}") from error


def _full_name(function: Callable[..., Any]) -> str:
    module = function.__module__.replace("numpy", "np", 1)
    return f"{module}.{function.__name__}"


# --- axes ---------------------------------------------------------------------------------------------------


def _axes(x: Array, axis: Axis) -> tuple[int, ...]:
    """The axes as sorted numbers from 0."""
    if axis is None:
        return tuple(range(x.ndim))
    wanted = axis if isinstance(axis, tuple) else (axis,)
    return tuple(sorted(np.lib.array_utils.normalize_axis_tuple([int(each) for each in wanted], x.ndim)))


def _axis(x: Array, axis: int) -> int:
    return int(np.lib.array_utils.normalize_axis_index(int(axis), x.ndim))


def _count(x: Array, axis: Axis) -> int:
    return math.prod(x.shape[each] for each in _axes(x, axis))


def _tracer(x: Array, others: Sequence[Array] = ()) -> Array:
    """An argument as a tracer; lists of traced numbers are stacked."""
    if isinstance(x, Tracer):
        return x
    if isinstance(x, (list, tuple)) and any(isinstance(each, (Tracer, list, tuple)) for each in x):
        return _stack([_tracer(each, others) for each in x])
    return lift(x, innermost(others))


# --- reductions ---------------------------------------------------------------------------------------------


def _reduction(op: str) -> Callable[..., Any]:
    def reduce(a: Array, axis: Axis = None, dtype: Any = None, out: None = None, keepdims: bool = False) -> Array:
        _no_out(out)
        x = _tracer(a)
        x = x if dtype is None else x.astype(dtype)
        return apply(op, x, axes=_axes(x, axis), keepdims=bool(keepdims))

    return reduce


def _extreme(op: str) -> Callable[..., Any]:
    def reduce(a: Array, axis: Axis = None, out: None = None, keepdims: bool = False) -> Array:
        _no_out(out)
        x = _tracer(a)
        return apply(op, x, axes=_axes(x, axis), keepdims=bool(keepdims))

    return reduce


def _no_out(out: Any) -> None:
    if out is not None:
        raise TraceError("out= cannot be traced; leave it away and use the returned array")


def _mean(a: Array, axis: Axis = None, dtype: Any = None, out: None = None, keepdims: bool = False) -> Array:
    x = _tracer(a)
    x = x.astype(dtype or np.float64) if dtype is not None or x.dtype.kind in "biu" else x
    return np.sum(x, axis=axis, keepdims=keepdims, out=out) / _count(x, axis)


def _var(
    a: Array,
    axis: Axis = None,
    dtype: Any = None,
    out: None = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    correction: float = 0,
) -> Array:
    x = _tracer(a)
    centered = x - np.mean(x, axis=axis, dtype=dtype, keepdims=True)
    squares = np.sum(centered * centered, axis=axis, keepdims=keepdims, out=out)
    return squares / max(_count(x, axis) - max(ddof, correction), 0)


def _std(*args: Any, **kwargs: Any) -> Array:
    return np.sqrt(_var(*args, **kwargs))


# --- shape --------------------------------------------------------------------------------------------------


def _reshape(
    a: Array, /, shape: Any = None, order: str = "C", *, newshape: Any = None, copy: bool | None = None
) -> Array:
    x = _tracer(a)
    wanted = shape if shape is not None else newshape
    wanted = tuple(int(n) for n in wanted) if isinstance(wanted, (tuple, list)) else (int(wanted),)
    if order not in "CK" and order != "A":
        raise TraceError("reshape in Fortran order is traced as x.T.reshape(shape[::-1]).T")
    full = np.broadcast_to(np.empty(()), x.shape).reshape(wanted).shape if -1 in wanted else wanted
    return apply("reshape", x, shape=full)


def _transpose(a: Array, axes: Sequence[int] | None = None) -> Array:
    x = _tracer(a)
    order = range(x.ndim)[::-1] if axes is None else [_axis(x, each) for each in axes]
    return apply("transpose", x, axes=tuple(order))


def _swapaxes(a: Array, axis1: int, axis2: int) -> Array:
    order = list(range(a.ndim))
    i, j = _axis(a, axis1), _axis(a, axis2)
    order[i], order[j] = order[j], order[i]
    return np.transpose(a, order)


def _squeeze(a: Array, axis: Axis = None) -> Array:
    gone = [i for i, n in enumerate(a.shape) if n == 1] if axis is None else _axes(a, axis)
    if any(a.shape[i] != 1 for i in gone):
        raise ValueError(f"only axes of length 1 can be squeezed; the shape is {list(a.shape)}")
    return np.reshape(a, tuple(n for i, n in enumerate(a.shape) if i not in gone))


def _expand_dims(a: Array, axis: int | tuple[int, ...]) -> Array:
    return np.reshape(a, np.expand_dims(np.broadcast_to(np.empty(()), a.shape), axis).shape)


def _broadcast_to(array: Array, shape: Any, subok: bool = False) -> Array:
    return apply("broadcast_to", array, shape=tuple(shape) if isinstance(shape, (tuple, list)) else (int(shape),))


# --- joining ------------------------------------------------------------------------------------------------


def _concatenate(
    arrays: Sequence[Array], axis: int | None = 0, out: None = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Array:
    _no_out(out)
    flat = list(arrays) if axis is not None else [np.ravel(each) for each in arrays]
    parts = [_tracer(each, flat) for each in flat]
    joined: Any = apply("concatenate", *parts, axis=_axis(parts[0], 0 if axis is None else axis))
    return joined if dtype is None else joined.astype(dtype)


def _stack(
    arrays: Sequence[Array], axis: int = 0, out: None = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Array:
    parts = list(arrays)
    return np.concatenate(
        [np.expand_dims(_tracer(each, parts), axis) for each in parts], axis=axis, out=out, dtype=dtype
    )


# --- products -----------------------------------------------------------------------------------------------


def _dot(a: Array, b: Array, out: None = None) -> Array:
    _no_out(out)
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) <= 2:
        return np.matmul(a, b)
    return np.tensordot(a, b, axes=((np.ndim(a) - 1,), (np.ndim(b) - 2,)))


def _einsum(*operands: Any, out: None = None, optimize: Any = False, **kwargs: Any) -> Array:
    _no_out(out)
    subscripts, *arrays = operands
    if not isinstance(subscripts, str):
        raise TraceError("einsum is traced with its subscripts as text, such as np.einsum('ij,jk->ik', a, b)")
    return _explicit_einsum(subscripts.replace(" ", ""), [_tracer(each, arrays) for each in arrays])


def _explicit_einsum(subscripts: str, arrays: list[Tracer]) -> Array:
    terms, arrow, result = subscripts.partition("->")
    if not arrow:
        letters = sorted(set(terms) - set(",."))
        result = ("..." if "..." in terms else "") + "".join(each for each in letters if terms.count(each) == 1)
    spread = max(
        (each.ndim - len(term.replace("...", "")) for term, each in zip(terms.split(","), arrays, strict=True)),
        default=0,
    )
    spare = [letter for letter in "ZYXWVUTSRQPONMLKJIHGFEDCBA" if letter not in subscripts][:spread][::-1]
    spelled = []
    for term, array in zip(terms.split(","), arrays, strict=True):
        missing = array.ndim - len(term.replace("...", ""))
        spelled.append(term.replace("...", "".join(spare[len(spare) - missing :])))
    return apply("einsum", *arrays, subscripts=f"{','.join(spelled)}->{result.replace('...', ''.join(spare))}")


# --- choice -------------------------------------------------------------------------------------------------


def _where(condition: Array, *choices: Array) -> Any:
    if not choices:
        return np.nonzero(condition)
    return apply("where", condition, *choices)


def _clip(
    a: Array, a_min: Array = None, a_max: Array = None, out: None = None, *, min: Array = None, max: Array = None
) -> Array:
    _no_out(out)
    low, high = (a_min if a_min is not None else min), (a_max if a_max is not None else max)
    raised = a if low is None else np.maximum(a, low)
    return raised if high is None else np.minimum(raised, high)


def _take_along_axis(arr: Array, indices: Array, axis: int | None = -1) -> Array:
    if axis is None:
        return np.take_along_axis(np.ravel(arr), np.ravel(indices), 0)
    x, where = _tracer(arr, [indices]), indices
    along = _axis(x, axis)
    grid = [np.arange(n).reshape([n if i == j else 1 for j in range(x.ndim)]) for i, n in enumerate(np.shape(where))]
    return x[tuple(where if i == along else grid[i] for i in range(x.ndim))]


# --- filling ------------------------------------------------------------------------------------------------


def _full_like(
    a: Array, fill_value: Array, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None
) -> Array:
    wanted = np.dtype(dtype or a.dtype)
    value = _tracer(
        np.asarray(fill_value, wanted) if not isinstance(fill_value, Tracer) else fill_value, [a, fill_value]
    )
    filled: Any = apply("broadcast_to", value, shape=a.shape if shape is None else tuple(np.atleast_1d(shape)))
    return filled.copy()


# --- our own functions that are primitives ------------------------------------------------------------------


def _own(op: str) -> Callable[..., Any]:
    return lambda *operands: apply(op, *operands)


def _along(op: str) -> Callable[..., Any]:
    return lambda z, axis=-1: apply(op, z, axis=_axis(z, axis))


FUNCTIONS: Mapping[Callable[..., Any], Callable[..., Any]] = MappingProxyType(
    {
        # reductions
        np.sum: _reduction("sum"),
        np.prod: _reduction("prod"),
        np.max: _extreme("max"),
        np.min: _extreme("min"),
        np.all: _extreme("all"),
        np.any: _extreme("any"),
        np.argmax: _extreme("argmax"),
        np.argmin: _extreme("argmin"),
        np.mean: _mean,
        np.var: _var,
        np.std: _std,
        # shape
        np.reshape: _reshape,
        np.ravel: lambda a, order="C": np.reshape(a, (-1,), order=order),
        np.transpose: _transpose,
        np.swapaxes: _swapaxes,
        np.squeeze: _squeeze,
        np.expand_dims: _expand_dims,
        np.broadcast_to: _broadcast_to,
        np.shape: lambda a: a.shape,
        np.ndim: lambda a: a.ndim,
        np.size: lambda a, axis=None: _count(a, axis),
        np.copy: lambda a, order="K", subok=False: a.copy(),
        # joining
        np.concatenate: _concatenate,
        np.stack: _stack,
        # products
        np.dot: _dot,
        np.einsum: _einsum,
        # choice
        np.where: _where,
        np.clip: _clip,
        np.take_along_axis: _take_along_axis,
        # filling
        np.full_like: _full_like,
        np.zeros_like: lambda a, dtype=None, order="K", subok=True, shape=None: _full_like(a, 0, dtype, shape=shape),
        np.ones_like: lambda a, dtype=None, order="K", subok=True, shape=None: _full_like(a, 1, dtype, shape=shape),
        # our own functions that are primitives
        functions.sigmoid: _own("sigmoid"),
        functions.softplus: _own("softplus"),
        functions.log1mexp: _own("log1mexp"),
        functions.xlogy: _own("xlogy"),
        functions.erf: _own("erf"),
        functions.erfc: _own("erfc"),
        functions.softmax: _along("softmax"),
        functions.log_softmax: _along("log_softmax"),
        functions.logsumexp: _extreme("logsumexp"),
    }
)
