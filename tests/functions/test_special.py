from typing import Any

import mpmath as mp
import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from accuracy import DTYPES, exact, inputs, largest_error
from chainrule.functions import log1mexp, log1pexp, logaddexp, softplus, xlogy

SPECIAL = [-np.inf, -2.0, -5e-324, -0.0, 0.0, 5e-324, 0.5, 1.0, 3.0, np.inf, np.nan]


def mp_log1mexp(x: Any) -> Any:
    return mp.log(-mp.expm1(x)) if x > -1 else mp.log1p(-mp.exp(x))


@pytest.mark.parametrize("dtype", DTYPES)
def test_log1mexp_is_right_to_two_ulp_at_all_exponents(dtype: Any) -> None:
    x = inputs(dtype, high=-np.finfo(dtype).smallest_subnormal)
    assert largest_error(log1mexp, mp_log1mexp, x) <= (2 if dtype is np.float64 else 0.5005)


def test_log1mexp_where_its_branches_meet() -> None:
    x = -np.log(2) + np.linspace(-1e-3, 1e-3, 1000)
    assert largest_error(log1mexp, mp_log1mexp, x) <= 2


def test_limits_of_log1mexp() -> None:
    x = [-np.inf, -800.0, -0.0, 0.0, 1e-300, np.inf, np.nan]
    np.testing.assert_array_equal(log1mexp(x), [0, 0, -np.inf, -np.inf, np.nan, np.nan, np.nan])


@given(st.floats(1e-300, 700))
def test_log1mexp_inverts_itself_and_gives_log_of_expm1(x: float) -> None:
    assert log1mexp(log1mexp(-x)) == pytest.approx(-x, rel=1e-12) or x > 30  # where the value has rounded
    assert x + log1mexp(-x) == pytest.approx(np.log(np.expm1(x)), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
def test_xlogy_is_right_to_two_ulp(dtype: Any) -> None:
    rng = np.random.default_rng(1)
    y = inputs(dtype, low=np.finfo(dtype).smallest_subnormal)
    x = rng.permutation(y) * rng.choice(np.array([-1, 1], dtype), y.size)
    assert largest_error(xlogy, lambda x, y: x * mp.log(y), x, y) <= (2 if dtype is np.float64 else 0.5005)


def test_special_values_of_xlogy_as_in_scipy() -> None:
    x, y = np.meshgrid(SPECIAL, SPECIAL)
    np.testing.assert_allclose(xlogy(x, y), scipy.special.xlogy(x, y), rtol=1e-15)


def test_log1pexp_is_softplus() -> None:
    x = np.linspace(-800, 800, 101)
    np.testing.assert_array_equal(log1pexp(x), softplus(x))


@pytest.mark.parametrize("dtype", DTYPES)
def test_logaddexp_is_right_to_two_ulp_of_the_largest_number(dtype: Any) -> None:
    x = inputs(dtype, low=-760.0, high=760.0)
    y = np.random.default_rng(1).permutation(x)
    with mp.workdps(50):
        references = exact(lambda x, y: max(x, y) + mp.log1p(mp.exp(-abs(x - y))), x, y)
        errors = [float(abs(mp.mpf(float(v)) - r)) for v, r in zip(logaddexp(x, y), references, strict=True)]
    largest = np.maximum(np.maximum(np.abs(x), np.abs(y)), np.abs([float(each) for each in references]))
    assert np.max(errors / np.spacing(largest.astype(dtype)).astype(float)) <= 2


def test_logaddexp_of_the_lecture_and_its_limits() -> None:
    assert logaddexp(1000, 1000.5) == pytest.approx(1000.974077, rel=1e-9)
    x, y = np.meshgrid(SPECIAL, SPECIAL)
    with np.errstate(all="ignore"):
        expected = scipy.special.logsumexp(np.stack([x, y]), axis=0)
    np.testing.assert_allclose(logaddexp(x, y), expected, rtol=1e-15)
