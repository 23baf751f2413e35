"""Products of arrays that sum over axes, and outer products."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.tracing.numpy_functions.diagonals import diagonal_view
from chainrule.tracing.operands import Array, as_array, as_tracer, axis_of, no_out
from chainrule.tracing.origin import untraceable
from chainrule.tracing.recording import apply
from chainrule.tracing.tracer import Tracer

__all__ = ["ROWS"]


def _dot(a: Array, b: Array, out: None = None) -> Array:
    no_out(out)
    a, b = as_array(a), as_array(b)
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) <= 2:
        return np.matmul(a, b)
    return np.tensordot(a, b, axes=((np.ndim(a) - 1,), (np.ndim(b) - 2,)))


def _inner(a: Array, b: Array, /) -> Array:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    return np.tensordot(a, b, axes=((np.ndim(a) - 1,), (np.ndim(b) - 1,)))


def _outer(a: Array, b: Array, out: None = None) -> Array:
    no_out(out)
    return np.multiply(np.reshape(as_array(a), (-1, 1)), np.reshape(as_array(b), (1, -1)))


def _tensordot(a: Array, b: Array, axes: Any = 2) -> Array:
    a, b = as_array(a), as_array(b)
    over_a, over_b = _summed_axes(a, b, axes)
    rest_a = [i for i in range(np.ndim(a)) if i not in over_a]
    rest_b = [i for i in range(np.ndim(b)) if i not in over_b]
    count = int(np.prod([np.shape(a)[i] for i in over_a], dtype=np.intp))
    left = np.reshape(np.transpose(a, (*rest_a, *over_a)), (_size(a, rest_a), count))
    right = np.reshape(np.transpose(b, (*over_b, *rest_b)), (count, _size(b, rest_b)))
    return np.reshape(left @ right, [np.shape(a)[i] for i in rest_a] + [np.shape(b)[i] for i in rest_b])


def _size(x: Array, axes: Sequence[int]) -> int:
    return int(np.prod([np.shape(x)[i] for i in axes], dtype=np.intp))


def _summed_axes(a: Array, b: Array, axes: Any) -> tuple[list[int], list[int]]:
    if isinstance(axes, (int, np.integer)):
        over_a, over_b = [*range(np.ndim(a) - int(axes), np.ndim(a))], [*range(int(axes))]
    else:
        over_a, over_b = ([axis_of(x, i) for i in np.ravel(over)] for x, over in zip((a, b), axes, strict=True))
    if [np.shape(a)[i] for i in over_a] != [np.shape(b)[i] for i in over_b]:
        raise ValueError(f"shape-mismatch for sum: axes {over_a} of {np.shape(a)}, axes {over_b} of {np.shape(b)}")
    return over_a, over_b


def _kron(a: Array, b: Array) -> Array:
    a, b = as_array(a), as_array(b)
    ndim = max(np.ndim(a), np.ndim(b))
    left, right = ((1,) * (ndim - np.ndim(x)) + np.shape(x) for x in (a, b))
    spread_a = np.reshape(a, [n for length in left for n in (length, 1)])
    spread_b = np.reshape(b, [n for length in right for n in (1, length)])
    return np.reshape(np.multiply(spread_a, spread_b), [m * n for m, n in zip(left, right, strict=True)])


def _cross(a: Array, b: Array, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Array:
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    a, b = np.moveaxis(as_array(a), axisa, -1), np.moveaxis(as_array(b), axisb, -1)
    if np.shape(a)[-1] != 3 or np.shape(b)[-1] != 3:
        raise untraceable("np.cross is traced for vectors of length 3; write x[0] * y[1] - x[1] * y[0] in the plane")
    (a1, a2, a3), (b1, b2, b3) = ([x[..., i] for i in range(3)] for x in (a, b))
    return np.moveaxis(np.stack([a2 * b3 - a3 * b2, a3 * b1 - a1 * b3, a1 * b2 - a2 * b1], axis=-1), -1, axisc)


def _vecdot(x1: Array, x2: Array, /, *, axis: int = -1) -> Array:
    return np.vecdot(np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1))


def _multi_dot(arrays: Sequence[Array], *, out: None = None) -> Array:
    no_out(out)
    *others, last = arrays
    return np.dot(_multi_dot(others) if others[1:] else others[0], last)


# --- einsum -------------------------------------------------------------------------------------------------


def _einsum(*operands: Any, out: None = None, optimize: Any = False) -> Array:
    no_out(out)
    subscripts, *arrays = operands
    if not isinstance(subscripts, str):
        raise untraceable("einsum is traced with its subscripts as text, such as np.einsum('ij,jk->ik', a, b)")
    given = [as_array(each) for each in arrays]
    tracers = [as_tracer(each, *given) for each in given]
    terms, result = _spelled(subscripts.replace(" ", ""), tracers)
    pairs = [_without_repeats(term, each) for term, each in zip(terms, tracers, strict=True)]
    named = ",".join(term for term, _ in pairs)
    if len(pairs) == 1 and sorted(named) == sorted(result):
        return np.transpose(pairs[0][1], [named.index(letter) for letter in result])
    return apply("einsum", *(each for _, each in pairs), subscripts=f"{named}->{result}")


def _spelled(subscripts: str, arrays: Sequence[Tracer]) -> tuple[list[str], str]:
    """The terms and the result, with a letter for every axis."""
    inputs, arrow, result = subscripts.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(arrays):
        raise ValueError(f"einsum {subscripts!r} names {len(terms)} arrays and was given {len(arrays)}")
    if not arrow:
        letters = sorted(set(inputs) - set(",."))
        result = ("..." if "..." in inputs else "") + "".join(each for each in letters if inputs.count(each) == 1)
    extra = [each.ndim - len(term.replace("...", "")) for term, each in zip(terms, arrays, strict=True)]
    spread = max([0, *(n for n, term in zip(extra, terms, strict=True) if "..." in term)])
    spare = "".join(letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in subscripts)[:spread]
    spelled = [term.replace("...", spare[spread - n :]) for term, n in zip(terms, extra, strict=True)]
    return spelled, result.replace("...", spare)


def _without_repeats(term: str, x: Tracer) -> tuple[str, Array]:
    """A letter that stands twice in a term means a diagonal, which is taken first."""
    for letter in term:
        if term.count(letter) > 1:
            first, second = term.index(letter), term.rindex(letter)
            rest = term[:first] + term[first + 1 : second] + term[second + 1 :]
            return _without_repeats(rest + letter, diagonal_view(x, 0, first, second, writeable=True))
    return term, x


ROWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "dot": _dot,
        "vdot": lambda a, b, /: np.dot(np.ravel(a), np.ravel(b)),
        "inner": _inner,
        "outer": _outer,
        "linalg.outer": lambda x1, x2, /: _outer(x1, x2),
        "linalg.matmul": lambda x1, x2, /: np.matmul(x1, x2),
        "linalg.vecdot": _vecdot,
        "tensordot": _tensordot,
        "linalg.tensordot": lambda x1, x2, /, *, axes=2: _tensordot(x1, x2, axes),
        "kron": _kron,
        "cross": _cross,
        "linalg.cross": lambda x1, x2, /, *, axis=-1: _cross(x1, x2, axis=axis),
        "linalg.multi_dot": _multi_dot,
        "einsum": _einsum,
    }
)
