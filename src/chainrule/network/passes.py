"""One sample through a network, forward and backward, with all that can be looked at on the way."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from chainrule.layers.dense import Layers, run_layers
from chainrule.network.network import Network
from chainrule.network.parameters import Parameters
from chainrule.pipeline import value_and_grad
from chainrule.training.objective import objective_for
from chainrule.training.samples import as_targets

__all__ = ["Passes", "passes"]

Array = Any


@dataclass(frozen=True, eq=False)
class Passes:
    """The forward and the backward pass of one sample.

    Attributes:
        layers: net inputs ``z[l]`` and activations ``a[l]``; a[0] is the sample, a[L] the prediction.
        loss: E of this sample.
        gradients: of E by the parameters.
        input_gradient: of E by the sample (M_0,).
    """

    layers: Layers
    loss: float
    gradients: Parameters
    input_gradient: Array

    def delta(self, layer: int) -> Array:
        """Return δ^(l) = ∂E/∂z^(l), shape (M_l,): for one sample it is the gradient by b^(l), since ∂z/∂b = 1."""
        return self.gradients.b[layer]


def passes(network: Network, x: ArrayLike, y: ArrayLike) -> Passes:
    """Run one sample forward and backward.

    Args:
        network: the network; its output's usual loss is taken.
        x: the sample (M_0,).
        y: its target: a class number for softmax, else a number for each output.

    Raises:
        InputError, ShapeError: a sample or a target that does not fit.

    Example:
        >>> net = Network(widths=[2, 3, 2], output="softmax")
        >>> found = passes(net, [1.0, -1.0], 0)
        >>> found.input_gradient.shape, found.gradients.W[1].shape, found.delta(2).shape
        ((2,), (3, 2), (2,))
    """
    layers = network.forward(np.atleast_1d(x))
    objective = objective_for(network.architecture)
    target = as_targets(np.asarray(y)[None], 1, network.architecture, objective, network.dtype)

    def loss(params: dict[str, Array], sample: Array) -> Array:
        return objective.per_sample(run_layers(network.architecture, params, sample[None]), target)[0]

    value, (by_params, by_sample) = value_and_grad(loss, wrt=(0, 1))(dict(network.params), layers.a[0])
    return Passes(layers, float(value), Parameters(by_params), by_sample)
