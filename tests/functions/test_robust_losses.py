from typing import Any

import mpmath as mp
import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, mean_pinball_loss

import chainrule as cr
from accuracy import largest_error
from chainrule.errors import InputError, ShapeError
from chainrule.functions import absolute_error, huber_error, log_cosh_error, pinball_error, squared_error

RNG = np.random.default_rng(0)
A, Y = RNG.normal(size=(20, 4)) * 3, RNG.normal(size=(20, 4))
SIZES = np.concatenate([[0.0, 5e-324], 10.0 ** np.linspace(-150, 150, 401), np.linspace(0.5, 1.5, 101)])


def test_absolute_and_pinball_errors_are_those_of_scikit_learn() -> None:
    assert absolute_error(A, Y).mean() == pytest.approx(mean_absolute_error(Y, A), rel=1e-14)
    for q in (0.1, 0.5, 0.9):
        assert pinball_error(A[:, 0], Y[:, 0], q).mean() == pytest.approx(
            mean_pinball_loss(Y[:, 0], A[:, 0], alpha=q), rel=1e-14
        )
    np.testing.assert_allclose(pinball_error(A, Y), absolute_error(A, Y) / 2, rtol=1e-14)


def test_one_target_for_several_quantiles() -> None:
    quantiles = [0.1, 0.4, 0.5, 0.9]
    columns = [pinball_error(A[:, k], Y[:, 0], q) for k, q in enumerate(quantiles)]
    for target in (Y[:, 0], Y[:, :1]):
        np.testing.assert_allclose(pinball_error(A, target, quantiles), np.mean(columns, axis=0), rtol=1e-14)


def test_the_constant_with_the_least_pinball_error_is_the_quantile() -> None:
    y = RNG.exponential(size=1001)
    for q in (0.05, 0.5, 0.95):
        losses = [pinball_error(np.full_like(y, a), y, q).mean() for a in np.sort(y)]
        assert np.sort(y)[np.argmin(losses)] == pytest.approx(np.quantile(y, q), abs=1e-12)


def test_huber_error_near_and_far() -> None:
    near, far = np.array([0.0, 1e-9, 0.5, -1.0]), np.array([1.5, -1e6])
    np.testing.assert_allclose(huber_error(near, 0 * near), near**2 / 2, rtol=1e-15)
    np.testing.assert_allclose(huber_error(far, 0 * far), np.abs(far) - 0.5, rtol=1e-15)
    np.testing.assert_allclose(2 * huber_error(A, Y, delta=1e3), squared_error(A, Y), rtol=1e-14)
    np.testing.assert_allclose(huber_error(A, Y, delta=1e-9) * 1e9, absolute_error(A, Y), rtol=1e-6)


def test_log_cosh_error_keeps_its_digits() -> None:
    def reference(d: Any) -> Any:
        with mp.workdps(360):  # cosh(1e-150) is 1 to 300 digits
            return mp.log(mp.cosh(d)) if d < 1e5 else d - mp.log(2)

    assert largest_error(lambda d: log_cosh_error(d, np.zeros_like(d)), reference, SIZES) <= 3


@pytest.mark.parametrize("loss", [absolute_error, huber_error, log_cosh_error, pinball_error])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_slope_is_that_of_differences(loss: Any, dtype: Any) -> None:
    a, y = A.astype(dtype), Y.astype(dtype)
    slope = cr.grad(lambda a: np.sum(loss(a, y)))(a)
    assert slope.dtype == loss(a, y).dtype == dtype
    step = 1e-6
    for i, k in [(0, 0), (3, 2), (19, 3)]:
        up, down = A.copy(), A.copy()
        up[i, k] += step
        down[i, k] -= step
        expected = (loss(up, Y)[i] - loss(down, Y)[i]) / (2 * step)
        assert slope[i, k] == pytest.approx(expected, abs=1e-6)


def test_the_slope_at_a_hit_is_zero() -> None:
    for loss in (absolute_error, huber_error, log_cosh_error):
        assert cr.grad(lambda a, loss=loss: np.sum(loss(a, np.ones(3))))(np.ones(3)).tolist() == [0.0] * 3


@pytest.mark.parametrize("loss", [absolute_error, huber_error, log_cosh_error])
def test_nothing_is_broadcast(loss: Any) -> None:
    with pytest.raises(ShapeError, match=rf"{loss.__name__}: prediction has shape \(20, 1\).*target\.reshape"):
        loss(A[:, :1], Y[:, 0])


def test_settings_that_do_not_fit() -> None:
    for delta in (0, -1.0, np.nan, np.inf):
        with pytest.raises(InputError, match=r"delta=.*must be greater than 0"):
            huber_error(A, Y, delta)
    for quantile in (0, 1.0, -0.5, np.nan, [0.1, 0.5, 0.9, 1.5]):
        with pytest.raises(InputError, match="each must be greater than 0 and less than 1"):
            pinball_error(A, Y, quantile)
    with pytest.raises(ShapeError, match="2 quantiles for a prediction of shape"):
        pinball_error(A, Y, [0.1, 0.9])
