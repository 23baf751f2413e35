import numpy as np

from kernels import check_values

INF, NAN = np.inf, np.nan


def test_limits_of_log() -> None:
    check_values("log", [-INF, -1.0, -1e-40, -0.0, 0.0, 1.0, INF, NAN], [NAN, NAN, NAN, -INF, -INF, 0.0, INF, NAN])


def test_limits_of_log1p() -> None:
    check_values(
        "log1p", [-INF, -2.0, -1.0, -0.0, 0.0, -1e-40, INF, NAN], [NAN, NAN, -INF, -0.0, 0.0, -1e-40, INF, NAN]
    )


def test_limits_of_softplus() -> None:
    check_values("softplus", [-INF, -1e30, -0.0, 0.0, 1e30, INF, NAN], [0.0, 0.0, np.log(2), np.log(2), 1e30, INF, NAN])
