import numpy as np

from kernels import check_values

INF, NAN = np.inf, np.nan


def test_limits_of_exp() -> None:
    check_values(
        "exp", [-INF, -1e30, -800.0, -0.0, 0.0, 800.0, 1e30, INF, NAN], [0.0, 0.0, 0.0, 1.0, 1.0, INF, INF, INF, NAN]
    )


def test_exp2_is_exact_for_integers() -> None:
    k = np.arange(-126.0, 128.0)
    check_values("exp2", k, 2.0**k)
    check_values("exp2", [-INF, -1e30, -0.0, 0.0, 1024.0, 1e30, INF, NAN], [0.0, 0.0, 1.0, 1.0, INF, INF, INF, NAN])


def test_limits_of_expm1() -> None:
    check_values(
        "expm1", [-INF, -1e30, -0.0, 0.0, 1e-40, 800.0, INF, NAN], [-1.0, -1.0, -0.0, 0.0, 1e-40, INF, INF, NAN]
    )
