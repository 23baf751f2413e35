import numpy as np

from kernels import check_values

INF, NAN = np.inf, np.nan
X = [-INF, -1.0, -1e-40, -0.0, 0.0, 1.0, INF, NAN]
Y = [NAN, NAN, NAN, -INF, -INF, 0.0, INF, NAN]


def test_limits_of_logarithms() -> None:
    for name in ("log", "log2", "log10"):
        check_values(name, X, Y)


def test_log2_is_exact_for_powers_of_two() -> None:
    k = np.arange(-126.0, 128.0)
    check_values("log2", 2.0**k, k)


def test_log10_is_exact_for_powers_of_ten_that_are_floats() -> None:
    k = np.arange(11.0)
    check_values("log10", 10.0**k, k)


def test_limits_of_log1p() -> None:
    x = [-INF, -2.0, -1.0, -0.0, 0.0, -1e-40, INF, NAN]
    check_values("log1p", x, [NAN, NAN, -INF, -0.0, 0.0, -1e-40, INF, NAN])


def test_xlogy_is_zero_where_its_first_argument_is() -> None:
    x = [0.0, -0.0, 0.0, 0.0, 0.0, 2.0, NAN, 0.0]
    y = [0.0, 1.0, -1.0, INF, NAN, 0.0, 1.0, 5.0]
    check_values("xlogy", x, y, [0.0, 0.0, 0.0, 0.0, NAN, -INF, NAN, 0.0])
