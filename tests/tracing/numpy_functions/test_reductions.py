import numpy as np
import pytest

import chainrule as cr
from faithful import check_expression, check_slope, function_of, lines

SMOOTH = lines("""
    np.sum(A)
    np.sum(A, axis=0)
    np.sum(T, axis=-1, keepdims=True)
    np.sum(T, axis=(0, -1))
    np.sum(A, keepdims=True)
    np.sum(s)
    np.sum(z)
    np.sum(E)
    np.sum(E, axis=0)
    np.sum(E, axis=1)
    np.prod(A)
    np.prod(A, axis=0)
    np.prod(T, axis=-1, keepdims=True)
    np.prod(T, axis=(0, -1))
    np.prod(s)
    np.prod(E)
    np.prod(E, axis=0)
    np.max(A)
    np.max(A, axis=0)
    np.max(T, axis=-1, keepdims=True)
    np.max(T, axis=(0, -1))
    np.max(s)
    np.max(E, axis=1)
    np.amax(A, axis=1)
    np.min(A)
    np.min(A, axis=0)
    np.min(T, axis=-2, keepdims=True)
    np.min(z)
    np.amin(A)
    np.ptp(A)
    np.ptp(A, axis=1, keepdims=True)
    np.cumsum(A)
    np.cumsum(A, axis=0)
    np.cumsum(T, axis=-2)
    np.cumsum(s)
    np.cumsum(E, axis=0)
    np.cumprod(A)
    np.cumprod(A, axis=0)
    np.cumprod(T, axis=-2)
    np.cumprod(E, axis=1)
    np.cumulative_sum(A, axis=1, include_initial=True)
    np.cumulative_sum(v)
    np.cumulative_prod(v)
    np.cumulative_prod(A, axis=0, include_initial=True)
    np.nansum(A, axis=0)
    np.nanprod(A)
    np.nanmax(A, axis=-1)
    np.nanmin(A)
    np.nancumsum(A)
    np.nancumprod(A, axis=1)
    A.sum(axis=0)
    A.prod()
    A.max(1)
    A.min(axis=0, keepdims=True)
    A.cumsum(1)
    A.cumprod(0)
    sum(v)
    max(v)
    min(u)
    np.add.reduce(A)
    np.multiply.reduce(A, axis=1, keepdims=True)
    np.maximum.reduce(A, axis=None)
    np.minimum.reduce(A)
    np.logaddexp.reduce(A, axis=-1)
    np.hypot.reduce(A)
    np.subtract.reduce(A, axis=1)
    np.add.accumulate(A, axis=1)
    np.multiply.accumulate(A)
    np.maximum.accumulate(A, axis=1)
""")

STEPS = lines("""
    np.sum(A, dtype=np.float32)
    np.all(A > 0, axis=0)
    np.all(A)
    np.any(T > 1, axis=(0, 2), keepdims=True)
    np.any(E)
    np.all(E)
    np.argmax(A)
    np.argmax(A, axis=0)
    np.argmax(T, axis=-1, keepdims=True)
    np.argmin(A)
    np.argmin(T, axis=1)
    A.argmax(1)
    A.argmin()
    np.count_nonzero(A > 0)
    np.count_nonzero(A > 0, axis=1, keepdims=True)
    np.logical_and.reduce(A > 0)
    np.logical_or.reduce(A > 0, axis=1)
    np.size(A)
    np.size(A, 1)
    np.nansum(N)
    np.nansum(N, axis=0)
    np.nanprod(N, axis=1)
    np.nanmax(N, axis=0)
    np.nanmin(N)
    np.nancumsum(N)
    np.nancumprod(N, axis=0)
""")


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


# --- hard points --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([2.0, 3.0, 5.0], [15.0, 10.0, 6.0]),
        ([0.0, 3.0, 5.0], [15.0, 0.0, 0.0]),
        ([0.0, 0.0, 5.0], [0.0, 0.0, 0.0]),
        ([-0.0, 3.0, np.inf], [np.inf, np.nan, 0.0]),
    ],
)
def test_product_with_zeros(x: list[float], expected: list[float]) -> None:
    np.testing.assert_array_equal(np.abs(cr.grad(np.prod)(np.array(x))), expected)


def test_second_derivatives_of_a_product_with_zeros() -> None:
    a, b, c = 0.0, 0.0, 5.0
    expected = [[0, c, b], [c, 0, a], [b, a, 0]]
    np.testing.assert_array_equal(cr.hessian(np.prod)(np.array([a, b, c])), expected)


def test_running_product_with_zeros() -> None:
    x = np.array([2.0, 0.0, 3.0, 0.0])
    expected = [[1, 0, 0, 0], [0, 2, 0, 0], [0, 6, 0, 0], [0, 0, 0, 0]]
    np.testing.assert_array_equal(cr.jacobian(np.cumprod)(x), expected)


def test_second_derivative_of_a_running_product_with_a_zero() -> None:
    """The last running product is a b c, whose mixed derivatives are the third factor."""
    hessian = cr.hessian(lambda x: np.cumprod(x)[-1])(np.array([2.0, 0.0, 3.0]))
    np.testing.assert_array_equal(hessian, [[0, 3, 0], [3, 0, 2], [0, 2, 0]])


@pytest.mark.parametrize("function", [np.max, np.min])
def test_equal_extremes_share_the_gradient(function: object) -> None:
    assert callable(function)
    x = np.array([1.0, 1.0, 1.0, 1.0])
    np.testing.assert_array_equal(cr.grad(function)(x), [0.25] * 4)


def test_sum_of_nothing_is_zero_and_has_an_empty_gradient() -> None:
    value, gradient = cr.value_and_grad(np.sum)(np.zeros((0, 3)))
    assert value == 0
    assert gradient.shape == (0, 3)


def test_extreme_of_nothing_is_an_error_as_in_numpy() -> None:
    with pytest.raises(ValueError, match="empty axis has no greatest or least entry"):
        cr.trace(np.max, np.zeros((0, 3)))


def test_nan_does_not_reach_the_gradient_of_what_ignores_it() -> None:
    x = np.array([1.0, np.nan, 2.0])
    np.testing.assert_array_equal(cr.grad(np.nansum)(x), [1, 0, 1])
    np.testing.assert_array_equal(cr.grad(np.nanprod)(x), [2, 0, 1])
    np.testing.assert_array_equal(cr.grad(np.nanmax)(x), [0, 0, 1])
