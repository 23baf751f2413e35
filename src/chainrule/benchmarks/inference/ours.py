"""chainrule, as a user writes it."""

from collections.abc import Callable
from typing import Any

import chainrule as cr
from chainrule.benchmarks.cases import Net

__all__ = ["predictor"]

Array = Any


def predictor(net: Net, arrays: dict[str, Array], threads: int) -> Callable[[Array], Array]:
    """Return the function that predicts."""
    del threads  # from the environment
    network = cr.Network(net.widths, net.activation, net.output)
    for layer in range(1, net.n_layers + 1):
        network.W[layer], network.b[layer] = arrays[f"W{layer}"], arrays[f"b{layer}"]
    return network.predict
