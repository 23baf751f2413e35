"""Is a traced expression the same function? Compared with NumPy in value, dtype and shape, and in its slopes."""

import contextlib
import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

import chainrule as cr
from chainrule import trees
from chainrule.pipeline import prepared

ULPS = 16  # of the result's dtype: what another order of the same operations costs
STEP = 1e-3
DTYPES = ("float16", "float32", "int8", "int64", "uint8", "bool")

_random = np.random.default_rng(0)
_A = _random.normal(size=(3, 4))
_N = _A.copy()
_N[[0, 2], [1, 3]] = np.nan

# The arrays that expressions are written with: matrices, vectors, a stack, a square matrix, an empty array, a scalar
# and an array without dimensions, positive entries, and entries that are not numbers.
ARRAYS: Mapping[str, Any] = MappingProxyType(
    {
        "A": _A,
        "B": _random.normal(size=(3, 4)),
        "v": _random.normal(size=4),
        "u": _random.normal(size=3),
        "T": _random.normal(size=(2, 3, 4)),
        "S": _random.normal(size=(3, 3)) + 2 * np.eye(3),
        "E": np.zeros((0, 3)),
        "s": np.float64(0.7),
        "z": np.array(0.3),
        "P": np.abs(_A) + 0.1,
        "N": _N,
    }
)

Function = Callable[..., Any]


def lines(table: str) -> list[str]:
    """The expressions of a table, one a line."""
    return [line.strip() for line in table.strip().splitlines() if line.strip()]


def function_of(expression: str) -> tuple[Function, tuple[Any, ...]]:
    """The function of the arrays in an expression, and these arrays."""
    code = compile(expression, "<expression>", "eval")
    names = sorted(set(re.findall(r"\b[A-Za-z]\b", expression)) & set(ARRAYS))

    def function(*arrays: Any) -> Any:
        return eval(code, {"np": np, "cr": cr, **dict(zip(names, arrays, strict=True))})

    return function, tuple(ARRAYS[name] for name in names)


# --- values -------------------------------------------------------------------------------------------------


def check_expression(expression: str, dtypes: Iterable[str] = DTYPES) -> None:
    """The graph of an expression computes what NumPy computes, in float64 and in other dtypes."""
    function, args = function_of(expression)
    check_values(function, args)
    check_values(_changing_memory(function), args)
    for dtype in dtypes:
        cast = [in_dtype(arg, dtype) for arg in args]
        if not _refused(function, cast):
            check_values(function, cast)


def check_values(function: Function, args: Sequence[Any]) -> None:
    """The graph computes what NumPy computes."""
    with warnings.catch_warnings(action="ignore"):  # NumPy warns of means of nothing, of overflow and the like
        expected = function(*args)
    assert_same_values(prepared(function, *args)(*args), expected)


def _changing_memory(function: Function) -> Function:
    """The function, and then assignments that show which of its arguments and results share memory."""

    def changed(*args: Any) -> Any:
        own = [arg * 1 for arg in args]
        results = trees.flatten(function(*own))
        for array in own:
            if np.ndim(array):
                array[...] = 7.0
        for i, result in enumerate(results):
            changing = np.reshape(result, -1) if np.ndim(result) else result
            with contextlib.suppress(ValueError, TypeError):  # read-only; a number
                changing[...] = i
        return results, own

    return changed


def _refused(function: Function, args: Sequence[Any]) -> bool:
    """Does NumPy itself know no such function of this dtype?"""
    try:
        with warnings.catch_warnings(action="ignore"):
            function(*args)
    except (TypeError, np.linalg.LinAlgError):
        return True
    return False


def in_dtype(array: Any, dtype: str) -> Any:
    """The array in another dtype, spread out so that few integers are equal; entries that are not numbers stay."""
    if np.isnan(array).any():
        return array.astype(dtype) if dtype.startswith("float") else array
    scaled = {"f": array, "i": array * 30, "u": np.abs(array) * 30, "b": array > 0}[np.dtype(dtype).kind]
    return np.asarray(scaled).astype(dtype)[()] if np.ndim(array) == 0 else scaled.astype(dtype)


def assert_same_values(found: Any, expected: Any, ulps: float = ULPS) -> None:
    """The same form, shapes, dtypes, and values but for rounding."""
    for one, other in zip(trees.flatten(found), trees.flatten(expected), strict=True):
        one, other = np.asarray(one), np.asarray(other)
        assert (one.shape, one.dtype) == (other.shape, other.dtype)
        if other.dtype.kind != "f":
            np.testing.assert_array_equal(one, other)
            continue
        tolerance = ulps * float(np.finfo(other.dtype).eps)
        one, other = one.astype(float), other.astype(float)
        scale = max(1.0, float(np.max(np.abs(other), initial=0, where=np.isfinite(other))))
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance * scale)


# --- slopes -------------------------------------------------------------------------------------------------


def check_slope(function: Function, args: Sequence[Any]) -> None:
    """Both sweeps agree with differences, along a random direction, for random weights of the results."""
    random = np.random.default_rng(7)
    real = [i for i, arg in enumerate(args) if np.asarray(arg).dtype.kind == "f"]
    directions = tuple(random.normal(size=np.shape(args[i])) for i in real)

    def with_real(values: Iterable[Any]) -> list[Any]:
        new = dict(zip(real, values, strict=True))
        return [new.get(i, arg) for i, arg in enumerate(args)]

    def moved(h: float) -> list[Any]:
        return trees.flatten(function(*with_real(args[i] + h * d for i, d in zip(real, directions, strict=True))))

    weights = [random.normal(size=np.shape(leaf)) for leaf in moved(0.0)]

    def weighted(*new: Any) -> Any:
        leaves = trees.flatten(function(*with_real(new)))
        return sum(np.sum(w * leaf) for w, leaf in zip(weights, leaves, strict=True))

    expected = sum(float(np.sum(w * d)) for w, d in zip(weights, differences(moved), strict=True))
    values = tuple(args[i] for i in real)
    gradients = cr.grad(weighted, wrt=tuple(range(len(real))))(*values)
    backward = sum(float(np.sum(g * d)) for g, d in zip(gradients, directions, strict=True))
    np.testing.assert_allclose(backward, expected, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(cr.jvp(weighted, values, directions)[1], expected, rtol=1e-7, atol=1e-8)


def differences(f: Callable[[float], list[Any]]) -> list[Any]:
    """Slopes at 0 by the five-point rule, whose error is of the order of the fourth power of the step."""
    near, far = ([a - b for a, b in zip(f(h), f(-h), strict=True)] for h in (STEP, 2 * STEP))
    return [(8 * one - two) / (12 * STEP) for one, two in zip(near, far, strict=True)]
