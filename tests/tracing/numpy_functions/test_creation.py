import numpy as np
import pytest

import chainrule as cr
from faithful import check_expression, check_slope, function_of, lines

SMOOTH = lines("""
    np.full_like(A, s)
    np.full_like(A, 3.0) * A
    np.linspace(s, 3.0, 5)
    np.linspace(s, z, 1)
    np.linspace(u, 2 * u, 4, endpoint=False, axis=-1)
    np.linspace(s, 3.0, 5, retstep=True)
    np.linspace(u, s, 3)
    np.zeros(3, like=u) + s
    np.ones((2, 3), like=u) * s
    np.full(3, 2.0, like=A) * u
    np.full(3, s, like=A)
    np.full((2, 3), u, dtype=float, like=A)
    np.full(3, s, like=A)[1:] * s
    np.arange(1, 4, like=u) * u
    np.eye(3, like=S) @ S
    np.identity(3, like=S) @ S
    np.tri(3, like=S) @ S
    np.array([s, 2.0, s * s], like=u)
    np.array([[s, 1], [2, s]], like=u)
    np.array([u, 2 * u], like=u)
    np.array(u, like=u)
    np.array(u, ndmin=3, like=u)
    np.asarray([s, 1.0], like=u)
    np.asarray(u, like=u)
    np.asanyarray([s, 1.0], like=u)
    np.ascontiguousarray(A.T, like=A)
""")

STEPS = lines("""
    np.zeros_like(A)
    np.zeros_like(A, dtype=int)
    np.zeros_like(A, shape=(2,))
    np.ones_like(A)
    np.ones_like(s)
    np.full_like(A, 3)
    np.full_like(A, 3.7, dtype=int)
    np.empty_like(A) * 0
    np.empty((2, 3), like=A) * 0
    np.array([s, 1], dtype=np.float32, like=u)
    np.zeros(3, np.float32, like=A)
""")


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


def test_an_array_made_like_a_traced_one_holds_traced_entries() -> None:
    def f(x: np.ndarray) -> np.ndarray:
        y = np.zeros(3, like=x)
        for i in range(3):
            y[i] = x[i] ** i
        return y

    np.testing.assert_array_equal(cr.jacobian(f)(np.array([2.0, 3.0, 4.0])), np.diag([0.0, 1.0, 8.0]))


def test_traced_ends_of_a_range_are_refused() -> None:
    with pytest.raises(cr.errors.TraceError, match=r"np\.linspace"):
        cr.trace(lambda x: np.arange(0.0, x, like=x), 3.0)
