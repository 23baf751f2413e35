import numpy as np
import pytest

from chainrule.training.optimizers import Adam, AdamW


def test_without_gradients_parameters_decay_as_a_geometric_sequence(steps):
    values = steps(AdamW(learning_rate=0.1, weight_decay=0.2), 3.0, [0.0] * 50)
    assert values == pytest.approx([3.0 * 0.98**k for k in range(1, 51)], rel=1e-13)


def test_without_decay_it_is_adam(steps, gradients):
    assert steps(AdamW(weight_decay=0), 2.0, gradients) == steps(Adam(), 2.0, gradients)


def test_each_step_is_that_of_adam_and_the_decay(steps, gradients):
    """The directions do not depend on the parameters, so the values solve a linear recurrence."""
    optimizer = AdamW(learning_rate=0.01, weight_decay=0.3)
    moves = np.diff(steps(Adam(learning_rate=0.01), 0.0, gradients), prepend=0.0)
    expected, theta = [], 2.0
    for move in moves:
        theta = (1 - 0.01 * 0.3) * theta + move
        expected.append(theta)
    assert steps(optimizer, 2.0, gradients) == pytest.approx(expected, rel=1e-10)
