"""What cannot be traced is an error that names the user's line and says what to write: never a silent zero."""

import ast
import contextlib
import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.stats

import chainrule as cr
from chainrule.errors import TraceError

Function = Callable[..., Any]

KEPT: list[Any] = []
with warnings.catch_warnings(action="ignore", category=PendingDeprecationWarning):
    MATRIX = np.matrix(np.eye(3))


def buffer(x: Any) -> Any:
    plain = np.zeros(3)
    plain[0] = x[0]
    return plain.sum()


def buffer_slice(x: Any) -> Any:
    plain = np.zeros(3)
    plain[1:] = x[1:]
    return plain.sum()


def buffer_in_place(x: Any) -> Any:
    plain = np.zeros(3)
    plain += x
    return plain.sum()


def in_place_shape(x: Any) -> Any:
    y = x * 1
    y += np.ones((2, 3))
    return y


def in_place_dtype(x: Any) -> Any:
    y = x.astype(int)
    y += 1.5
    return y


def inner_assignment(x: Any) -> Any:
    outer = x * 1

    def square(y: Any) -> Any:
        outer[0] = y
        return y * y

    return cr.grad(square)(2.0) + outer.sum()


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: float(x[0]), r"write x for float\(x\)"),
        (lambda x: math.exp(x[0]), r"np.exp\(x\) for math.exp\(x\)"),
        (lambda x: np.float64(x[0]), "a plain number is needed here|a plain array is needed here"),
        (lambda x: x[0].item(), "x.item is not traced; it would cut x out of the graph"),
        (lambda x: x.tolist(), "iterate over x"),
        (lambda x: x.view(int), r"write x.astype\(dtype\)"),
        (lambda x: np.array([x[0], x[1]]), r"write np.stack\(\[x, y\]\) or np.array\(\[x, y\], like=x\)"),
        (lambda x: np.array([[x[0], 1], [2, 3]]), "write np.stack"),
        (lambda x: np.array([x[0], x[1]], dtype=object), "write np.stack"),
        (lambda x: np.array(x), "write np.stack"),
        (lambda x: np.asarray(x), r"x for np.asarray\(x\)"),
        (
            lambda x: np.sum([x[0], x[1]]),
            r"numpy's sum needs a plain array.*write np.stack\(\[x, y\]\) for \[x, y\]",
        ),
        (lambda x: np.linalg.norm([x[0], x[1]]), r"numpy's norm.*write np.stack\(\[x, y\]\)"),
        (lambda x: np.max([[x[0]], [x[1]]]), r"np.array\(rows, like=x\) for lists in a list"),
        (
            lambda x: np.exp([x[0], x[1]]),
            r"np.array\(\[x, y\], like=x\) .* for a list that a function of NumPy is given",
        ),
        (lambda x: "%.3f" % x[0], r"write .* f'\{x:.3f\}' for '%.3f' % x"),  # noqa: UP031
        (lambda x: np.full(3, x[0]), r"numpy's full needs.*; write np.full\(shape, x, like=x\)"),
        (lambda x: np.sum(np.r_[x, x]), r"write np.concatenate\(\[x, y\]\) for np.r_\[x, y\]"),
        (lambda x: np.sum(np.c_[x, x]), r"np.column_stack\(\[x, y\]\) for np.c_\[x, y\]"),
        (lambda x: np.sum(np.mgrid[0 : x[0]]), r"multiply: x \* np.mgrid\[0:1:5j\]"),
        (lambda x: np.sum(np.append([], [x[0]])), r"write np.stack\(\[x, y\]\) for \[x, y\]"),
        (lambda x: np.einsum("i->", [x[0], 1.0]), r"write np.stack\(\[x, y\]\) for \[x, y\]"),
        (lambda x: np.sum(np.array(x, copy=True)), r"x.copy\(\) for np.array\(x\)"),
        (lambda x: np.ma.masked_array([1, 2, 3], [0, 1, 0]) * x, r"np.where\(mask, value, x\)"),
        (lambda x: np.vectorize(abs)(x), "numpy's vectorize needs a plain array.*which take whole arrays"),
        (lambda x: np.random.default_rng(0).normal(x), r"m \+ s \* noise for np.random.normal"),
        (lambda x: np.random.normal(x[0]), r"m \+ s \* noise for np.random.normal"),
        (lambda x: scipy.stats.norm.pdf(x), "scipy's rv_continuous.pdf needs a plain array"),
        (lambda x: x * 1j, r"np.complex128\(1j\) cannot be traced.*not complex numbers; write real and imaginary part"),
        (lambda x: 1j**x, "not complex numbers"),
        (lambda x: np.exp(1j * x[0]).real, "not complex numbers"),
        (lambda x: np.array([1j]) * x, "not complex numbers"),
        (lambda x: complex(x[0]), "complex numbers are not traced"),
        (lambda x: x.astype(complex), "a graph holds real numbers"),
        (lambda x: x + "a", "not text"),
        (lambda x: x * np.array([1, "a", None], dtype=object), "not Python objects"),
        (lambda x: x * np.datetime64("2020-01-01"), "not dates"),
        (lambda x: x * MATRIX, r"a matrix is not traced, only plain arrays; write np.asarray\(A\)"),
        (lambda x: x * np.ma.masked_array([1, 2, 3], [0, 1, 0]), r"a MaskedArray is not.*write A.filled\(value\)"),
        (lambda x: x[0.5], r"write i.astype\(int\)"),
        (lambda x: x["a"], "an index must be an integer"),
        (lambda x: x[True], "one True or False is no index"),
        (lambda x: x[x[0] > 0], "one True or False is no index"),
        (lambda x: {x[0]: 1}, "no key of a dict or set"),
        (lambda x: KEPT[0] * x, "an array of an earlier trace was kept and is used again"),
        (lambda x: KEPT[0].sum(), "an array of an earlier trace"),
        (lambda x: "text", "the function returned 'text', which is not a number or an array"),
        (lambda x: {"a": object}, "which is not a number or an array"),
    ],
)
def test_expressions(function: Function, message: str) -> None:
    KEPT.clear()
    cr.trace(lambda x: KEPT.append(x) or x, np.ones(3))
    with pytest.raises(TraceError, match=f"(?s){message}") as caught:
        cr.grad(function)(np.array([1.0, 2.0, 3.0]))
    assert str(caught.value).startswith(f"{__file__}:")
    assert "returned" in str(caught.value) or f":{function.__code__.co_firstlineno}: " in str(caught.value)


@pytest.mark.parametrize(
    ("function", "line", "message"),
    [
        (buffer, 2, r"make that array with np.zeros\(shape, like=x\)"),
        (buffer_slice, 2, r"make that array with np.zeros\(shape, like=x\)"),
        (buffer_in_place, 2, r"write x = x \+ y for x \+= y"),
        (in_place_shape, 2, r"x is \[3\] and has no room for the result, which is \[2, 3\]"),
        (in_place_dtype, 2, "x is int64 and cannot hold the result, which is float64"),
        (inner_assignment, 4, "assigns into an array from outside of it"),
    ],
)
def test_statements(function: Function, line: int, message: str) -> None:
    with pytest.raises(TraceError, match=message) as caught:
        cr.grad(function)(np.array([1.0, 2.0, 3.0]))
    assert str(caught.value).startswith(f"{__file__}:{function.__code__.co_firstlineno + line}: ")


def caught_float(x: Any) -> Any:
    try:
        return math.sin(x[0])
    except TypeError:
        return 0.0


def caught_array(x: Any) -> Any:
    try:
        return scipy.stats.norm.pdf(x).sum()
    except Exception:
        return 0.0


def caught_store(x: Any) -> Any:
    plain = np.zeros(3)
    with contextlib.suppress(ValueError):
        plain[0] = x[0]
    return plain.sum()


def caught_key(x: Any) -> Any:
    try:
        return {x[0]: 1.0}.get(x[0], 0.0)
    except TypeError:
        return 0.0


def caught_function(x: Any) -> Any:
    try:
        return np.sum(np.unwrap(x))
    except TypeError:
        return 0.0


def caught_inside(x: Any) -> Any:
    try:
        return cr.grad(lambda y: float(y))(x[0])
    except Exception:
        return 0.0


@pytest.mark.parametrize(
    "function", [caught_float, caught_array, caught_store, caught_key, caught_function, caught_inside]
)
def test_an_error_that_the_function_catches_is_raised_when_the_trace_ends(function: Function) -> None:
    with pytest.raises(TraceError, match="The function caught this error and went on") as caught:
        cr.value_and_grad(function)(np.array([1.0, 2.0, 3.0]))
    assert str(caught.value).startswith(f"{__file__}:")


def test_errors_that_plain_arrays_raise_too_may_be_caught() -> None:
    attempts = (hash, lambda x: len(x[0]), lambda x: range(x[0]), lambda x: x[7], lambda x: x @ np.ones(4))

    def f(x: Any) -> Any:
        for attempt in attempts:
            try:
                attempt(x)
            except (TypeError, IndexError, ValueError):
                x = 2 * x
        return x.sum()

    assert cr.grad(f)(np.array([1.0, 2.0, 3.0])).tolist() == [32.0, 32.0, 32.0]


def test_an_error_of_another_function_is_not_kept() -> None:
    with pytest.raises(TraceError):
        cr.grad(lambda x: math.sin(x))(1.0)
    assert cr.grad(lambda x: np.sin(x))(0.0) == 1.0


def test_shapes_that_do_not_fit_name_the_line() -> None:
    with pytest.raises(cr.errors.ShapeError, match=rf"{__file__}:\d+: add does not fit"):
        cr.trace(lambda x: x + np.ones(4), np.ones(3))


def test_numpys_own_error_is_kept_where_the_plain_program_has_it() -> None:
    with pytest.raises(ValueError, match="truth value of an array with more than one element"):
        cr.trace(lambda x: x if x > 0 else -x, np.ones(3))
    with pytest.raises(IndexError):
        cr.trace(lambda x: x[7], np.ones(3))
    with pytest.raises(OverflowError, match="out of bounds for int8"):
        cr.trace(lambda x: x + 300, np.int8(1))


def test_tracing_raises_no_error_without_a_line() -> None:
    """Messages are made by ``origin.untraceable``, which knows the line."""
    for file in sources():
        made = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if is_trace_error(node)]
        assert not made or file.name == "origin.py", file


def sources() -> list[Path]:
    import chainrule.tracing

    return sorted(Path(chainrule.tracing.__file__).parent.rglob("*.py"))


def is_trace_error(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "TraceError"
