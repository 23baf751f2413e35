import itertools

import numpy as np
import pytest

from kernels import DTYPES, check_values, host_kernel

INF, NAN = np.inf, np.nan
SPECIAL = [0.0, 0.5, 1.0, 2.0, 3.0, 7.5, 2.0**24, 2.0**24 + 2, 1e30, INF]
SPECIAL_PAIRS = list(itertools.product([*SPECIAL, *(-x for x in SPECIAL), NAN], repeat=2))


def test_special_values_are_those_of_numpy() -> None:
    x, y = np.array(SPECIAL_PAIRS).T
    with np.errstate(all="ignore"):
        exact = np.power(x.astype(np.longdouble), y)
        kept = ~np.isfinite(exact) | (exact.astype(np.float32) == exact)  # infinite in float64 already, or exact
        check_values("power", x[kept], y[kept], np.power(x, y)[kept])


@pytest.mark.parametrize("dtype", DTYPES)
def test_whole_powers_of_small_integers_are_exact(dtype: type) -> None:
    x, y = (each.ravel() for each in np.meshgrid(np.arange(-10.0, 11.0), np.arange(0.0, 7.0)))
    np.testing.assert_array_equal(host_kernel("power", dtype, 2)(x, y), x**y)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_greatest_and_the_least_powers(dtype: type) -> None:
    limits = np.finfo(dtype)
    x = np.array([2.0, 2.0, 2.0, 0.5, limits.max, limits.tiny, limits.smallest_subnormal] * 3, dtype)
    y = np.array([limits.maxexp - 1, limits.maxexp, limits.minexp - limits.nmant, -3.0, 1.0, 1.0, 0.5] * 3, dtype)
    with np.errstate(over="ignore"):
        expected = np.power(x.astype(np.longdouble), y).astype(dtype)
    np.testing.assert_array_equal(host_kernel("power", dtype, 2)(x, y), expected)
