import mpmath
import numpy as np
import pytest
from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

from chainrule.training.optimizers import GradientDescent, Momentum


@pytest.mark.parametrize("nesterov", [False, True])
def test_on_a_parabola_it_is_a_power_of_a_matrix(digits, nesterov):
    """On c theta^2 / 2 a step is linear in (theta, v), so fifty steps are the fiftieth power of a matrix."""
    rate, mu, c = digits("0.1"), digits("0.8"), digits("0.7")
    velocity = [c, mu]
    direction = [c + mu * velocity[0], mu * velocity[1]] if nesterov else velocity
    theta = mpmath.matrix([[1 - rate * direction[0], -rate * direction[1]], velocity]) ** 50 * mpmath.matrix([3, 0])
    optimizer = Momentum(learning_rate=0.1, momentum=0.8, nesterov=nesterov)
    params = np.array(3.0)
    state = optimizer.init(params)
    for _ in range(50):
        params, state = optimizer.step(params, 0.7 * params, state)
    assert float(params) == pytest.approx(float(theta[0]), rel=1e-12)
    assert float(state["velocity"]) == pytest.approx(float(theta[1]), rel=1e-12)


@pytest.mark.parametrize("nesterov", [False, True])
def test_it_agrees_with_scikit_learn(steps, gradients, nesterov):
    theta = np.array([2.0])
    peer = SGDOptimizer([theta], learning_rate_init=0.01, momentum=0.9, nesterov=nesterov)
    expected = []
    for gradient in gradients:
        peer.update_params([theta], [np.array([gradient])])
        expected.append(theta[0])
    assert steps(Momentum(learning_rate=0.01, nesterov=nesterov), 2.0, gradients) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("nesterov", [False, True])
def test_without_momentum_it_is_gradient_descent(steps, gradients, nesterov):
    plain = steps(GradientDescent(learning_rate=0.1), 2.0, gradients)
    assert steps(Momentum(learning_rate=0.1, momentum=0, nesterov=nesterov), 2.0, gradients) == plain


def test_steps_under_a_steady_gradient_grow_to_their_limit(steps):
    values = steps(Momentum(learning_rate=0.1, momentum=0.9), 0.0, [1.0] * 300)
    assert values[-2] - values[-1] == pytest.approx(0.1 / (1 - 0.9))
