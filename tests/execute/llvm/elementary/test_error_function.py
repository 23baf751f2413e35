import numpy as np

from kernels import check_values

INF, NAN = np.inf, np.nan


def test_limits_of_erf() -> None:
    x = [-INF, -1e30, -10.0, -0.0, 0.0, 10.0, 1e30, INF, NAN]
    check_values("erf", x, [-1.0, -1.0, -1.0, -0.0, 0.0, 1.0, 1.0, 1.0, NAN])


def test_limits_of_erfc() -> None:
    x = [-INF, -1e30, -10.0, -0.0, 0.0, 1e-40, 30.0, 1e30, INF, NAN]
    check_values("erfc", x, [2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, NAN])
