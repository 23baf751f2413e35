"""Methods and attributes of ``np.ndarray`` on tracers: each is NumPy's function of the same name, or one line."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.tracing.flat import Flat
from chainrule.tracing.origin import hands_on, untraceable
from chainrule.tracing.recording import apply, fresh
from chainrule.tracing.tracer import Tracer

__all__ = ["method"]


def method(x: Any, name: str) -> Any:
    """Return the attribute or the bound method ``x.name``."""
    if name in _ATTRIBUTES:
        return _ATTRIBUTES[name](x)
    if name in _METHODS:
        return lambda *args, **kwargs: _METHODS[name](x, *args, **kwargs)
    if name.startswith("__") or not hasattr(np.ndarray, name):
        raise AttributeError(f"a traced array has no attribute {name!r}")
    raise untraceable(f"x.{name} is not traced; {_INSTEAD.get(name, 'use a function of NumPy')}")


def _one_or_all(args: tuple[Any, ...]) -> Any:
    """``x.reshape(2, 3)`` and ``x.reshape((2, 3))`` are the same."""
    return args[0] if len(args) == 1 else args


def _astype(
    x: Tracer, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
) -> Any:
    wanted = np.dtype(dtype)
    if wanted.kind not in "biuf":
        raise untraceable(f"x.astype({wanted}) is not traced: a graph holds real numbers, integers and booleans")
    return x if not copy and wanted == x.dtype else apply("astype", x, dtype=wanted)


@hands_on
def _copy(x: Tracer, order: str = "C") -> Any:
    copied = apply("astype", x, dtype=x.dtype)
    return fresh(copied, x.value, order) if x.ndim > 1 else copied


def _transpose(x: Any, *axes: Any) -> Any:
    return np.transpose(x, _one_or_all(axes) if axes else None)


def _sort(x: Any, axis: int = -1, **kind: Any) -> None:
    x[...] = np.sort(x, axis)


_FUNCTIONS = (
    "all", "any", "argmax", "argmin", "argsort", "choose", "clip", "cumprod", "cumsum", "diagonal", "dot", "max",
    "mean", "min", "nonzero", "prod", "put", "ravel", "repeat", "round", "searchsorted", "squeeze", "std", "sum",
    "swapaxes", "take", "trace", "var",
)  # fmt: skip

_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **{name: getattr(np, name) for name in _FUNCTIONS},
        "astype": _astype,
        "compress": lambda x, condition, axis=None: np.compress(condition, x, axis),
        "conj": lambda x: np.conjugate(x),
        "conjugate": lambda x: np.conjugate(x),
        "copy": _copy,
        "fill": lambda x, value: x.__setitem__(..., value),
        "flatten": lambda x, order="C": np.reshape(x, (-1,), order=order, copy=True),
        "reshape": lambda x, *shape, **kwargs: np.reshape(x, _one_or_all(shape), **kwargs),
        "sort": _sort,
        "transpose": _transpose,
    }
)

_ATTRIBUTES: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "T": lambda x: np.transpose(x),
        "mT": lambda x: np.swapaxes(x, -1, -2),
        "real": lambda x: x,
        "imag": lambda x: np.zeros_like(x),
        "flat": Flat,
        "itemsize": lambda x: x.dtype.itemsize,
        "nbytes": lambda x: x.size * x.dtype.itemsize,
    }
)

_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "item": "it would cut x out of the graph; write x itself",
        "tolist": "it would cut x out of the graph; iterate over x",
        "tobytes": "it would cut x out of the graph",
        "partition": "write np.sort(x)",
        "argpartition": "write np.argsort(x)",
        "resize": "write np.resize(x, shape)",
        "view": "write x.astype(dtype), or x[...] for a second name of the same memory",
    }
)
