from collections.abc import Callable

import numpy as np
import pytest

import chainrule as cr
from faithful import check_expression, check_slope, check_values, function_of, lines

SMOOTH = lines("""
    np.where(A > 0, A, B)
    np.where(A > 0, A, 0)
    np.where(True, s, A)
    np.clip(A, -0.5, 0.5)
    np.clip(A, None, 0.5)
    np.clip(A, min=0)
    np.clip(A, None, None)
    np.clip(A, v - 1, v + 1)
    A.clip(-0.2, 0.2)
    np.select([A > 1, A > 0], [A, B], default=-1.0)
    np.select([A > 1, A > 0], [A, B])
    np.piecewise(P - 1, [P < 1, P >= 1], [lambda x: x * 3, lambda x: x**2])
    np.piecewise(A, [A < 0], [3.0, lambda x: x * 2])
    np.nan_to_num(A)
    np.take(A, [0, 2], axis=1)
    np.take(A, [0, 5, -1])
    np.take(A, [0, 7], axis=1, mode="wrap")
    np.take(A, [-3, 7], axis=1, mode="clip")
    np.take(A, 1, axis=0)
    np.take(A, [[0, 1], [2, 0]], axis=0)
    A.take([1, 0], 0)
    np.take(np.arange(4.0, like=v), np.argsort(v)) * v
    np.take_along_axis(A, np.argsort(A, axis=1), axis=1)
    np.take_along_axis(A, np.argmax(A, axis=0, keepdims=True), axis=0)
    np.take_along_axis(A, np.array([2, 3]), axis=None)
    np.choose(np.array([0, 1, 1, 0]), [v, v * 2])
    np.choose((A > 0).astype(int), [A, B])
    np.choose(np.array([5, -1]), [s, 2 * s], mode="clip")
    A[A > 0]
    A[np.nonzero(A > 0)]
    np.compress([True, False, True], A, axis=0)
    np.compress([1, 0, 1], A)
    A.compress([0, 1, 1], 1)
    np.extract(A > 0, A)
    A[np.unravel_index(np.argmax(A), A.shape)]
""")

STEPS = lines("""
    np.where(A > 0)
    np.nan_to_num(N)
    np.nan_to_num(np.array([1, np.inf, -np.inf, np.nan]) * s, nan=1.0, posinf=3, neginf=-3)
    np.nonzero(A > 0)
    np.argwhere(A > 0)
    np.flatnonzero(A > 0)
    A.nonzero()
    np.unravel_index(np.argsort(T, axis=None, kind="stable"), T.shape)
    np.unravel_index(np.argsort(T, axis=None, kind="stable"), T.shape, order="F")
""")


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


# --- hard points --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "x", "slope"),
    [
        (lambda x: np.where(x > 0, np.log(x), 0.0), -1.0, 0.0),
        (lambda x: np.where(x > 0, np.sqrt(x), 0.0), 0.0, 0.0),
        (lambda x: np.where(x != 0, np.sin(x) / x, 1.0), 0.0, 0.0),
        (lambda x: np.select([x > 0], [np.log(x)], x), 0.0, 1.0),
        (lambda x: np.clip(x, 0.0, 1.0), -3.0, 0.0),
        (lambda x: np.clip(x, 0.0, 1.0), 0.5, 1.0),
        (lambda x: np.clip(x, 0.0, 1.0), 0.0, 0.0),
    ],
)
def test_the_branch_that_is_not_chosen_does_not_matter(
    function: Callable[[float], float], x: float, slope: float
) -> None:
    assert cr.grad(function)(x) == slope
    assert cr.jvp(function, (x,), (1.0,))[1] == slope


def test_positions_are_decisions() -> None:
    graph = cr.trace(lambda x: x[np.nonzero(x > 0)], np.array([1.0, -1.0]))
    assert len(graph.guards) == 1
    assert graph.guards[0].holds(np.array([True, False]))
    assert not graph.guards[0].holds(np.array([True, True]))


def test_choose_refuses_a_number_without_a_choice() -> None:
    with pytest.raises(ValueError, match="invalid entry"):
        cr.trace(lambda i, x: np.choose(i, [x, x]), np.array([0, 2]), np.ones(2))


# --- assignment by functions --------------------------------------------------------------------------------


def by_copyto(x: np.ndarray) -> np.ndarray:
    y = x * 1
    np.copyto(y, x[::-1])
    return y


def by_copyto_where(x: np.ndarray) -> np.ndarray:
    y = x * 1
    np.copyto(y, 7.0, where=x > 0)
    return y


def by_put(x: np.ndarray) -> np.ndarray:
    y = x * 1
    np.put(y, [0, 2], x[1:3])
    return y


def by_put_along_axis(x: np.ndarray) -> np.ndarray:
    y = x[None] * np.ones((2, 1))
    np.put_along_axis(y, np.array([[1], [0]]), 9.0, axis=1)
    return y


def by_putmask(x: np.ndarray) -> np.ndarray:
    y = x * 1
    np.putmask(y, x > 0, x**2)
    return y


@pytest.mark.parametrize("function", [by_copyto, by_copyto_where, by_put, by_put_along_axis, by_putmask])
def test_assignment(function: Callable[[np.ndarray], np.ndarray]) -> None:
    x = np.array([1.0, -2.0, 3.0])
    check_values(function, [x])
    check_slope(function, [x])
