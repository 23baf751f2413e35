"""Python's operators on tracers: each is NumPy's function, but two Python numbers give a Python number."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.tracing.operands import as_array
from chainrule.tracing.origin import untraceable
from chainrule.tracing.recording import apply, is_number, operate
from chainrule.tracing.tracer import Tracer

__all__ = ["OPERATORS"]

_ARITHMETIC = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide",
    "mod": "remainder", "pow": "power", "matmul": "matmul", "and": "bitwise_and", "or": "bitwise_or",
    "xor": "bitwise_xor", "lshift": "left_shift", "rshift": "right_shift",
}  # fmt: skip
_COMPARISONS = {
    "lt": "less", "le": "less_equal", "eq": "equal", "ne": "not_equal", "gt": "greater", "ge": "greater_equal",
}  # fmt: skip
_UNARY = {"neg": "negative", "abs": "absolute", "invert": "invert"}


def _binary(op: str, x: Any, y: Any) -> Any:
    """``x op y``."""
    if not (_understood(op, x) and _understood(op, y)):
        return NotImplemented
    if op == "power" and _is_python_integer(x) and _is_python_integer(y) and y < 0:  # Python: 2 ** -1 is 0.5
        return operate(op, x * 1.0, y)
    return operate(op, as_array(x), as_array(y))


def _understood(op: str, x: Any) -> bool:
    """Is this an operand, or shall Python ask its own operators?"""
    if isinstance(x, (complex, str, bytes)):
        return op not in ("equal", "not_equal")  # nothing is equal to a text; elsewhere it is an error that says so
    return isinstance(x, (Tracer, np.ndarray, np.generic, list, tuple)) or is_number(x)


def _is_python_integer(x: Any) -> bool:
    return x.weak and x.dtype.kind == "i" if isinstance(x, Tracer) else isinstance(x, int)


def _in_place(op: str, x: Any, y: Any) -> Any:
    """``x += y``: on an array it changes the array, on a number it makes a new one."""
    if not isinstance(x.value, np.ndarray):
        return _binary(op, x, y)
    result = _binary(op, x, y)
    if result is NotImplemented:
        return result
    if result.shape != x.shape:
        raise untraceable(
            f"x is {list(x.shape)} and has no room for the result, which is {list(result.shape)}; write x = x + y"
        )
    if not np.can_cast(result.dtype, x.dtype, "same_kind"):
        raise untraceable(f"x is {x.dtype} and cannot hold the result, which is {result.dtype}; write x = x + y")
    x.assign(apply("astype", result, dtype=x.dtype) if result.dtype != x.dtype else result)
    return x


def _divmod(x: Any, y: Any) -> Any:
    return _binary("floor_divide", x, y), _binary("remainder", x, y)


def _methods() -> dict[str, Callable[..., Any]]:
    methods: dict[str, Callable[..., Any]] = {}
    for name, op in _ARITHMETIC.items():
        methods[f"__{name}__"] = lambda self, other, op=op: _binary(op, self, other)
        methods[f"__r{name}__"] = lambda self, other, op=op: _binary(op, other, self)
        methods[f"__i{name}__"] = lambda self, other, op=op: _in_place(op, self, other)
    for name, op in _COMPARISONS.items():
        methods[f"__{name}__"] = lambda self, other, op=op: _binary(op, self, other)
    for name, op in _UNARY.items():
        methods[f"__{name}__"] = lambda self, op=op: operate(op, self)
    methods["__pos__"] = lambda self: self.copy() if isinstance(self.value, np.ndarray) else self
    methods["__divmod__"] = _divmod
    methods["__rdivmod__"] = lambda self, other: _divmod(other, self)
    return methods


OPERATORS: Mapping[str, Callable[..., Any]] = MappingProxyType(_methods())
