"""Functions of chainrule that are primitives."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule import functions
from chainrule.tracing.operands import Array, Axis, axes_of
from chainrule.tracing.recording import apply

__all__ = ["ROWS"]


def _elementwise(op: str) -> Callable[..., Array]:
    return lambda *operands: apply(op, *operands)


def _along(op: str) -> Callable[..., Array]:
    """A function along one axis, along several at once, or of a number, which is alone on its axis."""

    def call(z: Array, /, axis: Axis = -1) -> Array:
        if not np.ndim(z):
            return call(np.reshape(z, (1,)), axis)[0]
        axes = axes_of(z, axis)
        if len(axes) == 1:
            return apply(op, z, axis=axes[0])
        last = tuple(range(-len(axes), 0))
        moved = np.moveaxis(z, axes, last)
        merged = np.reshape(moved, (*moved.shape[: np.ndim(z) - len(axes)], -1))
        return np.moveaxis(np.reshape(call(merged), moved.shape), last, axes)

    return call


def _logsumexp(z: Array, /, axis: Axis = None, keepdims: bool = False) -> Array:
    return apply("logsumexp", z, axes=axes_of(z, axis), keepdims=bool(keepdims))


ROWS: Mapping[Callable[..., Any], Callable[..., Any]] = MappingProxyType(
    {
        functions.log1mexp: _elementwise("log1mexp"),
        functions.xlogy: _elementwise("xlogy"),
        functions.sigmoid: _elementwise("sigmoid"),
        functions.softplus: _elementwise("softplus"),
        functions.erf: _elementwise("erf"),
        functions.erfc: _elementwise("erfc"),
        functions.logsumexp: _logsumexp,
        functions.softmax: _along("softmax"),
        functions.log_softmax: _along("log_softmax"),
    }
)
