import itertools
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from sklearn.metrics import hinge_loss as hinge_of_scikit_learn

import chainrule as cr
from accuracy import largest_error
from chainrule.errors import InputError, ShapeError
from chainrule.functions import binary_cross_entropy, focal_loss, hinge_loss, ordinal_loss

RNG = np.random.default_rng(0)
Z, BITS = RNG.normal(size=(20, 4)) * 3, RNG.integers(0, 2, (20, 4)).astype(float)
CLASSES = RNG.integers(0, 5, 20)


def test_hinge_loss_is_that_of_scikit_learn() -> None:
    expected = hinge_of_scikit_learn(2 * BITS[:, 0] - 1, Z[:, 0])
    assert hinge_loss(Z[:, 0], BITS[:, 0]).mean() == pytest.approx(expected, rel=1e-14)


def test_focal_loss_without_focus_is_the_cross_entropy() -> None:
    np.testing.assert_allclose(focal_loss(Z, BITS, gamma=0), binary_cross_entropy(Z, BITS), rtol=1e-14)


@pytest.mark.parametrize("gamma", [0.5, 2.0, 5.0])
def test_focal_loss_keeps_its_digits(gamma: float) -> None:
    z = np.linspace(-60, 60, 301)

    def reference(z: Any) -> Any:
        p = 1 / (1 + mp.exp(-z))
        return -(mp.mpf(gamma) and (1 / (1 + mp.exp(z))) ** gamma) * mp.log(p)

    assert largest_error(lambda z: focal_loss(z, np.ones_like(z), gamma), reference, z) <= 12


def probabilities(z: Any) -> list[Any]:
    """Of the classes, as the docstring says it."""
    cumulative = [mp.mpf(z[0])]
    for each in z[1:]:
        cumulative.append(cumulative[-1] - mp.log1p(mp.exp(mp.mpf(each))))
    reached = [mp.mpf(1), *(1 / (1 + mp.exp(-c)) for c in cumulative), mp.mpf(0)]
    return [one - other for one, other in itertools.pairwise(reached)]


def test_ordinal_loss_against_fifty_digits() -> None:
    logits = np.concatenate([Z, RNG.normal(size=(20, 4)) * 40])
    labels = np.concatenate([CLASSES, CLASSES[::-1]])
    with mp.workdps(120):
        rows = [probabilities([float(each) for each in row]) for row in logits]
        assert all(abs(sum(row) - 1) < mp.mpf(10) ** -100 for row in rows)
        expected = [float(-mp.log(row[label])) for row, label in zip(rows, labels, strict=True)]
    np.testing.assert_allclose(ordinal_loss(logits, labels), expected, rtol=1e-13)


def test_ordinal_loss_of_two_classes_is_the_binary_cross_entropy() -> None:
    labels = BITS[:, 0].astype(int)
    np.testing.assert_allclose(ordinal_loss(Z[:, :1], labels), binary_cross_entropy(Z[:, :1], BITS[:, :1]), rtol=1e-14)


@pytest.mark.parametrize(
    "loss",
    [
        lambda z: hinge_loss(z, BITS),
        lambda z: focal_loss(z, BITS),
        lambda z: focal_loss(z, BITS, gamma=0.0),
        lambda z: ordinal_loss(z, CLASSES),
    ],
    ids=["hinge", "focal", "unfocused", "ordinal"],
)
def test_the_slope_is_that_of_differences(loss: Any) -> None:
    slope = cr.grad(lambda z: np.sum(loss(z)))(Z)
    for i, k in [(0, 0), (7, 1), (19, 3)]:
        step = np.zeros_like(Z)
        step[i, k] = 1e-6
        expected = (loss(Z + step)[i] - loss(Z - step)[i]) / 2e-6
        assert slope[i, k] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes(dtype: Any) -> None:
    z, y = Z.astype(dtype), BITS.astype(dtype)
    assert hinge_loss(z, y).dtype == focal_loss(z, y).dtype == ordinal_loss(z, CLASSES).dtype == dtype


def test_what_does_not_fit() -> None:
    with pytest.raises(InputError, match="gamma=-1"):
        focal_loss(Z, BITS, -1)
    with pytest.raises(ShapeError, match=r"K - 1 logits for K classes"):
        ordinal_loss(Z[:, 0], CLASSES)
    with pytest.raises(ShapeError, match="must be integers, not float64"):
        ordinal_loss(Z, CLASSES.astype(float))
    with pytest.raises(InputError, match="labels go from 1 to 5, but 4 logits"):
        ordinal_loss(Z[:2], np.array([1, 5]))
