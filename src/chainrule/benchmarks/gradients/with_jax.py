"""JAX: the function with its twin of NumPy, compiled."""

from collections.abc import Callable
from typing import Any

from chainrule.benchmarks.cases import Gradient
from chainrule.benchmarks.gradients.formulas import FORMULAS, split

__all__ = ["call"]

Array = Any


def call(case: Gradient, arrays: dict[str, Array], threads: int) -> Callable[[], Any]:
    """Return the call of value and gradient."""
    del threads  # XLA takes them from the environment
    import jax
    import jax.numpy

    jax.config.update("jax_enable_x64", True)
    params, data = jax.device_put(split(arrays))
    function = jax.jit(jax.value_and_grad(FORMULAS[case.formula](jax.numpy)))
    return lambda: jax.block_until_ready(function(params, data))
