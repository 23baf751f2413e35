r"""Initial weights: small random numbers whose variance keeps the size of activations from layer to layer.

With M_in inputs and M_out units, and entries drawn with mean 0 and variance

- Glorot:  :math:`2 / (M_{in} + M_{out})`, for functions that are nearly linear at 0 (tanh, sigmoid, identity, softmax).
  Glorot, Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks".
- He:      :math:`2 / M_{in}`, for functions that pass only positive inputs (relu and its smooth relatives).
  He et al. (2015), "Delving deep into rectifiers".
- LeCun:   :math:`1 / M_{in}`, for selu.  LeCun et al. (1998), "Efficient BackProp"; Klambauer et al. (2017).
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.layers.dense import Architecture
from chainrule.layers.randomness import Purpose, random_stream

__all__ = ["VARIANCES", "initial_parameters"]

VARIANCES: Mapping[str, Callable[[int, int], float]] = MappingProxyType(
    {
        "glorot": lambda n_in, n_out: 2 / (n_in + n_out),
        "he": lambda n_in, n_out: 2 / n_in,
        "lecun": lambda n_in, n_out: 1 / n_in,
    }
)

_HE = ("relu", "leaky_relu", "elu", "softplus", "silu", "gelu", "mish")


def initial_parameters(architecture: Architecture, seed: int, dtype: np.dtype[Any]) -> dict[str, Any]:
    """Return W1, b1, W2, b2 ...: weights by the rule that fits each activation function, biases 0.

    Each layer has a stream of random numbers of its own: its weights do not depend on the other layers.

    Example:
        >>> params = initial_parameters(Architecture((4, 5, 1), "relu", "identity"), seed=0, dtype=np.dtype("float32"))
        >>> {name: array.shape for name, array in params.items()}
        {'W1': (5, 4), 'b1': (5,), 'W2': (1, 5), 'b2': (1,)}
    """
    params: dict[str, Any] = {}
    layers = zip(architecture.shapes, architecture.activations, strict=True)
    for layer, ((n_out, n_in), name) in enumerate(layers, start=1):
        spread = math.sqrt(VARIANCES[_rule(name)](n_in, n_out))
        numbers = random_stream(seed, Purpose.INITIAL_WEIGHTS, layer).standard_normal((n_out, n_in))
        params[f"W{layer}"] = (spread * numbers).astype(dtype)
        params[f"b{layer}"] = np.zeros(n_out, dtype)
    return params


def _rule(activation: str) -> str:
    if activation in _HE:
        return "he"
    return "lecun" if activation == "selu" else "glorot"
