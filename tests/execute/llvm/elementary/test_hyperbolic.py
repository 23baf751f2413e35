import numpy as np

from kernels import check_values

INF, NAN = np.inf, np.nan
X = [-INF, -800.0, -0.0, 0.0, 1e-40, 800.0, INF, NAN]


def test_limits_of_sinh_and_cosh() -> None:
    check_values("sinh", X, [-INF, -INF, -0.0, 0.0, 1e-40, INF, INF, NAN])
    check_values("cosh", X, [INF, INF, 1.0, 1.0, 1.0, INF, INF, NAN])


def test_limits_of_arcsinh() -> None:
    check_values("arcsinh", [-INF, -0.0, 0.0, 1e-40, INF, NAN], [-INF, -0.0, 0.0, 1e-40, INF, NAN])


def test_limits_of_arccosh() -> None:
    check_values("arccosh", [-INF, -1.0, 0.0, 0.999, 1.0, INF, NAN], [NAN, NAN, NAN, NAN, 0.0, INF, NAN])


def test_limits_of_arctanh() -> None:
    x = [-INF, -1.001, -1.0, -0.0, 0.0, 1e-40, 1.0, 1.001, INF, NAN]
    check_values("arctanh", x, [NAN, NAN, -INF, -0.0, 0.0, 1e-40, INF, NAN, NAN, NAN])
