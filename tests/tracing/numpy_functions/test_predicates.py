import numpy as np
import pytest

import chainrule as cr
from faithful import check_expression, check_slope, function_of, lines

SMOOTH = lines("""
    np.real(A)
    A.real
""")

STEPS = lines("""
    np.isclose(A, A + 1e-9)
    np.isclose(N, 1.0, equal_nan=True)
    np.isclose(N, N, equal_nan=True)
    np.allclose(A, A)
    np.allclose(A, B, rtol=1e-3)
    np.array_equal(A, A)
    np.array_equal(A, B)
    np.array_equal(A, v)
    np.array_equal(N, N)
    np.array_equal(N, N, equal_nan=True)
    np.array_equiv(A, A)
    np.isin(np.round(A), [0, 1])
    np.isin(np.round(A), [0, 1], invert=True)
    np.isposinf(P / 0 * np.sign(A))
    np.isneginf(P / 0 * np.sign(A))
    np.isreal(A)
    np.iscomplex(A)
    np.isrealobj(A)
    np.iscomplexobj(A)
    np.imag(A)
    A.imag
    np.astype(A, np.float32)
""")


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


def test_dtypes_are_known_while_tracing() -> None:
    def f(x: np.ndarray) -> np.ndarray:
        assert np.result_type(x, np.float16) == np.float32
        assert np.result_type(x, 1.0) == np.float32
        assert np.can_cast(x, np.float64)
        return x

    cr.trace(f, np.ones(3, np.float32))


def test_equality_is_a_decision() -> None:
    graph = cr.trace(lambda x: x if np.array_equal(x, [1.0, 2.0]) else -x, np.array([1.0, 2.0]))
    assert [guard.value for guard in graph.guards] == [True]
