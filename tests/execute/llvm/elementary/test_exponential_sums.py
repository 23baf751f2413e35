import itertools

import numpy as np

from kernels import DTYPES, check_values, host_kernel

INF, NAN = np.inf, np.nan
SPECIAL = [0.0, 1.0, 300.0, 1e13, 1e38, INF]


def test_limits_of_softplus() -> None:
    x = [-INF, -1e30, -0.0, 0.0, 1e30, INF, NAN]
    check_values("softplus", x, [0.0, 0.0, np.log(2), np.log(2), 1e30, INF, NAN])


def test_limits_of_log1mexp() -> None:
    x = [-INF, -800.0, -0.0, 0.0, 1e-30, INF, NAN]
    check_values("log1mexp", x, [-0.0, -0.0, -INF, -INF, NAN, NAN, NAN])


def test_special_values_of_logaddexp_are_those_of_numpy() -> None:
    pairs = list(itertools.product([*SPECIAL, *(-x for x in SPECIAL), NAN], repeat=2))
    for dtype in DTYPES:
        x, y = np.array(pairs, dtype).T
        values = host_kernel("logaddexp", dtype, 2)(x, y)
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(values, np.logaddexp(x, y), rtol=np.finfo(dtype).eps)


def test_logaddexp_near_zero_errs_relative_to_its_arguments() -> None:
    x = np.linspace(-3.0, -0.01, 500)
    y = np.log1p(-np.exp(x))  # so that the sum of the exponentials is nearly 1
    for dtype in DTYPES:
        values = host_kernel("logaddexp", dtype, 2)(x, y)
        exact = np.logaddexp(x.astype(dtype).astype(np.float64), y.astype(dtype).astype(np.float64))
        np.testing.assert_allclose(values, exact, rtol=0, atol=2 * np.finfo(dtype).eps)
