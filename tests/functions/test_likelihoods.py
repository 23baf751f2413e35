"""Against the densities of SciPy: a loss differs from -log P by what no logit changes."""

from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn._loss.loss import HalfTweedieLoss

import chainrule as cr
from chainrule.errors import InputError, ShapeError
from chainrule.functions import gamma_loss, gaussian_loss, negative_binomial_loss, poisson_loss, tweedie_loss

RNG = np.random.default_rng(0)
Z = RNG.normal(size=200) * 2
COUNTS = RNG.poisson(3.0, 200).astype(float)
AMOUNTS = RNG.gamma(2.0, size=200)


def gamma_density(z: Any, y: Any) -> Any:
    return stats.gamma.logpdf(y, a=4.0, scale=np.exp(z) / 4) / 4


def negative_binomial_density(z: Any, y: Any, dispersion: float = 0.7) -> Any:
    n = 1 / dispersion
    return stats.nbinom.logpmf(y, n, n / (n + np.exp(z)))


@pytest.mark.parametrize(
    ("loss", "density", "target"),
    [
        (poisson_loss, lambda z, y: stats.poisson.logpmf(y, np.exp(z)), COUNTS),
        (gamma_loss, gamma_density, AMOUNTS),
        (lambda z, y: negative_binomial_loss(z, y, dispersion=0.7), negative_binomial_density, COUNTS),
    ],
    ids=["poisson", "gamma", "negative binomial"],
)
def test_it_changes_with_the_logit_as_the_likelihood_does(loss: Any, density: Any, target: Any) -> None:
    other = Z[::-1]
    found, expected = loss(Z, target) - loss(other, target), density(other, target) - density(Z, target)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_a_gaussian_of_its_own_variance() -> None:
    mean, log_variance, y = RNG.normal(size=(3, 50, 2))
    expected = -stats.norm.logpdf(y, mean, np.exp(log_variance / 2)) - np.log(2 * np.pi) / 2
    found = gaussian_loss(np.concatenate([mean, log_variance], axis=1), y)
    np.testing.assert_allclose(found, expected.mean(axis=1), rtol=1e-12)
    single = gaussian_loss(np.stack([mean[:, 0], log_variance[:, 0]], axis=1), y[:, 0])
    np.testing.assert_allclose(single, expected[:, 0], rtol=1e-12)


@pytest.mark.parametrize("power", [1.1, 1.5, 1.9])
def test_tweedie_is_that_of_scikit_learn(power: float) -> None:
    peer = HalfTweedieLoss(power=power)
    y = np.where(RNG.random(200) < 0.5, 0.0, AMOUNTS)
    found = tweedie_loss(Z, y, power) - tweedie_loss(np.zeros(200), y, power)
    expected = peer.loss(y, Z) - peer.loss(y, np.zeros(200))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("loss", "slope"),
    [
        (poisson_loss, lambda z, y: np.exp(z) - y),
        (gamma_loss, lambda z, y: -np.expm1(np.log(y) - z)),
        (tweedie_loss, lambda z, y: (np.exp(z) - y) * np.exp(-z / 2)),
        (negative_binomial_loss, lambda z, y: (np.exp(z) - y) / (1 + np.exp(z))),
    ],
)
def test_the_gradient_is_that_of_the_statistics_book(loss: Any, slope: Any) -> None:
    found = cr.grad(lambda z: np.sum(loss(z, AMOUNTS)))(Z)
    np.testing.assert_allclose(found, slope(Z, AMOUNTS), rtol=1e-12, atol=1e-13)


def test_a_learned_count_keeps_its_digits() -> None:
    """softplus(u) - y u would give 0 for one event of an exponential at its limit."""
    assert negative_binomial_loss([-800.0], [0.0])[0] == 0
    assert negative_binomial_loss([-40.0], [0.0])[0] == pytest.approx(np.exp(-40.0), rel=1e-15)
    assert negative_binomial_loss([800.0], [3.0])[0] == 800


@pytest.mark.parametrize("loss", [poisson_loss, gamma_loss, tweedie_loss, negative_binomial_loss])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes_and_shapes(loss: Any, dtype: Any) -> None:
    z, y = Z.reshape(50, 4).astype(dtype), AMOUNTS.reshape(50, 4).astype(dtype)
    assert loss(z, y).dtype == dtype
    assert loss(z, y).shape == (50,)
    assert loss(z[:0], y[:0]).shape == (0,)
    with pytest.raises(ShapeError, match="nothing is broadcast"):
        loss(z, y[:, :1])


def test_what_does_not_fit() -> None:
    for power in (1, 2, np.nan):
        with pytest.raises(InputError, match=r"power=.*greater than 1 and less than 2"):
            tweedie_loss(Z, AMOUNTS, power)
    with pytest.raises(InputError, match="dispersion=0"):
        negative_binomial_loss(Z, COUNTS, 0)
    with pytest.raises(ShapeError, match="two logits for each target"):
        gaussian_loss(Z.reshape(50, 4), AMOUNTS[:50])
