import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import InputError
from chainrule.training.optimizers import Adam, GradientDescent, Scheduled
from chainrule.training.schedules import Cosine

X = np.random.default_rng(0).normal(size=(64, 3)).astype(np.float32)
Y = np.sin(X.sum(axis=1, keepdims=True))


def test_each_step_has_the_factor_at_its_middle(steps):
    values = steps(Scheduled(GradientDescent(0.5), lambda t: t**2, steps=4), 0.0, [-1.0] * 6)
    factors = [(1 / 8) ** 2, (3 / 8) ** 2, (5 / 8) ** 2, (7 / 8) ** 2, 1, 1]
    assert values == pytest.approx(np.cumsum(0.5 * np.array(factors)), rel=1e-15)


def test_it_is_the_optimizer_at_a_learning_rate_of_its_own_in_each_step(steps, gradients):
    schedule, expected, theta = Cosine(warmup=0.1), [], np.array(2.0)
    state = Adam().init(theta)
    for k, gradient in enumerate(gradients):
        now = Adam(learning_rate=1e-3 * schedule((k + 0.5) / len(gradients)))
        theta, state = now.step(theta, np.array(gradient), state)
        expected.append(float(theta))
    assert steps(Scheduled(Adam(), schedule, steps=len(gradients)), 2.0, gradients) == expected


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_stay(dtype):
    params = {"W": np.ones((2, 3), dtype)}
    optimizer = Scheduled(Adam(), Cosine(), steps=3)
    moved, state = optimizer.step(params, params, optimizer.init(params))
    assert moved["W"].dtype == state["optimizer"]["mean"]["W"].dtype == dtype
    assert optimizer.step({}, {}, optimizer.init({}))[0] == {}


def test_runs_of_any_length_are_the_same_step():
    assert Scheduled(Adam(), Cosine(), steps=3) == Scheduled(Adam(), Cosine(), steps=30)
    assert hash(Scheduled(Adam(), Cosine(), steps=3)) == hash(Scheduled(Adam(), Cosine(), steps=30))


class Still:
    def init(self, params):
        return {}

    def step(self, params, gradients, state):
        return params, state


def test_an_optimizer_without_a_learning_rate():
    with pytest.raises(InputError, match="has no learning_rate that a schedule could change"):
        Scheduled(Still(), Cosine(), steps=3)


def test_a_schedule_that_ends_at_once_leaves_the_network_as_it_is():
    net = cr.Network(widths=[3, 5, 1])
    before = [array.copy() for array in net.params.values()]
    net.fit(X, Y, epochs=3, schedule=lambda t: 0.0 * t, progress=False)
    for array, old in zip(net.params.values(), before, strict=True):
        np.testing.assert_array_equal(array, old)


def test_fit_counts_the_steps_of_all_epochs():
    """With gradients of one size, what a parameter moves is the sum of the factors."""
    net = cr.Network(widths=[1, 1], dtype="float64")
    net.W[1], net.b[1] = [[0.0]], [0.0]
    ones = np.ones((10, 1))
    optimizer = GradientDescent(learning_rate=1.0)
    net.fit(ones, ones, 2, 4, optimizer, loss=lambda a, y: a[:, 0] + 0 * y[:, 0], schedule=Cosine(), progress=False)
    factors = Cosine()((np.arange(6) + 0.5) / 6)
    assert net.b[1][0] == pytest.approx(-factors.sum(), rel=1e-14)
