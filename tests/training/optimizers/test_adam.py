import mpmath
import numpy as np
import pytest
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

from chainrule.training.optimizers import Adam


def test_it_is_the_weighted_mean_of_the_gradients_over_that_of_their_squares(steps, gradients, digits):
    """The recurrences, solved: m_t / (1 - b^t) is the sum of b^(t-i) g_i over the sum of b^(t-i)."""
    exact = [digits(float(gradient)) for gradient in gradients]
    theta, expected = digits(2), []
    for t in range(1, len(exact) + 1):
        weights1 = [digits(0.9) ** (t - i) for i in range(1, t + 1)]
        weights2 = [digits(0.999) ** (t - i) for i in range(1, t + 1)]
        mean = mpmath.fdot(weights1, exact[:t]) / mpmath.fsum(weights1)
        mean_square = mpmath.fdot(weights2, [gradient**2 for gradient in exact[:t]]) / mpmath.fsum(weights2)
        theta -= digits(0.01) * mean / (mpmath.sqrt(mean_square) + digits(1e-8))
        expected.append(float(theta))
    assert steps(Adam(learning_rate=0.01), 2.0, gradients) == pytest.approx(expected, rel=1e-12)


def test_it_agrees_with_scikit_learn(steps, gradients):
    theta = np.array([2.0])
    peer = AdamOptimizer([theta], learning_rate_init=0.01, beta_1=0.8, beta_2=0.99, epsilon=1e-200)
    expected = []
    for gradient in gradients:
        peer.update_params([theta], [np.array([gradient])])
        expected.append(theta[0])
    optimizer = Adam(learning_rate=0.01, beta1=0.8, beta2=0.99, epsilon=1e-200)
    assert steps(optimizer, 2.0, gradients) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("gradient", [1e-3, 1.0, -1e6])
def test_the_first_step_has_the_size_of_the_learning_rate(steps, gradient):
    assert abs(steps(Adam(learning_rate=0.01), 0.0, [gradient])[0]) == pytest.approx(0.01, rel=1e-4)


def test_float32_stays_near_float64(gradients):
    finals = []
    for dtype in (np.float32, np.float64):
        params, optimizer = np.ones(1, dtype=dtype), Adam(learning_rate=0.01)
        state = optimizer.init(params)
        for gradient in gradients.astype(dtype):
            params, state = optimizer.step(params, gradient * np.ones(1, dtype=dtype), state)
        finals.append(params[0])
    assert finals[0] == pytest.approx(finals[1], rel=1e-5)


def test_the_step_count_goes_on_from_the_state():
    optimizer, params = Adam(), np.array(1.0)
    state = optimizer.init(params)
    for count in range(1, 4):
        params, state = optimizer.step(params, np.array(0.5), state)
        assert state["step"] == count
        assert state["step"].dtype == np.int64
