import mpmath as mp
import numpy as np
import pytest

from elementary_references import REFERENCES, exact_values, ulps
from kernels import DTYPES, check_values, host_kernel

INF, NAN = np.inf, np.nan


def nearly_multiples_of_quarter_turns(dtype: type) -> np.ndarray:
    """The floats nearest to k π/2, where most digits cancel, up to the greatest of all."""
    with mp.workdps(400):
        k = [mp.mpf(each) for each in (*range(1, 200), 1000, 4095, 10**6)]
        k += [mp.ldexp(each, n) for each in (1, 3, 5) for n in range(8, np.finfo(dtype).maxexp - 4)]
        return np.array([float(each * mp.pi / 2) for each in k]).astype(dtype)


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_near_multiples_of_quarter_turns(name: str, dtype: type) -> None:
    x = nearly_multiples_of_quarter_turns(dtype)
    with mp.workdps(400):  # exact_values would see too few digits of such angles
        values = exact_values(REFERENCES[name], x.astype(np.float64))
    assert ulps(host_kernel(name, dtype)(x), values).max() <= 2


def test_the_angle_that_comes_nearest_to_a_multiple_of_a_quarter_turn() -> None:
    """Of all float64 numbers; J.-M. Muller (2006), "Elementary Functions", section 9.4."""
    x = np.full(9, np.ldexp(6381956970095103.0, 797))
    np.testing.assert_allclose(host_kernel("cos", np.float64)(x), -4.68716592425462761112e-19, rtol=2e-16)
    np.testing.assert_array_equal(host_kernel("sin", np.float64)(x), 1.0)


def test_great_angles_among_small_ones() -> None:
    x = np.array([1e-3, 1e30, 2.0, 1e5, -3e38, 0.5, 4097.0, 4096.0] * 3, np.float32)
    np.testing.assert_allclose(host_kernel("sin", np.float32)(x), np.sin(x.astype(np.float64)), rtol=1e-7)


def test_limits() -> None:
    x = [0.0, -0.0, 1e-40, -1e-40, INF, -INF, NAN]
    check_values("sin", x, [0.0, -0.0, 1e-40, -1e-40, NAN, NAN, NAN])
    check_values("cos", x, [1.0, 1.0, 1.0, 1.0, NAN, NAN, NAN])
    check_values("tan", x, [0.0, -0.0, 1e-40, -1e-40, NAN, NAN, NAN])
