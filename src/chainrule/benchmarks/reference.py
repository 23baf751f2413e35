"""What the results of competitors are compared by: formulas as in the textbook, in float64, the same for all."""

from typing import Any

import numpy as np

from chainrule.benchmarks.cases import Net

__all__ = ["loss", "prediction"]

Array = Any

ACTIVATIONS: dict[str, Any] = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}


def loss(net: Net, params: dict[str, Array], X: Array, y: Array) -> float:
    """Return the mean loss: cross-entropy on the logits, or the squared error."""
    z = _logits(net, params, X)
    if net.output == "softmax":
        return float(np.mean(np.logaddexp.reduce(z, axis=1) - z[np.arange(len(y)), y]))
    if net.output == "sigmoid":
        return float(np.mean(np.logaddexp(0, z) - y * z))
    return float(np.mean((z - y) ** 2))


def prediction(net: Net, params: dict[str, Array], X: Array) -> Array:
    """Return the activations of the last layer of a network with softmax."""
    z = _logits(net, params, X)
    return np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))


def _logits(net: Net, params: dict[str, Array], X: Array) -> Array:
    a = X.astype(np.float64)
    for layer in range(1, net.n_layers + 1):
        z = a @ params[f"W{layer}"].T.astype(np.float64) + params[f"b{layer}"]
        a = ACTIVATIONS[net.activation](z)
    return z
