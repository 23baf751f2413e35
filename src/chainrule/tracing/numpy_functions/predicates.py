"""Questions about arrays: what they are, and whether they are equal."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.tracing.operands import Array, as_array
from chainrule.tracing.tracer import Tracer

__all__ = ["ROWS"]


def _isclose(a: Array, b: Array, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> Array:
    a, b = as_array(a), as_array(b)
    b = b if np.result_type(b).kind == "f" else b * 1.0
    close = np.logical_and(np.less_equal(np.abs(np.subtract(a, b)), atol + rtol * np.abs(b)), np.isfinite(b))
    if equal_nan:
        return close | np.equal(a, b) | (np.isnan(a) & np.isnan(b))
    return np.logical_or(close, np.equal(a, b))


def _allclose(a: Array, b: Array, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> bool:
    return bool(np.all(_isclose(a, b, rtol, atol, equal_nan)))


def _array_equal(a1: Array, a2: Array, equal_nan: bool = False) -> bool:
    a, b = as_array(a1), as_array(a2)
    if np.shape(a) != np.shape(b):
        return False
    same = np.equal(a, b)
    return bool(np.all(same | (np.isnan(a) & np.isnan(b)) if equal_nan else same))


def _isin(element: Array, test_elements: Array, assume_unique: bool = False, invert: bool = False) -> Array:
    same = np.equal(np.expand_dims(as_array(element), -1), np.ravel(as_array(test_elements)))
    if invert:
        return np.logical_not(np.any(same, axis=-1))
    return np.any(same, axis=-1)


def _result_type(*arrays_and_dtypes: Any) -> np.dtype[Any]:
    return np.result_type(*(_dtype_or_number(each) for each in arrays_and_dtypes))


def _dtype_or_number(x: Any) -> Any:
    if not isinstance(x, Tracer):
        return x
    return x.value.item() if x.weak else x.dtype


ROWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "isclose": _isclose,
        "allclose": _allclose,
        "array_equal": _array_equal,
        "array_equiv": lambda a1, a2: bool(np.all(np.equal(a1, a2))),
        "isin": _isin,
        "isposinf": lambda x, out=None: np.equal(x, np.inf),
        "isneginf": lambda x, out=None: np.equal(x, -np.inf),
        "iscomplexobj": lambda x: False,
        "isrealobj": lambda x: True,
        "isreal": lambda x: np.ones_like(x, dtype=bool),
        "iscomplex": lambda x: np.zeros_like(x, dtype=bool),
        "real": lambda val: val,
        "imag": lambda val: np.zeros_like(val),
        "result_type": _result_type,
        "can_cast": lambda from_, to, casting="safe": np.can_cast(from_.dtype, to, casting),
        "astype": lambda x, dtype, /, *, copy=True, device=None: x.astype(dtype, copy=copy),
    }
)
