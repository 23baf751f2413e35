"""TracedArray: a tracer that behaves as the array it stands for: operators, NumPy's functions, methods, brackets."""

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from chainrule.errors import TraceError
from chainrule.tracing.indexing import get, put
from chainrule.tracing.methods import method
from chainrule.tracing.numpy_functions import call_function
from chainrule.tracing.origin import here
from chainrule.tracing.tracer import Tracer, apply, is_number
from chainrule.tracing.ufuncs import call_ufunc

__all__ = ["TracedArray"]


class TracedArray(Tracer):
    """An array during tracing. Code that is traced sees it in place of its arguments."""

    __slots__ = ()

    # --- NumPy's protocols ---------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return call_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        return call_function(function, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        return method(self, name)

    def __getitem__(self, key: Any) -> Tracer:
        return get(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        put(self, key, value)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a number")
        return self.shape[0]

    def __iter__(self) -> "Iterator[Tracer]":
        return (self[i] for i in range(len(self)))

    # --- decisions by value: recorded as guards ------------------------------------------------------------

    def __bool__(self) -> bool:
        return bool(self.decide(bool))

    def __index__(self) -> int:
        if self.dtype.kind not in "biu":
            raise TypeError(f"only integers can be an index or a count, not {self.dtype}")
        return int(self.decide(int))

    def __int__(self) -> int:
        return int(self.decide(int))

    def __contains__(self, item: Any) -> bool:
        return bool((self == item).any())

    __hash__ = object.__hash__

    # --- ways out of the graph: an error that says what to write -------------------------------------------

    def __float__(self) -> NoReturn:
        raise TraceError(
            f"{here()}float(x) or a function of the math module would cut x out of the graph, and its gradient would "
            "silently be zero; leave float() away and write np.exp(x) for math.exp(x)"
        )

    def __complex__(self) -> NoReturn:
        raise TraceError(f"{here()}complex(x) would cut x out of the graph; complex numbers are not traced")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        raise TraceError(
            f"{here()}np.array(...), np.asarray(...) or an assignment into a plain array would cut a traced array "
            "out of the graph, and its gradient would silently be zero; write np.stack([x, y]) for np.array([x, y]), "
            "x for np.asarray(x), and make a buffer with np.zeros_like(x) or np.zeros(shape, like=x)"
        )


# --- operators --------------------------------------------------------------------------------------------

_OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power", "floordiv": "floor_divide",
    "mod": "remainder", "matmul": "matmul", "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
    "lshift": "left_shift", "rshift": "right_shift",
}  # fmt: skip
_COMPARISONS = {
    "lt": "less", "le": "less_equal", "eq": "equal", "ne": "not_equal", "gt": "greater", "ge": "greater_equal",
}  # fmt: skip
_UNARY = {"neg": "negative", "abs": "absolute", "invert": "invert"}


def _both_weak(x: Tracer, y: Any) -> bool:
    return x.weak and (is_number(y) or (isinstance(y, Tracer) and y.weak))


def _operate(ufunc: str, x: Any, y: Any) -> Any:
    """``x op y``: NumPy's function, but two Python numbers give a Python number."""
    if not isinstance(y, (Tracer, np.ndarray, np.generic, bool, int, float)) and isinstance(x, Tracer):
        return NotImplemented
    result = getattr(np, ufunc)(x, y)
    tracer, other = (x, y) if isinstance(x, Tracer) else (y, x)
    if isinstance(result, Tracer):
        result.weak = _both_weak(tracer, other)
    return result


def _install_operators() -> None:
    for name, ufunc in _OPERATORS.items():
        setattr(TracedArray, f"__{name}__", lambda self, other, ufunc=ufunc: _operate(ufunc, self, other))
        setattr(TracedArray, f"__r{name}__", lambda self, other, ufunc=ufunc: _operate(ufunc, other, self))
        setattr(TracedArray, f"__i{name}__", lambda self, other, ufunc=ufunc: _in_place(ufunc, self, other))
    for name, ufunc in _COMPARISONS.items():
        setattr(TracedArray, f"__{name}__", lambda self, other, ufunc=ufunc: _operate(ufunc, self, other))
    for name, ufunc in _UNARY.items():
        setattr(TracedArray, f"__{name}__", lambda self, ufunc=ufunc: _keep_weak(self, getattr(np, ufunc)(self)))


def _keep_weak(x: Tracer, result: Tracer) -> Tracer:
    result.weak = x.weak
    return result


def _in_place(ufunc: str, x: Tracer, y: Any) -> Any:
    """``x += y``: on an array it changes the array, on a number it makes a new one."""
    result = _operate(ufunc, x, y)
    if not isinstance(x.value, np.ndarray) or result is NotImplemented:
        return result
    if result.shape != x.shape:
        raise TraceError(
            f"x {ufunc}= y needs room for the result: x is {list(x.shape)}, the result {list(result.shape)}"
        )
    x.assign(apply("astype", result, dtype=x.dtype) if result.dtype != x.dtype else result)
    return x


_install_operators()
