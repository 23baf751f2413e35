"""Reading and assignment by every kind of key, compared with NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import chainrule as cr
from chainrule.tracing.indexing import add_at
from faithful import check_slope, check_values

A = np.arange(12.0).reshape(3, 4) - 4.5
MASK = np.array([True, False, True])

KEYS: list[Any] = [
    0,
    -1,
    np.int64(2),
    (1, 2),
    (1, -1),
    slice(None),
    slice(None, None, -1),
    (slice(2, 0, -1), slice(None, None, -2)),
    (slice(5, 9), 0),
    ...,
    (..., 0),
    (..., None, 1),
    None,
    (slice(None), None, slice(1, 3)),
    (),
    [0, 2],
    [[0, 1], [2, 0]],
    ([0, 2], [1, -1]),
    ([0, 2], slice(1, 3)),
    (slice(None), [3, 0, 0]),
    (0, [3, 0]),
    ([0, 2], None, 1),
    np.ix_([0, 2], [1, 3]),
    [],
    np.array(1),
    np.array([0, 2], np.uint8),
    MASK,
    (MASK, 1),
    (MASK, slice(1, 3)),
    (slice(None), np.array([True, False, True, True])),
    A > 0,
    [True, False, True],
    np.zeros((3, 4), bool),
]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_reading(key: Any) -> None:
    check_values(lambda x: x[key], [A])
    check_slope(lambda x: x[key], [A])


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_assignment(key: Any) -> None:
    def f(x: Any, value: Any) -> Any:
        y = x * 1
        y[key] = value
        return y

    for value in (7.0, np.ones_like(A[key]) * 3):
        check_values(f, [A, value])
        check_slope(f, [A, value])


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_addition_in_place(key: Any) -> None:
    def f(x: Any, value: Any) -> Any:
        y = x * 1
        y[key] += value
        return y

    check_values(f, [A, 2.0])
    check_slope(f, [A, 2.0])


@settings(max_examples=30)
@given(st.data())
def test_any_key(data: st.DataObject) -> None:
    x = np.arange(12.0).reshape(data.draw(st.sampled_from([(12,), (3, 4), (2, 3, 2)])))
    key = data.draw(st.one_of(hnp.basic_indices(x.shape, allow_newaxis=True), hnp.integer_array_indices(x.shape)))
    check_values(lambda x: x[key], [x])
    check_slope(lambda x: x[key], [x])


def test_the_last_of_several_values_wins() -> None:
    def f(x: Any) -> Any:
        y = np.zeros(3, like=x)
        y[[0, 0, 1]] = x
        return y

    check_values(f, [np.array([1.0, 2.0, 3.0])])
    np.testing.assert_array_equal(cr.jacobian(f)(np.array([1.0, 2.0, 3.0])), [[0, 1, 0], [0, 0, 1], [0, 0, 0]])


def test_addition_at_places_that_are_named_twice_counts_once_in_place_and_twice_by_add_at() -> None:
    def once(x: Any) -> Any:
        y = np.zeros(2, like=x)
        y[[0, 0]] += x
        return y

    def twice(x: Any) -> Any:
        y = np.zeros(2, like=x)
        add_at(y, [0, 0], x)
        return y

    x = np.array([1.0, 2.0])
    check_values(once, [x])
    np.testing.assert_array_equal(cr.jacobian(once)(x), [[0, 1], [0, 0]])
    np.testing.assert_array_equal(cr.jacobian(twice)(x), [[1, 1], [0, 0]])


@pytest.mark.parametrize(
    "function",
    [
        lambda x, i: x[i],
        lambda x, i: x[i, 0],
        lambda x, i: x[[i, 0]],
        lambda x, i: x[[i, i - 1], [0, i]],
        lambda x, i: x[:i],
        lambda x, i: x[i:, ::i],
        lambda x, i: x[..., -i],
        lambda x, i: x[x > i],
        lambda x, i: x[x[:, 0] > -1, i:],
        lambda x, i: x[np.argsort(x[:, i])],
        lambda x, i: x[np.arange(3) > i],
    ],
)
def test_traced_indices(function: Callable[..., Any]) -> None:
    for i in (1, np.int32(1)):
        check_values(function, [A, i])
    check_slope(lambda x: function(x, 1), [A])


def test_lists_with_traced_entries_can_be_assigned() -> None:
    def f(x: Any) -> Any:
        y = x * 1
        y[0] = [x[1, 0], 1.0, x[2, 2], 2]
        return y

    check_values(f, [A])
    check_slope(f, [A])


def test_values_are_cast_to_the_dtype_of_the_array() -> None:
    def f(x: Any) -> Any:
        y = np.zeros(3, np.int64, like=x)
        y[:] = x
        y[0] = 2.7
        return y

    check_values(f, [np.array([1.5, 2.5, -3.5])])


@pytest.mark.parametrize("mask", [[True, False], np.zeros((3, 3), bool), np.zeros(5, bool)])
def test_masks_of_another_shape_are_numpys_error(mask: Any) -> None:
    with pytest.raises(IndexError, match="boolean index did not match"):
        cr.trace(lambda x: x[np.asarray(mask)], A)
    with pytest.raises(IndexError, match="boolean index did not match"):
        cr.trace(lambda x, mask: x[mask], A, np.asarray(mask))


def test_indices_out_of_range_are_numpys_error() -> None:
    for key in (3, (0, 4), [0, 3], np.array([-4])):
        with pytest.raises(IndexError):
            cr.trace(lambda x, key=key: x[key], A)
    with pytest.raises(IndexError, match="too many indices"):
        cr.trace(lambda x: x[0, 0, 0], A)
