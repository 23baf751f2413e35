import mpmath
import numpy as np
import pytest


@pytest.fixture
def steps():
    """Run an optimizer on one number along given gradients; all values of the parameter."""

    def run(optimizer, start, gradients):
        params, values = np.array(start), []
        state = optimizer.init(params)
        for gradient in gradients:
            params, state = optimizer.step(params, np.array(gradient), state)
            values.append(float(params))
        return values

    return run


@pytest.fixture
def gradients():
    """Fifty gradients of all sizes and both signs, some of them zero."""
    random = np.random.default_rng(3)
    return random.normal(size=50) * 10.0 ** random.integers(-6, 4, size=50) * (random.random(50) > 0.1)


@pytest.fixture
def digits():
    """Arithmetic of 50 digits."""
    with mpmath.workdps(50):
        yield mpmath.mpf
