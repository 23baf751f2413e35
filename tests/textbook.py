"""Backpropagation as a textbook prints it, in plain NumPy: delta of the last layer, then of each layer before it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

HIDDEN = {  # f, and f' by z
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(z.dtype)),
    "softplus": (lambda z: np.log(1 + np.exp(z)), lambda z: 1 / (1 + np.exp(-z))),
}


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# The prediction, and delta^(L) = dE/dz^(L) for the usual loss of the output, y being (N, K).
OUTPUT = {
    "identity": (lambda z: z, lambda a, y: 2 * (a - y) / y.size),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a, y: (a - y) / y.size),
    "softmax": (softmax, lambda a, y: (a - y) / len(y)),
}


def gradients(params: Mapping[str, Any], X: Any, y: Any, hidden: str, output: str) -> dict[str, Any]:
    """dE/dW and dE/db of every layer for a batch with targets y (N, K)."""
    n_layers = len(params) // 2
    (f, slope), (last, delta_of) = HIDDEN[hidden], OUTPUT[output]
    z: dict[int, Any] = {}
    a: dict[int, Any] = {0: X}
    for layer in range(1, n_layers + 1):
        z[layer] = a[layer - 1] @ params[f"W{layer}"].T + params[f"b{layer}"]
        a[layer] = last(z[layer]) if layer == n_layers else f(z[layer])
    found = {}
    delta = delta_of(a[n_layers], y)
    for layer in range(n_layers, 0, -1):
        found[f"W{layer}"] = delta.T @ a[layer - 1]
        found[f"b{layer}"] = delta.sum(axis=0)
        if layer > 1:
            delta = (delta @ params[f"W{layer}"]) * slope(z[layer - 1])
    return found
