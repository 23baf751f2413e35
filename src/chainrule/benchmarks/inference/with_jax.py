"""JAX: one compiled function, with the weights as its constants; NumPy in and out."""

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.benchmarks.cases import Net
from chainrule.benchmarks.training.with_jax import logits, weights

__all__ = ["predictor"]

Array = Any


def predictor(net: Net, arrays: dict[str, Array], threads: int) -> Callable[[Array], Array]:
    """Return the function that predicts."""
    del threads  # XLA takes them from the environment
    import jax

    params = weights(arrays)
    run = jax.jit(lambda X: jax.nn.softmax(logits(net, params, X)))
    return lambda X: np.asarray(run(X))
