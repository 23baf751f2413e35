import numpy as np
import pytest

import chainrule as cr
from faithful import check_expression, check_slope, function_of, lines

SMOOTH = lines("""
    np.sort(A)
    np.sort(A, axis=0)
    np.sort(A, axis=None)
    np.sort(E, axis=0)
    sorted(v)
""")

STEPS = lines("""
    np.argsort(A)
    np.argsort(A, axis=0)
    np.argsort(v, axis=None)
    A.argsort(1)
    np.searchsorted(np.sort(v), A)
    np.searchsorted(np.sort(v), A, side="right")
    np.searchsorted(np.arange(3.0), N)
    np.sort(v).searchsorted(0.5)
    np.digitize(A, [-1, 0, 1])
    np.digitize(A, [1, 0, -1], right=True)
    np.digitize(A, np.sort(v))
""")


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


def test_the_gradient_of_sorted_entries_goes_back_to_where_they_were() -> None:
    x = np.array([3.0, 1.0, 2.0])
    np.testing.assert_array_equal(cr.jacobian(np.sort)(x), np.eye(3)[[1, 2, 0]])


def test_equal_entries_each_get_one_gradient() -> None:
    jacobian = cr.jacobian(np.sort)(np.array([2.0, 1.0, 2.0]))
    np.testing.assert_array_equal(jacobian.sum(axis=0), np.ones(3))
    np.testing.assert_array_equal(jacobian.sum(axis=1), np.ones(3))


def test_sort_in_place() -> None:
    def f(x: np.ndarray) -> np.ndarray:
        x = x * 2
        x.sort()
        return x

    np.testing.assert_array_equal(cr.jacobian(f)(np.array([3.0, 1.0])), [[0, 2], [2, 0]])
