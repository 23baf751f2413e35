"""The passes of one sample, by finite differences and against the gradients of the network."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import InputError, ShapeError
from chainrule.network.passes import passes

X = np.array([0.3, -0.2, 0.5])


def network(output, width):
    return cr.Network([3, 4, width], activation="tanh", output=output, dtype="float64", seed=3)


CASES = [("softmax", 3, 2), ("sigmoid", 1, 1.0), ("sigmoid", 2, [1.0, 0.0]), ("identity", 1, 0.7)]


@pytest.mark.parametrize(("output", "width", "y"), CASES)
def test_gradients_by_the_sample_agree_with_finite_differences(output, width, y):
    net, step = network(output, width), 1e-6
    found = passes(net, X, y)
    losses = [[net.loss((X + side * step * row)[None], [y]) for side in (1, -1)] for row in np.eye(3)]
    expected = [(up - down) / (2 * step) for up, down in losses]
    assert found.input_gradient == pytest.approx(np.array(expected), rel=1e-6, abs=1e-9)
    assert found.loss == pytest.approx(net.loss(X[None], [y]))


@pytest.mark.parametrize(("output", "width", "y"), CASES)
def test_gradients_by_the_parameters_are_those_of_the_network(output, width, y):
    net = network(output, width)
    found, expected = passes(net, X, y), net.gradients(X[None], [y])
    assert list(found.gradients) == list(expected)
    assert all(found.gradients[name] == pytest.approx(expected[name]) for name in expected)


def test_the_gradient_by_weights_is_the_product_of_delta_and_what_the_layer_was_given():
    found = passes(network("softmax", 3), X, 0)
    for layer in (1, 2):
        assert found.gradients.W[layer] == pytest.approx(np.outer(found.delta(layer), found.layers.a[layer - 1]))


def test_delta_of_softmax_is_probability_minus_target():
    found = passes(network("softmax", 3), X, 1)
    assert found.delta(2) == pytest.approx(found.layers.a[2] - [0, 1, 0])


def test_what_does_not_fit_is_an_error():
    with pytest.raises(ShapeError):
        passes(network("softmax", 3), [1.0, 2.0], 0)
    with pytest.raises(InputError):
        passes(network("softmax", 3), X, 3)
