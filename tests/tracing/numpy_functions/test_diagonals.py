import numpy as np
import pytest

import chainrule as cr
from faithful import check_expression, check_slope, check_values, function_of, lines

SMOOTH = lines("""
    np.diagonal(A)
    np.diagonal(A, 1)
    np.diagonal(A, 9)
    np.diagonal(T, -1, 1, 2)
    np.diagonal(T, 0, 2, 0)
    np.linalg.diagonal(T, offset=1)
    A.diagonal()
    np.trace(S)
    np.trace(T, 1, 1, 2)
    np.linalg.trace(T)
    S.trace()
    np.diag(v)
    np.diag(v, 2)
    np.diag(v, -1)
    np.diag(A)
    np.diag(A, -2)
    np.diagflat(A)
    np.tril(A)
    np.tril(A, 1)
    np.triu(S)
    np.triu(T, -1)
    A[np.tril_indices_from(A)]
    A[np.triu_indices_from(A, 1)]
    S[np.diag_indices_from(S)]
""")

STEPS = lines("""
    np.trace(S, dtype=np.float32)
""")


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


def test_diagonal_shows_later_changes() -> None:
    def f(x: np.ndarray) -> np.ndarray:
        x = x * 1
        diagonal = np.diagonal(x)
        x[0, 0] = 100
        return diagonal * 1

    check_values(f, [np.eye(3)])


def test_diagonal_is_read_only_as_in_numpy() -> None:
    def f(x: np.ndarray) -> np.ndarray:
        np.diagonal(x)[0] = 1
        return x

    with pytest.raises(ValueError, match="read-only"):
        cr.trace(f, np.eye(3))


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (4, 2)])
def test_fill_diagonal(shape: tuple[int, int]) -> None:
    def f(x: np.ndarray, value: float) -> np.ndarray:
        x = x * 1
        np.fill_diagonal(x, value * 2)
        return x

    check_values(f, [np.ones(shape), 3.0])
    check_slope(f, [np.ones(shape), 3.0])
