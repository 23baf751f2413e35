"""Methods and attributes of ``np.ndarray`` on tracers: each is NumPy's function of the same name, or one line."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.errors import TraceError
from chainrule.tracing.tracer import Tracer, apply

__all__ = ["method"]


def method(x: Any, name: str) -> Any:
    """Return the attribute or the bound method ``x.name``."""
    if name in _ATTRIBUTES:
        return _ATTRIBUTES[name](x)
    if name in _METHODS:
        return lambda *args, **kwargs: _METHODS[name](x, *args, **kwargs)
    if name.startswith("__") or not hasattr(np.ndarray, name):
        raise AttributeError(f"a traced array has no attribute {name!r}")
    raise TraceError(f"x.{name} cannot be traced; {_INSTEAD.get(name, 'use a function of NumPy')}")


def _axes(args: tuple[Any, ...]) -> Any:
    """``x.reshape(2, 3)`` and ``x.reshape((2, 3))`` are the same."""
    return args[0] if len(args) == 1 else args


def _astype(x: Tracer, dtype: Any, *args: Any, **kwargs: Any) -> Tracer:
    del args, kwargs  # order, casting, copy: about memory, which a graph does not have
    return apply("astype", x, dtype=np.dtype(dtype))


def _transpose(x: Any, *axes: Any) -> Any:
    return np.transpose(x, None if not axes else _axes(axes))


_FUNCTIONS = (
    "all", "any", "argmax", "argmin", "argsort", "clip", "cumprod", "cumsum", "diagonal", "max", "mean", "min",
    "prod", "ravel",
    "repeat", "round", "squeeze", "std", "sum", "swapaxes", "take", "trace", "var",
)  # fmt: skip

_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **{name: getattr(np, name) for name in _FUNCTIONS},
        "astype": _astype,
        "conj": lambda x: apply("astype", x, dtype=x.dtype),
        "conjugate": lambda x: apply("astype", x, dtype=x.dtype),
        "copy": lambda x, order="C": apply("astype", x, dtype=x.dtype),
        "dot": lambda x, y: np.dot(x, y),
        "flatten": lambda x, order="C": np.ravel(x).copy(),
        "reshape": lambda x, *shape, **kwargs: np.reshape(x, _axes(shape), **kwargs),
        "transpose": _transpose,
        "fill": lambda x, value: x.__setitem__(..., value),
    }
)

_ATTRIBUTES: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "T": lambda x: np.transpose(x),
        "mT": lambda x: np.swapaxes(x, -1, -2),
        "real": lambda x: x,
        "imag": lambda x: np.zeros_like(x),
        "nbytes": lambda x: x.size * x.dtype.itemsize,
        "itemsize": lambda x: x.dtype.itemsize,
        "flat": lambda x: iter(np.ravel(x)),
    }
)

_INSTEAD = MappingProxyType(
    {
        "item": "it would cut x out of the graph; use x itself",
        "tolist": "it would cut x out of the graph; iterate over x",
        "sort": "write x = np.sort(x)",
        "resize": "write np.reshape",
        "partition": "write np.sort",
        "tobytes": "it would cut x out of the graph",
    }
)
