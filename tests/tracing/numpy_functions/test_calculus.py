import numpy as np
import pytest
from mpmath import mp

import chainrule as cr
from faithful import check_expression, check_slope, function_of, lines

SMOOTH = lines("""
    np.diff(A)
    np.diff(A, 2, axis=0)
    np.diff(A, 0)
    np.diff(A, n=9)
    np.diff(A, prepend=0, append=1)
    np.diff(A, axis=0, prepend=B)
    np.ediff1d(A)
    np.ediff1d(v, to_end=[1, 2], to_begin=0)
    np.trapezoid(A)
    np.trapezoid(A, dx=0.5, axis=0)
    np.trapezoid(A, v)
    np.trapezoid(A, B)
    np.trapezoid(A, u, axis=0)
    np.gradient(v)
    np.gradient(A)
    np.gradient(A, 0.5, axis=1)
    np.gradient(A, axis=(1, 0))
    np.gradient(A, edge_order=2)
    np.gradient(v, np.cumsum(np.abs(v) + 0.1))
    np.gradient(v, np.array([0, 1, 1.5, 3]), edge_order=2)
    np.gradient(A, 2.0, [0, 1, 3, 4.0])
    np.interp(s, [0, 1, 2], u)
    np.interp(A * 2 + 0.01, [0, 1, 2, 4], v)
    np.interp(A * 3 + 0.01, [0, 1, 2, 4], v, left=-1.0, right=5.0)
    np.interp(0.5, np.sort(v), v)
    np.interp(A, [0.0], [3.0])
    np.convolve(v, u)
    np.convolve(u, v, "same")
    np.convolve(v, u, "valid")
    np.correlate(v, u)
    np.correlate(u, v, "full")
    np.correlate(v, u, "same")
    np.polyval(u, A)
    np.polyval([1, 2, 3], A)
    np.polyval(u, 2.0)
    np.vander(v, 3)
    np.vander(v, increasing=True)
    np.sinc(A)
    np.sinc(s)
""")

STEPS = lines("""
    np.interp(np.array([-1.0, 0.0, 1.0, 4.0, 5.0]) + 0 * s, [0, 1, 2, 4], [3, 2, 1, 0])
    np.interp(N, [0, 1, 2, 4], [3, 2, 1, 0])
    np.round(A * 10)
    np.round(A, 2)
    np.round(A * 100, -1)
    np.around(A, 1)
    A.round(1)
    np.fix(A * 3)
""")


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


# --- hard points --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [0.0, 1e-300, 1e-9, 1e-3, 0.0795, 0.0797, 0.5, 1.0, 20.25])
def test_sinc_and_its_derivatives_near_zero(x: float) -> None:
    with mp.workdps(1000):
        exact = [float(mp.diff(mp.sincpi, x, order)) for order in (1, 2)]
    slope = cr.grad(np.sinc)
    np.testing.assert_allclose([slope(x), cr.grad(slope)(x)], exact, rtol=1e-11, atol=1e-320)


def test_an_empty_filter_is_an_error_as_in_numpy() -> None:
    with pytest.raises(ValueError, match="empty"):
        cr.trace(lambda x: np.convolve(x, x), np.zeros(0))


def test_periods_of_interpolation_are_refused() -> None:
    with pytest.raises(cr.errors.TraceError, match=r"write np\.interp"):
        cr.trace(lambda x: np.interp(x, [0, 1], [0, 1], period=1), 0.5)
