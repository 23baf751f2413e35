"""Memory that traced arrays share, as NumPy's do: views, assignment, and what a trace leaves behind."""

import gc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import TraceError
from faithful import check_slope, check_values

X = np.array([1.0, -2.0, 3.5])
M = np.arange(12.0).reshape(3, 4) - 4.5


def entry_of_a_slice(x: Any) -> Any:
    y = x * 1
    y[1:][0] = 5
    return y


def transpose_in_place(x: Any) -> Any:
    y = x * 1
    z = y.T
    z += 1
    return y, z


def chain_of_views(x: Any) -> Any:
    y = x * 1
    z = y.reshape(-1)[::-2]
    z *= 2
    y[0] = x[1] * 3
    return y, z


def row_in_a_loop(x: Any) -> Any:
    y = x * 1
    for row in y:
        row *= row[0]
    return y


def swapped_axes(x: Any) -> Any:
    y = x * 1
    np.swapaxes(y, 0, 1)[0] = x[:, 1]
    return y


def split_parts(x: Any) -> Any:
    y = x * 1
    first, second = np.split(y, [1], axis=-1)
    first[...] = 0
    second += 1
    return y


def flipped(x: Any) -> Any:
    y = x * 1
    np.flip(y)[0] = 9
    return y


def ravel_of_a_transpose_is_a_copy(x: Any) -> Any:
    y = x * 1
    z = y.T.ravel()
    z[0] = 9
    return y, z


def broadcast_shows_changes(x: Any) -> Any:
    y = x * 1
    z = np.broadcast_to(y, (2, *y.shape))
    y[0] = 9
    return z * 1


def index_array_is_a_copy(x: Any) -> Any:
    y = x * 1
    z = y[[0, 1]]
    z[0] = 9
    return y, z


def copy_is_a_copy(x: Any) -> Any:
    y = x.copy()
    y[0] = 9
    return x * 1, y


def second_name(x: Any) -> Any:
    y = x * 1
    z = y
    z += 1
    return y


def number_in_place_is_a_new_number(x: Any) -> Any:
    y = x[0] * 1
    z = y
    z += 1
    return y, z


def order_in_memory_stays(x: Any) -> Any:
    y = x.T.copy().T
    y -= 0.1 * x
    y.reshape(-1)[0] = 9
    z = np.roll(x, 1, axis=-1)
    z.reshape(-1)[1] = 8
    return y, z


def view_by_a_traced_integer(x: Any) -> Any:
    y = x * 1
    i = np.argmin(x.ravel()) % 3
    row = y[i : i + 1]
    row[...] = 0
    return y


def assigned_to_itself(x: Any) -> Any:
    y = x * 1
    y[1:] += y[:-1]
    y[:1] -= 3
    return y


def several_names_of_parts(x: Any) -> Any:
    y = x * 1
    a, b = y[:2], y[1:]
    a += 1
    b *= 2
    return a, b, y


@pytest.mark.parametrize("x", [X, M], ids=["vector", "matrix"])
@pytest.mark.parametrize(
    "function",
    [
        entry_of_a_slice,
        transpose_in_place,
        chain_of_views,
        split_parts,
        flipped,
        ravel_of_a_transpose_is_a_copy,
        broadcast_shows_changes,
        index_array_is_a_copy,
        copy_is_a_copy,
        order_in_memory_stays,
        second_name,
        view_by_a_traced_integer,
        assigned_to_itself,
        several_names_of_parts,
    ],
)
def test_memory_is_shared_as_in_numpy(function: Callable[[Any], Any], x: np.ndarray) -> None:
    check_values(function, [x])
    check_slope(function, [x])


@pytest.mark.parametrize("function", [row_in_a_loop, swapped_axes])
def test_rows_and_columns_share_memory(function: Callable[[Any], Any]) -> None:
    check_values(function, [M])
    check_slope(function, [M])


def test_numbers_do_not_share_memory() -> None:
    check_values(number_in_place_is_a_new_number, [X])


def test_a_view_by_a_traced_index_shares_memory() -> None:
    def f(x: Any, i: Any) -> Any:
        y = x * 1
        row = y[i]
        row[0] = 100
        return y

    check_values(f, [M, np.int64(1)])
    check_values(f, [M, 2])


def test_long_chains_of_views_do_not_exhaust_the_stack() -> None:
    def f(x: Any) -> Any:
        y = x * 1
        z = y
        for _ in range(3001):
            z = z[::-1]
        z[0] = 5
        y[1] = 7
        return z * 1

    check_values(f, [X])


def test_in_place_operation_on_a_slice_is_one_assignment() -> None:
    def f(x: Any) -> Any:
        y = x * 1
        y[1:] += 1
        return y

    assert [node.op.name for node in cr.trace(f, X).nodes].count("index_set") == 1


def test_the_callers_array_is_not_changed() -> None:
    def f(x: Any) -> Any:
        x += 1
        x[0] = 5
        return x.sum()

    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(cr.grad(f)(x), [0, 1])
    np.testing.assert_array_equal(x, [1, 2])


def test_a_plain_array_that_changes_later_is_taken_as_it_was() -> None:
    def f(x: Any) -> Any:
        plain = np.ones(3)
        y = x * plain
        plain[:] = 100
        return y

    check_values(f, [X])
    check_slope(f, [X])


def test_arrays_without_dimensions_can_be_assigned_to() -> None:
    def f(x: Any) -> Any:
        y = np.zeros((), like=x)
        y[()] = x.sum()
        y += 1
        y *= 2
        return y * x

    check_values(f, [X])
    check_slope(f, [X])


def test_numbers_cannot_be_assigned_to() -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        cr.trace(lambda x: x.__setitem__((), 1.0), 2.0)


@pytest.mark.parametrize(
    "view", [lambda x: np.broadcast_to(x, (2, 3)), np.diagonal, lambda x: np.broadcast_arrays(x, np.ones((4, 1, 1)))[0]]
)
def test_read_only_views_stay_read_only(view: Callable[[Any], Any]) -> None:
    def f(x: Any) -> Any:
        view(x)[0] = 1
        return x

    with pytest.raises(ValueError, match="read-only"):
        cr.trace(f, np.eye(3)[:1] if view is not np.diagonal else np.eye(3))


# --- traces within traces -----------------------------------------------------------------------------------


def test_arrays_of_an_outer_trace_can_be_used_within() -> None:
    assert cr.grad(lambda x: cr.grad(lambda y: x * y**2)(2.0))(3.0) == 4
    assert cr.grad(lambda x: cr.grad(lambda y: y**2 * x)(2.0))(3.0) == 4
    assert cr.grad(lambda x: cr.grad(lambda y: cr.grad(lambda z: x * y * z**3)(1.0))(1.0))(5.0) == 3


def test_what_is_captured_is_taken_as_it_was() -> None:
    def f(x: Any) -> Any:
        y = x * 1
        _, pullback = cr.vjp(lambda z: z * y, x)
        y += 100
        return pullback(x)[0]

    np.testing.assert_array_equal(cr.jacobian(f)(np.array([3.0])), [[6.0]])


def test_an_array_of_a_finished_trace_is_refused() -> None:
    kept = []
    cr.grad(lambda x: kept.append(x) or x * x)(1.0)
    with pytest.raises(TraceError, match="earlier trace"):
        _ = kept[0] + 1
    with pytest.raises(TraceError, match="earlier trace"):
        cr.grad(lambda x: x * kept[0])(1.0)


def test_a_trace_that_failed_is_finished_too() -> None:
    kept = []

    def f(x: Any) -> Any:
        kept.append(x)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cr.grad(f)(1.0)
    with pytest.raises(TraceError, match="earlier trace"):
        cr.grad(lambda x: x * kept[0])(1.0)


def test_a_trace_lets_its_arrays_go() -> None:
    """Without a collection of garbage, which comes late and would keep large arrays until then."""
    watched = []

    def f(x: Any) -> Any:
        y = np.exp(x)
        z = y[1:]
        z += 1
        watched.extend(weakref.ref(each) for each in (x, y, z))
        return np.sum(y) if y[0] > 0 else y[0]

    gc.disable()
    try:
        cr.grad(f)(np.ones(10))
        assert [each() for each in watched] == [None, None, None]
    finally:
        gc.enable()
