"""NumPy's universal functions on tracers: those that are primitives, those that are composed, and their methods."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainrule.errors import TraceError
from chainrule.graph import OPS
from chainrule.tracing.tracer import Tracer, apply

__all__ = ["COMPOSED", "PRIMITIVES", "call_ufunc"]

PRIMITIVES: Mapping[np.ufunc, str] = {
    getattr(np, op.name): op.name
    for op in OPS.values()
    if (op.kind == "elementwise" or op.name == "matmul") and isinstance(getattr(np, op.name, None), np.ufunc)
}

_LN2 = float(np.log(2))

COMPOSED: Mapping[np.ufunc, Callable[..., Any]] = {
    np.positive: lambda x: x.copy(),
    np.conjugate: lambda x: x.copy(),
    np.fabs: lambda x: np.abs(x),
    np.float_power: lambda x, y: np.power(np.multiply(x, 1.0), y),
    np.fmod: lambda x, y: x - y * np.trunc(np.divide(x, y)),
    np.fmax: lambda x, y: np.where(np.isnan(x), y, np.where(np.isnan(y), x, np.maximum(x, y))),
    np.fmin: lambda x, y: np.where(np.isnan(x), y, np.where(np.isnan(y), x, np.minimum(x, y))),
    np.copysign: lambda x, y: np.where(np.signbit(x) == np.signbit(y), x, -x),
    np.heaviside: lambda x, y: np.where(x > 0, 1.0, np.where(x < 0, 0.0, np.where(np.isnan(x), x, y))),
    np.logaddexp2: lambda x, y: np.logaddexp(x * _LN2, y * _LN2) / _LN2,
    np.degrees: lambda x: x * (180 / np.pi),
    np.rad2deg: lambda x: x * (180 / np.pi),
    np.radians: lambda x: x * (np.pi / 180),
    np.deg2rad: lambda x: x * (np.pi / 180),
    np.divmod: lambda x, y: (np.floor_divide(x, y), np.remainder(x, y)),
    np.modf: lambda x: (x - np.trunc(x), np.trunc(x)),
}

_REDUCE: Mapping[np.ufunc, Callable[..., Any]] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.logical_and: np.all,
    np.logical_or: np.any,
}
_ACCUMULATE: Mapping[np.ufunc, Callable[..., Any]] = {np.add: np.cumsum, np.multiply: np.cumprod}


def call_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Answer NumPy's ``__array_ufunc__``."""
    return _METHODS.get(method, _no_method)(ufunc, method, inputs, kwargs)


def _call(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    out, dtype = kwargs.pop("out", None), kwargs.pop("dtype", None)
    _no_more(ufunc, kwargs)
    if ufunc in PRIMITIVES:
        result: Any = apply(PRIMITIVES[ufunc], *inputs)
    elif ufunc in COMPOSED:
        result = COMPOSED[ufunc](*inputs)
    else:
        raise TraceError(f"np.{ufunc.__name__} is not among the functions that can be traced; compose it of others")
    result = result if dtype is None else result.astype(dtype)
    return result if out is None else _into(out[0], result)


def _into(target: Any, result: Any) -> Tracer:
    """``out=``: possible into a tracer; a plain array cannot hold traced entries."""
    if not isinstance(target, Tracer):
        raise TraceError(
            "out= is a plain array, which cannot hold a traced result; leave out= away and use the returned array"
        )
    if target.shape != result.shape:
        raise TraceError(f"out= is {list(target.shape)} and the result {list(result.shape)}; make them equal")
    target.assign(result.astype(target.dtype))
    return target


def _reduce(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if ufunc not in _REDUCE:
        raise TraceError(
            f"np.{ufunc.__name__}.reduce cannot be traced; of add, multiply, maximum, minimum, logical_and, _or"
        )
    return _REDUCE[ufunc](*inputs, **{"axis": 0, **kwargs})


def _accumulate(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if ufunc not in _ACCUMULATE:
        raise TraceError(f"np.{ufunc.__name__}.accumulate cannot be traced; np.add and np.multiply can")
    return _ACCUMULATE[ufunc](*inputs, **{"axis": 0, **kwargs})


def _outer(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    x, y = inputs
    return ufunc(np.reshape(x, (*np.shape(x), *(1,) * np.ndim(y))), y, **kwargs)


def _no_method(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    raise TraceError(f"np.{ufunc.__name__}.{method} cannot be traced; for additions at indices write x[i] += v")


_METHODS = {"__call__": _call, "reduce": _reduce, "accumulate": _accumulate, "outer": _outer}


def _no_more(ufunc: np.ufunc, kwargs: dict[str, Any]) -> None:
    if kwargs.get("where", True) is not True:
        raise TraceError(
            f"np.{ufunc.__name__}(..., where=c) cannot be traced; write np.where(c, np.{ufunc.__name__}(...), other)"
        )
