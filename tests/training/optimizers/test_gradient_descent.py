import numpy as np
import pytest

from chainrule.training.optimizers import GradientDescent


def test_on_a_parabola_it_is_a_geometric_sequence():
    theta, curvature = np.array(3.0), 0.7
    descent = GradientDescent(learning_rate=0.3)
    for _ in range(50):
        theta, _ = descent.step(theta, curvature * theta, descent.init(theta))
    assert theta == pytest.approx(3.0 * (1 - 0.3 * 0.7) ** 50, rel=1e-13)


def test_a_learning_rate_of_1_is_the_line_of_the_textbook(steps, gradients):
    values = steps(GradientDescent(learning_rate=1), 2.0, gradients)
    assert values == np.subtract.accumulate([2.0, *gradients])[1:].tolist()
