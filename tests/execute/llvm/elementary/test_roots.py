import numpy as np
import pytest

from kernels import DTYPES, check_values, host_kernel

INF, NAN = np.inf, np.nan


def test_limits_of_sqrt() -> None:
    check_values("sqrt", [-INF, -1.0, -0.0, 0.0, 1.0, 4.0, INF, NAN], [NAN, NAN, -0.0, 0.0, 1.0, 2.0, INF, NAN])


@pytest.mark.parametrize("dtype", DTYPES)
def test_cbrt_inverts_cubes(dtype: type) -> None:
    x = np.arange(-100.0, 101.0)
    np.testing.assert_array_equal(host_kernel("cbrt", dtype)(x**3), x)


def test_limits_of_cbrt() -> None:
    check_values("cbrt", [-INF, -8.0, -0.0, 0.0, 2.0**-126, INF, NAN], [-INF, -2.0, -0.0, 0.0, 2.0**-42, INF, NAN])


def test_limits_of_hypot() -> None:
    x = [0.0, -0.0, 3.0, -3e30, 3e-30, INF, NAN, -INF, NAN, 1.0, INF]
    y = [0.0, -0.0, -4.0, 4e30, -4e-30, NAN, -INF, 1.0, 1.0, NAN, INF]
    with np.errstate(over="ignore"):
        for dtype in DTYPES:
            values = host_kernel("hypot", dtype, 2)(x * 3, y * 3)
            expected = np.hypot(np.array(x, dtype), np.array(y, dtype))
            np.testing.assert_allclose(values, np.tile(expected, 3), rtol=np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
def test_hypot_neither_overflows_nor_vanishes_before_its_value_does(dtype: type) -> None:
    limits = np.finfo(dtype)
    x = np.array([limits.max / 2, limits.smallest_subnormal, 4 * limits.smallest_subnormal, limits.max] * 4, dtype)
    y = np.array([limits.max / 2, 0.0, 3 * limits.smallest_subnormal, 0.0] * 4, dtype)
    expected = np.hypot(x.astype(np.longdouble), y).astype(dtype)
    np.testing.assert_array_equal(host_kernel("hypot", dtype, 2)(x, y), expected)
