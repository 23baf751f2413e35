"""The optimizers of JAX: each as (state of the parameters, update)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["OPTIMIZERS"]

_MOMENTUM = 0.9
_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8


def _map(function: Any, *trees: Any) -> Any:
    import jax

    return jax.tree.map(function, *trees)


def _zeros(params: Any) -> Any:
    import jax.numpy as jnp

    return _map(jnp.zeros_like, params)


def _nothing(params: Any) -> Any:
    del params
    return ()


def _sgd(params: Any, gradients: Any, state: Any, rate: float) -> Any:
    return _map(lambda theta, g: theta - rate * g, params, gradients), state


def _momentum(params: Any, gradients: Any, velocity: Any, rate: float) -> Any:
    velocity = _map(lambda v, g: _MOMENTUM * v + g, velocity, gradients)
    return _map(lambda theta, v: theta - rate * v, params, velocity), velocity


def _adam_state(params: Any) -> Any:
    import jax.numpy as jnp

    return jnp.zeros(()), _zeros(params), _zeros(params)


def _adam(params: Any, gradients: Any, state: Any, rate: float) -> Any:
    import jax.numpy as jnp

    step, mean, mean_square = state
    step = step + 1
    mean = _map(lambda m, g: _BETA1 * m + (1 - _BETA1) * g, mean, gradients)
    mean_square = _map(lambda v, g: _BETA2 * v + (1 - _BETA2) * g * g, mean_square, gradients)
    c1, c2 = 1 - _BETA1**step, 1 - _BETA2**step

    def moved(theta: Any, m: Any, v: Any) -> Any:
        return theta - rate * (m / c1) / (jnp.sqrt(v / c2) + _EPSILON)

    return _map(moved, params, mean, mean_square), (step, mean, mean_square)


OPTIMIZERS: Mapping[str, Any] = MappingProxyType(
    {"sgd": (_nothing, _sgd), "momentum": (_zeros, _momentum), "adam": (_adam_state, _adam)}
)
