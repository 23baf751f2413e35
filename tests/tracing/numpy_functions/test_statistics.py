import numpy as np
import pytest

import chainrule as cr
from faithful import assert_same_values, check_expression, check_slope, function_of, lines

SMOOTH = lines("""
    np.mean(A)
    np.mean(A, axis=0)
    np.mean(T, axis=(0, -1), keepdims=True)
    np.mean(s)
    A.mean(-1)
    np.var(A)
    np.var(A, axis=0, ddof=1)
    np.var(T, axis=-1, keepdims=True)
    np.var(A, 1, correction=1)
    np.var(A, axis=0, mean=np.mean(A, axis=0, keepdims=True))
    A.var(axis=1)
    np.std(A)
    np.std(A, axis=0, ddof=1, keepdims=True)
    np.std(T, axis=(0, 2))
    A.std()
    np.average(A)
    np.average(A, axis=0, weights=u)
    np.average(A, weights=P)
    np.average(A, axis=0, weights=u, returned=True)
    np.average(A, axis=1, keepdims=True)
    np.median(A)
    np.median(A, axis=0)
    np.median(T, axis=(0, 2), keepdims=True)
    np.median(v)
    np.median(s)
    np.quantile(A, 0.3)
    np.quantile(A, [0.1, 0.5, 1.0], axis=1)
    np.quantile(T, [0.1, 0.6], axis=(0, 2), keepdims=True)
    np.percentile(A, 30, axis=0, keepdims=True)
    np.percentile(A, [10, 90])
    np.cov(A)
    np.cov(A, rowvar=False, ddof=0)
    np.cov(v, B[0])
    np.cov(v)
    np.corrcoef(A)
    np.nanmean(A, axis=0)
    np.nanvar(A, axis=1, keepdims=True)
    np.nanstd(A, ddof=1)
""")

STEPS = lines("""
    np.mean(E)
    np.mean(E, axis=0)
    np.var(E)
    np.std(E, axis=0)
    np.median(E, axis=0)
    np.median(N, axis=1)
    np.quantile(N, 0.5, axis=0)
    np.nanmean(N)
    np.nanmean(N, axis=0)
    np.nanvar(N, axis=1)
    np.nanvar(N, axis=1, ddof=1)
    np.nanstd(N, axis=0)
""")


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


# --- hard points --------------------------------------------------------------------------------------------


def test_variance_and_deviation_of_equal_entries_have_gradient_zero() -> None:
    x = np.full(4, 3.7)
    np.testing.assert_array_equal(cr.grad(np.var)(x), np.zeros(4))
    np.testing.assert_array_equal(cr.grad(np.std)(x), np.zeros(4))
    np.testing.assert_array_equal(cr.grad(lambda x: np.std(x, axis=0).sum())(np.ones((3, 2))), np.zeros((3, 2)))
    assert cr.jvp(np.std, (x,), (np.arange(4.0),))[1] == 0


def test_deviation_of_one_entry() -> None:
    np.testing.assert_array_equal(cr.grad(np.std)(np.array([2.0])), [0.0])


def test_mean_of_nothing_is_nan_without_a_warning() -> None:
    assert np.isnan(cr.value_and_grad(np.mean)(np.zeros(0))[0])


def test_median_of_an_even_number_shares_the_gradient_between_the_two_in_the_middle() -> None:
    np.testing.assert_array_equal(cr.grad(np.median)(np.array([4.0, 1.0, 3.0, 9.0])), [0.5, 0, 0.5, 0])


def test_median_of_equal_entries_has_a_gradient_that_sums_to_one() -> None:
    assert cr.grad(np.median)(np.array([2.0, 2.0, 2.0])).sum() == 1


def test_half_precision_means_are_computed_in_single_precision() -> None:
    x = np.full(1000, 100.0, np.float16)  # the sum is beyond float16
    assert_same_values(cr.value_and_grad(np.mean)(x)[0], np.mean(x))


def test_other_kinds_of_quantiles_are_refused() -> None:
    with pytest.raises(cr.errors.TraceError, match="only method='linear'"):
        cr.trace(lambda x: np.quantile(x, 0.5, method="nearest"), np.ones(3))
