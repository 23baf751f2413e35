import itertools

import numpy as np

from kernels import DTYPES, check_values, host_kernel

INF, NAN = np.inf, np.nan
SPECIAL = [0.0, 1.0, 1e-40, 1e30, 3e38, INF]


def test_limits_of_arcsin_and_arccos() -> None:
    x = [-INF, -1.001, -1.0, -0.0, 0.0, 1e-40, 1.0, 1.001, NAN]
    check_values("arcsin", x, [NAN, NAN, -np.pi / 2, -0.0, 0.0, 1e-40, np.pi / 2, NAN, NAN])
    check_values("arccos", x, [NAN, NAN, np.pi, np.pi / 2, np.pi / 2, np.pi / 2, 0.0, NAN, NAN])


def test_limits_of_arctan() -> None:
    x = [-INF, -1e30, -0.0, 0.0, 1e-40, 1e30, INF, NAN]
    check_values("arctan", x, [-np.pi / 2, -np.pi / 2, -0.0, 0.0, 1e-40, np.pi / 2, np.pi / 2, NAN])


def test_special_values_of_arctan2_are_those_of_numpy() -> None:
    pairs = list(itertools.product([*SPECIAL, *(-x for x in SPECIAL), NAN], repeat=2))
    for dtype in DTYPES:
        y, x = np.array(pairs, dtype).T
        values, expected = host_kernel("arctan2", dtype, 2)(y, x), np.arctan2(y, x)
        np.testing.assert_allclose(values, expected, rtol=np.finfo(dtype).eps, atol=np.finfo(dtype).smallest_subnormal)
        number = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(values[number]), np.signbit(expected[number]))
