from typing import Any

import mpmath as mp
import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from accuracy import DTYPES, ulps
from chainrule.functions import log_softmax, logsumexp, softmax

ARRAYS = hnp.arrays(np.float64, hnp.array_shapes(max_dims=4, max_side=3), elements=st.floats(-50, 50))
SCALES = [1e-3, 1.0, 30.0, 700.0]


def rows(dtype: Any, scale: float) -> np.ndarray:
    """100 samples of 5 entries, one of them tiny: the differences are not exact."""
    x = np.random.default_rng(0).standard_normal((100, 5)) * scale
    x[:, 2] *= 1e-9
    return np.concatenate([x, np.sort(x)[:, ::-1]]).astype(dtype)


def exact(x: np.ndarray) -> tuple[list[Any], list[list[Any]], list[list[Any]]]:
    """logsumexp, softmax and log_softmax of each row."""
    sums, shares, logs = [], [], []
    with mp.workdps(400):  # so that 1 + exp(-700) keeps its digits
        for row in x.tolist():
            exponentials = [mp.exp(mp.mpf(each)) for each in row]
            total = mp.fsum(exponentials)
            sums.append(mp.log(total))
            shares.append([each / total for each in exponentials])
            logs.append([mp.mpf(each) - sums[-1] for each in row])
    return sums, shares, logs


# --- accuracy -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_right_to_few_ulp(dtype: Any, scale: float) -> None:
    x = rows(dtype, scale)
    sums, shares, logs = exact(x)
    double = dtype is np.float64
    assert ulps(softmax(x).ravel(), np.ravel(shares)).max() <= (3 if double else 0.5005)
    assert ulps(log_softmax(x).ravel(), np.ravel(logs)).max() <= (2 if double else 0.5005)
    largest = np.maximum(np.abs(x.max(axis=1)), np.abs([float(each) for each in sums])).astype(dtype)
    errors = [float(abs(mp.mpf(float(v)) - r)) for v, r in zip(logsumexp(x, axis=1), sums, strict=True)]
    assert np.max(errors / np.spacing(largest).astype(float)) <= 2


@pytest.mark.parametrize("n", [1, 2, 10, 1000])
def test_equal_entries(n: int) -> None:
    x = np.full(n, 123.0)
    np.testing.assert_allclose(logsumexp(x), 123 + np.log(n), rtol=1e-15)
    np.testing.assert_allclose(softmax(x), np.full(n, 1 / n), rtol=1e-15)
    np.testing.assert_allclose(log_softmax(x), np.full(n, -np.log(n)), rtol=1e-15, atol=0)


# --- the numbers of the lecture -----------------------------------------------------------------------------


def test_softmax_far_from_zero() -> None:
    np.testing.assert_allclose(softmax([1000, 1001, 1002]), [0.0900306, 0.2447285, 0.6652410], rtol=1e-6)
    np.testing.assert_array_equal(softmax([1000, 1001, 1002]), softmax([0, 1, 2]))


def test_logsumexp_far_from_zero() -> None:
    assert logsumexp([1000, 1000.5]) == pytest.approx(1000.974077, rel=1e-9)


# --- infinities, NaN and nothing at all ---------------------------------------------------------------------

INF, NAN = np.inf, np.nan


@pytest.mark.parametrize(
    ("x", "total", "shares", "logs"),
    [
        ([0, -INF], 0, [1, 0], [0, -INF]),
        ([INF, 5], INF, [1, 0], [0, -INF]),
        ([INF, -INF, 1e308], INF, [1, 0, 0], [0, -INF, -INF]),
        ([INF, INF, 5], INF, [NAN, NAN, 0], [NAN, NAN, -INF]),
        ([-INF, -INF], -INF, [NAN, NAN], [NAN, NAN]),
        ([-INF], -INF, [1], [0]),
        ([NAN, 5], NAN, [NAN, NAN], [NAN, NAN]),
        ([NAN], NAN, [NAN], [NAN]),
        ([1e308, -1e308], 1e308, [1, 0], [0, -INF]),
        ([], -INF, [], []),
    ],
)
def test_limits(x: list[float], total: float, shares: list[float], logs: list[float]) -> None:
    np.testing.assert_array_equal(logsumexp(x), total)
    np.testing.assert_array_equal(softmax(x), shares)
    np.testing.assert_array_equal(log_softmax(x), logs)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 3)])
@pytest.mark.parametrize("axis", [0, -1])
def test_empty_arrays(shape: tuple[int, ...], axis: int) -> None:
    x = np.zeros(shape)
    assert softmax(x, axis=axis).shape == log_softmax(x, axis=axis).shape == shape
    np.testing.assert_array_equal(logsumexp(x, axis=axis), np.max(x, axis=axis, initial=-INF))


def test_half_precision_does_not_overflow_on_the_way() -> None:
    x = np.full(70000, 11, np.float16)
    assert logsumexp(x) == np.float16(11 + np.log(70000))
    assert logsumexp(np.float16([65504, 65504])) == 65504


# --- axes ---------------------------------------------------------------------------------------------------


@given(ARRAYS, st.data())
def test_axes_and_keepdims_as_in_scipy(x: np.ndarray, data: st.DataObject) -> None:
    axis = data.draw(st.one_of(st.none(), st.integers(-x.ndim, x.ndim - 1), hnp.valid_tuple_axes(x.ndim, min_size=1)))
    keepdims = data.draw(st.booleans())
    ours, theirs = logsumexp(x, axis=axis, keepdims=keepdims), scipy.special.logsumexp(x, axis=axis, keepdims=keepdims)
    np.testing.assert_allclose(ours, theirs, rtol=1e-14, atol=1e-14, strict=True)
    np.testing.assert_allclose(softmax(x, axis), scipy.special.softmax(x, axis), rtol=1e-13, strict=True)
    np.testing.assert_allclose(log_softmax(x, axis), scipy.special.log_softmax(x, axis), rtol=1e-13, atol=1e-14)


def test_default_axes() -> None:
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(softmax(x), np.stack([softmax(row) for row in x]))
    np.testing.assert_array_equal(log_softmax(x), np.stack([log_softmax(row) for row in x]))
    assert logsumexp(x) == logsumexp(x.ravel())
    assert logsumexp(x, keepdims=True).shape == (1, 1)


def test_number_is_a_sum_of_one() -> None:
    assert (logsumexp(3.0), softmax(3.0), log_softmax(3.0)) == (3.0, 1.0, 0.0)


@pytest.mark.parametrize("function", [logsumexp, softmax, log_softmax])
def test_axis_that_is_not_there(function: Any) -> None:
    with pytest.raises(np.exceptions.AxisError):
        function(np.zeros(3), axis=1)
