"""Dtypes of operations: arrays meet as in NumPy, and Python numbers take the dtype of the array that they meet."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import TraceError
from chainrule.tracing.recording import is_number
from faithful import DTYPES, assert_same_values, check_values

OPERATIONS: list[Callable[..., Any]] = [
    lambda x, y: x + y,
    lambda x, y: x * y,
    lambda x, y: x / y,
    lambda x, y: x > y,
    lambda x, y: np.where(x > y, x, y),
    lambda x, y: np.maximum(x, y),
    lambda x, y: np.arctan2(x, y),
    lambda x, y: np.stack([x, np.ones_like(x)]) * y,
]


@pytest.mark.parametrize("first", [*DTYPES, "float64"])
@pytest.mark.parametrize("second", [*DTYPES, "float64"])
def test_arrays_meet_as_in_numpy(first: str, second: str) -> None:
    x, y = np.array([1, 2]).astype(first), np.array([1, 1]).astype(second)
    for operation in OPERATIONS:
        check_values(operation, [x, y])
        check_values(operation, [x[0], y])
        check_values(operation, [x, y[0]])
        check_values(operation, [np.array(x[0]), y[0]])


@pytest.mark.parametrize("dtype", [*DTYPES, "float64"])
@pytest.mark.parametrize("number", [2, 1.5, True])
def test_python_numbers_are_weak(dtype: str, number: Any) -> None:
    """Plain ones, and traced ones, which a user sees as the same thing."""
    x = np.array([1, 2]).astype(dtype)
    for operation in OPERATIONS:
        check_values(lambda x, operation=operation: operation(x, number), [x])
        check_values(lambda x, operation=operation: operation(x[0], number), [x])
        if number is not True:
            check_values(operation, [x, number])
            check_values(lambda n, x, operation=operation: operation(x, n + 1), [number, x])
            check_values(lambda n, x, operation=operation: operation(x, abs(n) * 2), [number, x])


def test_functions_of_python_numbers_are_not_weak() -> None:
    check_values(lambda n, x: np.sin(n) * x, [2.0, np.ones(2, np.float32)])
    check_values(lambda n, x: np.sum(n) * x, [2.0, np.ones(2, np.float32)])


@pytest.mark.parametrize(
    "function",
    [
        lambda n: n / 2,
        lambda n: n // 2,
        lambda n: n % 3,
        lambda n: n**2,
        lambda n: n**-1,
        lambda n: 2**n,
        lambda n: 2 ** (n - 9),
        lambda n: n ** (n - 9),
        lambda n: -n,
        lambda n: abs(n - 7),
        lambda n: (n << 2) | 1,
        lambda n: (n > 1) + (n > 2) + (n > 9),
        lambda n: -(n > 1),
        lambda n: (n > 1) * 2.5,
        lambda n: (n > 1) - (n > 9),
        lambda n: divmod(n, 3),
    ],
)
def test_arithmetic_of_python_numbers_is_pythons(function: Callable[[Any], Any]) -> None:
    check_values(function, [5])


def test_comparisons_hold_for_numbers_beyond_the_dtype() -> None:
    check_values(lambda x: (x < 300, x > -300, x == 1000), [np.array([1, 2], np.int8)])
    check_values(lambda x: (x < 300, x >= -1, x != -1), [np.array([1, 2], np.uint8)])


def test_arithmetic_with_numbers_beyond_the_dtype_is_numpys_error() -> None:
    for number in (300, -300):
        with pytest.raises(OverflowError):
            cr.trace(lambda x, number=number: x + number, np.int8(1))


def test_numbers_beyond_a_half_are_infinite_without_a_warning() -> None:
    graph = cr.trace(lambda x: x * 1e10, np.float16(1))
    assert graph.outputs[0].dtype == np.float16


def test_gradients_have_the_dtypes_of_their_arguments() -> None:
    x, w = np.ones(2, np.float32), np.ones((2, 2), np.float64)
    gradients = cr.grad(lambda x, w, s: np.sum(w @ x) * s, wrt=(0, 1, 2))(x, w, 2.0)
    assert [np.asarray(each).dtype for each in gradients] == [np.float32, np.float64, np.float64]


def test_indices_keep_their_dtype() -> None:
    check_values(lambda x, i: x[i], [np.ones(3, np.float32), 1])
    check_values(lambda x, i: x[i] * i, [np.ones(3, np.float32), np.array([1, 0], np.int8)])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, True),
        (1.5, True),
        (True, True),
        (np.float64(1), False),
        (np.int64(1), False),
        (np.array(1), False),
        ("1", False),
    ],
)
def test_is_number(value: Any, expected: bool) -> None:
    assert is_number(value) is expected


def test_results_have_the_shapes_and_dtypes_that_nodes_say() -> None:
    graph = cr.trace(lambda x: (np.mean(x, axis=0), x > 0, np.argmax(x), x.astype("f4")), np.ones((2, 3)))
    found = [(node.shape, node.dtype) for node in graph.outputs]
    assert found == [((3,), "f8"), ((2, 3), "?"), ((), np.intp), ((2, 3), "f4")]


def test_large_python_integers_are_refused() -> None:
    with pytest.raises(TraceError, match="not Python objects"):
        cr.trace(lambda x: x, 10**30)
    assert_same_values(cr.grad(lambda x: x * 10**30)(1.0), 1e30)
