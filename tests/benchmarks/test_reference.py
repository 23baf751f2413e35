"""The formulas that results are compared by, against scikit-learn and SciPy."""

import numpy as np
import pytest
from scipy import special
from sklearn.metrics import log_loss

from chainrule.benchmarks import reference
from chainrule.benchmarks.cases import Net
from chainrule.benchmarks.data import parameters

rng = np.random.default_rng(3)
X = rng.standard_normal((20, 4))


def logits(net, params):
    """A network with one hidden layer."""
    hidden = X @ params["W1"].T + params["b1"]
    a = np.tanh(hidden) if net.activation == "tanh" else np.where(hidden > 0, hidden, 0)
    return a @ params["W2"].T + params["b2"]


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_softmax(activation):
    net = Net((4, 6, 3), activation)
    params, y = parameters(net), np.arange(20) % 3
    expected = special.softmax(logits(net, params), axis=1)
    np.testing.assert_allclose(reference.prediction(net, params, X), expected, rtol=1e-12)
    assert reference.loss(net, params, X, y) == pytest.approx(log_loss(y, expected), rel=1e-12)


def test_sigmoid():
    net = Net((4, 6, 1), "tanh", "sigmoid")
    params, y = parameters(net), (np.arange(20) % 2)[:, None]
    expected = log_loss(y, special.expit(logits(net, params)))
    assert reference.loss(net, params, X, y) == pytest.approx(expected, rel=1e-12)


def test_identity():
    from sklearn.metrics import mean_squared_error

    net = Net((4, 6, 2), "relu", "identity")
    params, y = parameters(net), rng.standard_normal((20, 2))
    expected = mean_squared_error(y, logits(net, params))
    assert reference.loss(net, params, X, y) == pytest.approx(expected, rel=1e-12)
