import numpy as np

from kernels import check_values

INF, NAN = np.inf, np.nan


def test_limits_of_tanh() -> None:
    check_values(
        "tanh", [-INF, -1e30, -0.0, 0.0, -1e-40, 30.0, INF, NAN], [-1.0, -1.0, -0.0, 0.0, -1e-40, 1.0, 1.0, NAN]
    )


def test_limits_of_sigmoid() -> None:
    check_values("sigmoid", [-INF, -1e30, -0.0, 0.0, 1e-40, 800.0, INF, NAN], [0.0, 0.0, 0.5, 0.5, 0.5, 1.0, 1.0, NAN])
