from itertools import product
from typing import Any

import mpmath as mp
import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ShapeError
from chainrule.functions import cox_loss

RNG = np.random.default_rng(0)
RISK = RNG.normal(size=12)
TIME = RNG.integers(1, 8, 12).astype(float)  # with ties
EVENT = (RNG.random(12) < 0.6).astype(float)
TARGET = np.stack([TIME, EVENT], axis=1)


def partial_likelihood(risk: Any) -> list[Any]:
    """Sample by sample, as in the book."""
    with mp.workdps(50):
        weight = [mp.exp(mp.mpf(float(z))) for z in risk]
        there = [sum(w for w, t in zip(weight, TIME, strict=True) if t >= time) for time in TIME]
        return [mp.log(total / w) * int(e) for total, w, e in zip(there, weight, EVENT, strict=True)]


@pytest.mark.parametrize("scale", [0.01, 1.0, 300.0])
def test_it_is_the_partial_likelihood(scale: float) -> None:
    expected = [float(each) for each in partial_likelihood(scale * RISK)]
    np.testing.assert_allclose(cox_loss(scale * RISK, TARGET), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(cox_loss(scale * RISK[:, np.newaxis], TARGET), cox_loss(scale * RISK, TARGET))


def test_the_slope_is_that_of_differences() -> None:
    slope = cr.grad(lambda z: np.sum(cox_loss(z, TARGET)))(RISK)
    for i in range(12):
        step = np.zeros(12)
        step[i] = 1e-6
        expected = (np.sum(cox_loss(RISK + step, TARGET)) - np.sum(cox_loss(RISK - step, TARGET))) / 2e-6
        assert slope[i] == pytest.approx(expected, abs=1e-6)


def test_a_common_risk_cancels() -> None:
    np.testing.assert_allclose(cox_loss(RISK + 500, TARGET), cox_loss(RISK, TARGET), rtol=1e-12, atol=1e-12)


def test_nobody_has_an_event() -> None:
    unseen = np.stack([TIME, 0 * TIME], axis=1)
    assert not cox_loss(RISK, unseen).any()
    assert not cr.grad(lambda z: np.sum(cox_loss(z, unseen)))(RISK).any()


@pytest.mark.parametrize(("risk", "target"), list(product([RISK[:5], RISK.reshape(3, 4)], [TARGET, TIME])))
def test_shapes_that_do_not_fit(risk: Any, target: Any) -> None:
    with pytest.raises(ShapeError, match="the time, and 1 for an event"):
        cox_loss(risk, target)
