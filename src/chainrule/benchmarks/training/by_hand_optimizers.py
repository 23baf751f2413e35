"""The optimizers of NumPy by hand: one sweep over all parameters, nothing allocated."""

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np

__all__ = ["UPDATES"]

Array = Any
Update = Callable[[Array], None]

_MOMENTUM = 0.9
_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8


def _sgd(theta: Array, rate: float) -> Update:
    def update(g: Array) -> None:
        np.multiply(g, rate, out=g)
        np.subtract(theta, g, out=theta)

    return update


def _momentum(theta: Array, rate: float) -> Update:
    velocity, scratch = np.zeros_like(theta), np.empty_like(theta)

    def update(g: Array) -> None:
        np.multiply(velocity, _MOMENTUM, out=velocity)
        np.add(velocity, g, out=velocity)
        np.multiply(velocity, rate, out=scratch)
        np.subtract(theta, scratch, out=theta)

    return update


def _adam(theta: Array, rate: float) -> Update:
    mean, mean_square, scratch = np.zeros_like(theta), np.zeros_like(theta), np.empty_like(theta)
    step = 0

    def update(g: Array) -> None:
        nonlocal step
        step += 1
        np.multiply(mean, _BETA1, out=mean)
        np.multiply(g, 1 - _BETA1, out=scratch)
        np.add(mean, scratch, out=mean)
        np.multiply(mean_square, _BETA2, out=mean_square)
        np.multiply(g, g, out=g)
        np.multiply(g, 1 - _BETA2, out=g)
        np.add(mean_square, g, out=mean_square)
        # rate * (mean / c1) / (sqrt(mean_square / c2) + eps), with the scalars drawn together
        root = math.sqrt(1 - _BETA2**step)
        np.sqrt(mean_square, out=scratch)
        np.add(scratch, _EPSILON * root, out=scratch)
        np.divide(mean, scratch, out=scratch)
        np.multiply(scratch, rate * root / (1 - _BETA1**step), out=scratch)
        np.subtract(theta, scratch, out=theta)

    return update


UPDATES = MappingProxyType({"sgd": _sgd, "momentum": _momentum, "adam": _adam})
