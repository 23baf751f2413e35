"""Functions of chainrule that are primitives."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from chainrule import functions
from chainrule.tracing.operands import Array, Axis, axes_of, axis_of
from chainrule.tracing.recording import apply

__all__ = ["ROWS"]


def _elementwise(op: str) -> Callable[..., Array]:
    return lambda *operands: apply(op, *operands)


def _along(op: str) -> Callable[..., Array]:
    return lambda z, /, axis=-1: apply(op, z, axis=axis_of(z, axis))


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
