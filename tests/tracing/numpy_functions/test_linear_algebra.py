import numpy as np
import pytest

import chainrule as cr
from faithful import check_expression, check_slope, function_of, lines

SMOOTH = lines("""
    np.linalg.inv(S)
    np.linalg.inv(np.stack([S, S.T]))
    np.linalg.det(S)
    np.linalg.det(np.stack([S, S.T]))
    np.linalg.solve(S, u)
    np.linalg.solve(S, A)
    np.linalg.solve(np.stack([S, S.T]), A)
    np.linalg.solve(np.eye(3), u)
    np.linalg.matrix_power(S, 0)
    np.linalg.matrix_power(S, 1)
    np.linalg.matrix_power(S, 2)
    np.linalg.matrix_power(S, 5)
    np.linalg.matrix_power(S, -2)
    np.linalg.norm(A)
    np.linalg.norm(T)
    np.linalg.norm(s)
    np.linalg.norm(v, 1)
    np.linalg.norm(v, 2)
    np.linalg.norm(v, 3)
    np.linalg.norm(v, 0.5)
    np.linalg.norm(v, np.inf)
    np.linalg.norm(v, -np.inf)
    np.linalg.norm(v, -1)
    np.linalg.norm(A, axis=1, keepdims=True)
    np.linalg.norm(A, 1, axis=0)
    np.linalg.norm(T, axis=-1)
    np.linalg.norm(A, "fro")
    np.linalg.norm(A, 1)
    np.linalg.norm(A, -1)
    np.linalg.norm(A, np.inf)
    np.linalg.norm(T, np.inf, axis=(0, 2))
    np.linalg.norm(T, 1, axis=(-1, 0), keepdims=True)
    np.linalg.norm(T, "fro", axis=(0, 1))
    np.linalg.vector_norm(A)
    np.linalg.vector_norm(A, axis=0, ord=1)
    np.linalg.matrix_norm(T)
    np.linalg.matrix_norm(A, ord=1, keepdims=True)
""")

STEPS = lines("""
    np.linalg.norm(v, 0)
    np.linalg.norm(E)
    np.linalg.norm(E, axis=1)
    np.linalg.det(np.zeros((0, 0)) + s)
""")


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


# --- hard points --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [None, 1, 2, 3, np.inf])
def test_every_norm_has_gradient_zero_at_zero(order: float | None) -> None:
    def norm(x: np.ndarray) -> float:
        return np.linalg.norm(x, order)

    np.testing.assert_array_equal(cr.grad(norm)(np.zeros(3)), np.zeros(3))
    assert cr.jvp(norm, (np.zeros(3),), (np.ones(3),))[1] == 0


def test_rows_of_zeros_do_not_spoil_the_others() -> None:
    x = np.array([[0.0, 0.0], [3.0, 4.0]])
    np.testing.assert_allclose(cr.grad(lambda x: np.linalg.norm(x, axis=1).sum())(x), [[0, 0], [0.6, 0.8]], rtol=1e-15)


def test_second_derivative_of_a_norm_away_from_zero() -> None:
    """The Hessian of a length is (1 - n n^T) / length, n being the direction."""
    x = np.array([3.0, 4.0])
    n = x / 5
    np.testing.assert_allclose(cr.hessian(np.linalg.norm)(x), (np.eye(2) - np.outer(n, n)) / 5, rtol=1e-14, atol=1e-16)


def test_norm_of_nan_is_nan() -> None:
    assert np.isnan(cr.value_and_grad(np.linalg.norm)(np.array([1.0, np.nan]))[0])


def test_norms_that_need_singular_values_are_refused() -> None:
    with pytest.raises(cr.errors.TraceError, match="singular values"):
        cr.trace(lambda x: np.linalg.norm(x, 2), np.eye(2))


def test_singular_matrix_is_the_error_of_numpy() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        cr.grad(lambda x: np.linalg.inv(x).sum())(np.ones((2, 2)))
