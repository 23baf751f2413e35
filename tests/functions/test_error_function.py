from typing import Any

import mpmath as mp
import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from accuracy import DTYPES, inputs, largest_error
from chainrule.functions import erf, erfc
from chainrule.functions.error_function import _CENTER, _TAIL


def mp_erfc(x: Any) -> Any:
    return mp.erfc(min(x, mp.mpf(100)))  # which is 1e-4346; mpmath cannot go much further


def center(z: Any) -> Any:
    """c(z) of the module's first formula."""
    return mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1 if z else 2 / mp.sqrt(mp.pi) - 1


def tail(t: Any) -> Any:
    """q(t) of the module's second formula."""
    if t == 1:
        return mp.mpf(8) / 5 / mp.sqrt(mp.pi) - 1
    y = 2 * (1 + t) / (1 - t)
    return (1 + 2 * y) * mp.exp(y * y) * mp.erfc(y) * 4 / 5 - 1


@pytest.mark.filterwarnings("ignore:Descending")  # mpmath 1.3 has no other order
@pytest.mark.parametrize(
    ("table", "function", "interval"), [(_CENTER, center, (0, 0.25)), (_TAIL, tail, (-0.6, 1))], ids=["center", "tail"]
)
def test_coefficients_are_those_of_the_chebyshev_interpolant(table: Any, function: Any, interval: Any) -> None:
    with mp.workdps(50):
        exact = mp.chebyfit(function, [mp.mpf(str(end)) for end in interval], len(table))
    assert table == tuple(float(each) for each in exact)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("function", "reference"), [(erf, mp.erf), (erfc, mp_erfc)], ids=["erf", "erfc"])
def test_right_to_two_ulp_at_all_exponents(function: Any, reference: Any, dtype: Any) -> None:
    assert largest_error(function, reference, inputs(dtype)) <= (2 if dtype is np.float64 else 0.5005)


@pytest.mark.parametrize(("low", "high"), [(-0.6, -0.4), (0.4, 0.6), (0.8, 0.85), (1, 6), (6, 26.5), (26.5, 27.3)])
def test_erfc_is_right_to_two_ulp_where_formulas_meet_and_far_out(low: float, high: float) -> None:
    assert largest_error(erfc, mp_erfc, np.linspace(low, high, 1000)) <= 2


def test_limits() -> None:
    x = [-np.inf, -1.7e308, -0.0, 0.0, 1.7e308, np.inf, np.nan]
    np.testing.assert_array_equal(erf(x), [-1, -1, -0.0, 0.0, 1, 1, np.nan])
    np.testing.assert_array_equal(np.signbit(erf([-0.0, 0.0])), [True, False])
    np.testing.assert_array_equal(erfc(x), [2, 2, 1, 1, 0, 0, np.nan])


def test_tails() -> None:
    assert erfc(27.0) == pytest.approx(5.2370e-319, rel=1e-4)  # subnormal
    assert erfc(30.0) == 0
    assert float(erfc(np.float32(10))) == pytest.approx(2.1e-45, rel=0.4)  # subnormal in float32
    assert erf(1e-300) == pytest.approx(1.1283791670955126e-300, rel=1e-15)
    assert erf(5e-324) == 5e-324


@given(st.floats(allow_nan=False))
def test_symmetry_and_complement(x: float) -> None:
    assert erf(-x) == -erf(x)
    assert erf(x) + erfc(x) == pytest.approx(1, rel=1e-15)
    assert erfc(x) + erfc(-x) == pytest.approx(2, rel=1e-15)


def test_agree_with_scipy() -> None:
    x = np.linspace(-6, 6, 4001).reshape(1, 4001)
    np.testing.assert_allclose(erf(x), scipy.special.erf(x), rtol=1e-15)
    np.testing.assert_allclose(erfc(x), scipy.special.erfc(x), rtol=1e-14)
