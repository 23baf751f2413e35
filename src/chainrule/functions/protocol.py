"""How a function of chainrule takes part in NumPy: the mechanics that no formula has to repeat.

A formula is written for float64 arrays and becomes a public function in one of two ways:

- `array_function`, for a primitive: an argument whose type implements ``__array_function__`` (NEP 18), such as a traced
  array, is asked what the function is on it. The formula only ever sees real arrays and may use anything in NumPy.
- `composition`, for all others: a traced array passes through the formula and records its parts.

On real arrays both do the same:

- The formula is computed in float64 and rounded once to the dtype of the arguments. That makes float16 and float32
  right to half a unit in the last place, since a few units of float64 are far below their precision.
- NumPy's floating-point warnings are off: the formulas answer for their own limits at 0, inf and NaN.
- Numbers and nested lists are accepted, integers become floats, and a result without dimensions is a NumPy scalar, as
  NumPy's own functions do it.

Source: S. Hoyer, M. Rocklin et al. (2018), NEP 18, "A dispatch mechanism for NumPy's high level array functions".
"""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chainrule.errors import InputError, InputTypeError, ShapeError, TraceError

__all__ = ["Array", "Float64", "array_function", "as_array", "as_numbers", "composition"]

Array: TypeAlias = Any  # an ndarray, a number, a nested list of numbers, or a traced array
Float64: TypeAlias = NDArray[np.float64]

P = ParamSpec("P")

_REAL = "takes real numbers: float16, float32, float64, integers or booleans"


def array_function(formula: Callable[P, Any]) -> Callable[P, Any]:
    """Make a formula for float64 arrays a public function that traced arrays can intercept as a whole.

    Args:
        formula: takes its arrays positionally only (before the ``/``) and its options after them.

    Returns:
        The function. It keeps float16, float32 and float64; integers become what ``np.exp`` makes of them.

    Raises:
        ShapeError: (when called) an argument has another dtype, such as complex.
        InputTypeError: (when called) an argument is no number, such as a text.
        TraceError: (when called) an argument's type implements NEP 18 but not this function.

    Example:
        >>> @array_function
        ... def cube(x, /):
        ...     return x**3
        >>> cube(np.float32([1, 2]))
        array([1., 8.], dtype=float32)
        >>> cube(2)
        np.float64(8.0)
    """
    compute = _in_float64(formula)

    @functools.wraps(formula)
    def function(*args: P.args, **kwargs: P.kwargs) -> Any:
        if overriding := [arg for arg in args if _overrides(arg)]:
            return _ask(overriding, function, args, kwargs)
        return compute(*args, **kwargs)

    return function


def composition(formula: Callable[P, Any]) -> Callable[P, Any]:
    """Make a formula for float64 arrays a public function that traced arrays pass through, part by part.

    Args:
        formula: made of NumPy's functions, operators and functions of chainrule, without ``if`` on values, assignment
            into arrays or conversion; its arrays are positional only (before the ``/``), its options follow.

    Returns:
        The function, as `array_function` makes it but for traced arrays.

    Raises:
        ShapeError: (when called) an argument has another dtype, such as complex.
        InputTypeError: (when called) an argument is no number, such as a text.

    Example:
        >>> @composition
        ... def double(x, /):
        ...     return x + x
        >>> double([1, 2])
        array([2., 4.])
    """
    compute = _in_float64(formula)

    @functools.wraps(formula)
    def function(*args: P.args, **kwargs: P.kwargs) -> Any:
        is_traced = any(_overrides(arg) for arg in args)
        return formula(*args, **kwargs) if is_traced else compute(*args, **kwargs)

    return function


def as_array(value: Array) -> Array:
    """Return a number or list as an array, and what takes part in NumPy's protocol, such as a traced array, as it is.

    Example:
        >>> as_array([1.0, 2.0])
        array([1., 2.])
    """
    return value if hasattr(type(value), "__array_function__") else np.asarray(value)


def as_numbers(value: Array, name: str) -> Array:
    """Return the value as `as_array` does, if it is made of numbers.

    Args:
        value: what a function was given.
        name: of the function, for the message.

    Raises:
        InputTypeError: it is a text, None or the like.
        InputError: it is a list of lists that differ in length.

    Example:
        >>> as_numbers("a", "sigmoid")
        Traceback (most recent call last):
        ...
        chainrule.errors.InputTypeError: sigmoid takes real numbers: ..., not 'a', which NumPy holds as <U1
    """
    try:
        array = as_array(value)
    except ValueError as error:
        raise InputError(f"{name} takes a number or an array of numbers, but its lists differ: {error}") from error
    if array.dtype.kind not in "biufc":
        raise InputTypeError(f"{name} {_REAL}, not {value!r:.60}, which NumPy holds as {array.dtype}")
    return array


def _in_float64(formula: Callable[P, Any]) -> Callable[P, Any]:
    """The formula on real arrays, numbers and lists: computed in float64, rounded to their dtype."""
    n_arrays = sum(p.kind is p.POSITIONAL_ONLY for p in inspect.signature(formula).parameters.values())
    name = formula.__name__

    def compute(*args: P.args, **kwargs: P.kwargs) -> Any:
        arrays, options = args[:n_arrays], args[n_arrays:]
        with np.errstate(all="ignore"):
            value = formula(*(_as_float64(array, name) for array in arrays), *options, **kwargs)  # type: ignore[arg-type]
            return np.asarray(value, dtype=_result_dtype(arrays))[()]

    return compute


def _overrides(value: object) -> bool:
    """Whether the type of the value has its own ``__array_function__``, not the one of plain arrays."""
    plain = np.ndarray.__array_function__
    return getattr(type(value), "__array_function__", plain) is not plain


def _ask(overriding: Sequence[Any], function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The first answer of the overriding arguments, from left to right, that is not ``NotImplemented``."""
    types = tuple(dict.fromkeys(type(arg) for arg in overriding))
    for arg in overriding:
        answer = type(arg).__array_function__(arg, function, types, args, kwargs)
        if answer is not NotImplemented:
            return answer
    name, names = function.__name__, ", ".join(kind.__qualname__ for kind in types)
    raise TraceError(
        f"{name} got an argument of type {names}, which takes part in NumPy's protocol for array functions (NEP 18) "
        f"but does not know {name}. Write {name}(np.asarray(x)) to compute with NumPy."
    )


def _as_float64(value: Array, name: str) -> Float64:
    array = np.asarray(as_numbers(value, name))
    if not np.can_cast(array.dtype, np.float64):
        raise ShapeError(f"{name} {_REAL}, not {array.dtype}. Convert it first, for example with x.astype(np.float64).")
    return array.astype(np.float64, copy=False)


def _result_dtype(arrays: Sequence[Array]) -> np.dtype[Any]:
    """The common dtype, which Python numbers do not widen (NEP 50), and for integers the float that NumPy takes."""
    known = [array if type(array) in (int, float) else np.asarray(array).dtype for array in arrays]
    common = np.result_type(*known)
    return common if common.kind == "f" else np.result_type(*(_float_for(each) for each in known))


def _float_for(integer: Any) -> Any:
    """A Python number stays one; an integer dtype becomes the least float that holds most of its values."""
    return float(integer) if type(integer) is int else np.result_type(integer, np.float16)
