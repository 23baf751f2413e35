import numpy as np
import pytest

from chainrule.training.optimizers import Lion


def test_every_step_has_the_size_of_the_learning_rate(steps):
    values = steps(Lion(learning_rate=0.25), 0.0, [1e-30, -7.0, 1e30, 3.0])
    assert np.diff([0.0, *values]).tolist() == [-0.25, 0.25, -0.25, -0.25]


def test_the_direction_is_that_of_the_weighted_sum_of_all_gradients(steps, gradients, digits):
    """The recurrence, solved: m_{t-1} is the sum of (1 - b2) b2^(t-1-i) g_i."""
    b1, b2 = digits(0.5), digits(0.75)
    theta, expected = digits(2), []
    for t, gradient in enumerate(gradients):
        mean = sum(((1 - b2) * b2 ** (t - 1 - i) * digits(float(g)) for i, g in enumerate(gradients[:t])), digits(0))
        ahead = b1 * mean + (1 - b1) * digits(float(gradient))
        theta -= digits(0.125) * ((ahead > 0) - (ahead < 0)) + digits(0.125) * digits(0.25) * theta
        expected.append(float(theta))
    found = steps(Lion(learning_rate=0.125, beta1=0.5, beta2=0.75, weight_decay=0.25), 2.0, gradients)
    assert found == pytest.approx(expected, rel=1e-12)


def test_without_gradients_parameters_decay_as_a_geometric_sequence(steps):
    values = steps(Lion(learning_rate=0.1, weight_decay=0.2), 3.0, [0.0] * 50)
    assert values == pytest.approx([3.0 * 0.98**k for k in range(1, 51)], rel=1e-13)
