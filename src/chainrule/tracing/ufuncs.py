"""NumPy's universal functions on tracers: those that are primitives, those that are composed, and their methods."""

import functools
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule import functions, trees
from chainrule.graph import OPS
from chainrule.tracing.indexing import add_at
from chainrule.tracing.operands import as_array, axis_of
from chainrule.tracing.origin import hands_on, untraceable
from chainrule.tracing.recording import apply, fresh, innermost, is_number, lift
from chainrule.tracing.tracer import Trace, Tracer

__all__ = ["COMPOSED", "PRIMITIVES", "SCIPY", "call_ufunc"]

PRIMITIVES: Mapping[np.ufunc, str] = MappingProxyType(
    {
        getattr(np, op.name): op.name
        for op in OPS.values()
        if (op.kind == "elementwise" or op.name == "matmul") and isinstance(getattr(np, op.name, None), np.ufunc)
    }
)

_LN2 = float(np.log(2))


def _fmod(x: Any, y: Any) -> Any:
    """The remainder with the sign of x, which NumPy's ``remainder`` has for positive numbers."""
    y = np.abs(y)
    return np.where(np.signbit(x), -np.remainder(-x, y), np.remainder(x, y))


def _ignoring_nan(choose: Callable[[Any, Any], Any], x: Any, y: Any) -> Any:
    return np.where(np.isnan(x), y, np.where(np.isnan(y), x, choose(x, y)))


# The operands come in the dtypes in which NumPy computes, so integers are floats where NumPy makes them so.
COMPOSED: Mapping[np.ufunc, Callable[..., Any]] = MappingProxyType(
    {
        np.positive: lambda x: x.copy("K"),
        np.conjugate: lambda x: x.copy("K"),
        np.fabs: lambda x: np.abs(x),
        np.float_power: lambda x, y: np.power(x, y),
        np.fmod: _fmod,
        np.fmax: functools.partial(_ignoring_nan, np.maximum),
        np.fmin: functools.partial(_ignoring_nan, np.minimum),
        np.copysign: lambda x, y: np.where(np.signbit(x) == np.signbit(y), x, -x),
        np.heaviside: lambda x, y: np.where(x > 0, 1, np.where(x < 0, 0, np.where(np.isnan(x), x, y))),
        np.logaddexp2: lambda x, y: np.logaddexp(x * _LN2, y * _LN2) / _LN2,
        np.degrees: lambda x: x * (180 / np.pi),
        np.rad2deg: lambda x: x * (180 / np.pi),
        np.radians: lambda x: x * (np.pi / 180),
        np.deg2rad: lambda x: x * (np.pi / 180),
        np.divmod: lambda x, y: (np.floor_divide(x, y), np.remainder(x, y)),
        np.modf: lambda x: (np.where(np.isinf(x), 0, x - np.trunc(x)), np.trunc(x)),
        np.vecdot: lambda x, y: np.einsum("...i,...i", x, y),
    }
)

# SciPy's universal functions come to us, too; they are known by name, since SciPy is not imported here.
SCIPY: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "expit": functions.sigmoid,
        "logit": lambda p: np.log(p) - np.log1p(-p),
        "erf": functions.erf,
        "erfc": functions.erfc,
        "xlogy": functions.xlogy,
        "cbrt": lambda x: np.cbrt(x),
        "exp2": lambda x: np.exp2(x),
        "expm1": lambda x: np.expm1(x),
        "log1p": lambda x: np.log1p(x),
    }
)


def call_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Answer NumPy's ``__array_ufunc__``."""
    answer: Callable[..., Any] = _METHODS.get(method, _no_method)
    return answer(ufunc, method, inputs, kwargs)


# --- f(x, y) ------------------------------------------------------------------------------------------------


@hands_on
def _call(ufunc: np.ufunc, method: str, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    options = {name: value for name, value in kwargs.items() if value is not None}
    _refuse_others(ufunc, options)
    if "out" in options:
        return _into(options["out"], _call(ufunc, method, inputs, {**options, "out": None}))
    inputs = [as_array(each) for each in inputs]
    if ufunc in PRIMITIVES:
        return apply(PRIMITIVES[ufunc], *(_loop_operands(ufunc, inputs, options) if "dtype" in options else inputs))
    if ufunc in COMPOSED:
        return trees.tree_map(_number_or_array, COMPOSED[ufunc](*_loop_operands(ufunc, inputs, options)))
    if ufunc.__name__ in SCIPY:
        return SCIPY[ufunc.__name__](*inputs)
    raise untraceable(
        f"{_name(ufunc)} is not among the functions that are traced; compose it of functions that are, such as "
        "np.exp, np.where and np.sum"
    )


def _number_or_array(x: Any) -> Any:
    """Universal functions give numbers where there are no axes."""
    return x if x.ndim else fresh(x, x.value, "C")


def _name(ufunc: np.ufunc) -> str:
    return f"np.{ufunc.__name__}" if getattr(np, ufunc.__name__, None) is ufunc else ufunc.__name__


def _refuse_others(ufunc: np.ufunc, options: Mapping[str, Any]) -> None:
    if options.get("where", True) is not True:
        raise untraceable(f"where= is not traced; write np.where(c, {_name(ufunc)}(...), other)")
    others = set(options) - {"where", "out", "dtype", "casting", "order", "subok"}
    if others:
        raise untraceable(f"{_name(ufunc)} is traced without {', '.join(sorted(others))}=")


def _loop_operands(ufunc: np.ufunc, inputs: Sequence[Any], options: Mapping[str, Any]) -> list[Tracer]:
    """The operands in the dtypes in which NumPy would compute."""
    given = (*(_dtype_or_type(each) for each in inputs), *(None,) * ufunc.nout)
    results = np.dtype(options["dtype"]) if "dtype" in options else None
    wanted: Any = {} if results is None else {"signature": (*(None,) * ufunc.nin, *(results,) * ufunc.nout)}
    trace = innermost(inputs)
    dtypes = ufunc.resolve_dtypes(given, **wanted)
    return [_in_dtype(each, dtype, trace) for each, dtype in zip(inputs, dtypes, strict=False)]


def _in_dtype(x: Any, dtype: np.dtype[Any], trace: Trace) -> Any:
    if isinstance(x, Tracer) and (x.weak or x.dtype != dtype):
        return apply("astype", x, dtype=dtype)
    return lift(x, trace, dtype)


def _dtype_or_type(x: Any) -> Any:
    """The dtype, or the Python type of a number that has none of its own."""
    if isinstance(x, Tracer):
        return type(x.value.item()) if x.weak else x.dtype
    return type(x) if is_number(x) else np.asarray(x).dtype


def _into(out: Any, result: Any) -> Any:
    """``out=``: possible into a tracer; a plain array cannot hold traced entries."""
    target = out[0] if isinstance(out, tuple) else out
    if not isinstance(target, Tracer):
        raise untraceable(
            "a plain array cannot hold a traced result; write x = x + y for x += y, leave out= away, or make the "
            "array with np.zeros(shape, like=x)"
        )
    if target.shape != result.shape:
        raise untraceable(f"out= is {list(target.shape)} and the result {list(result.shape)}; make them equal")
    target.assign(apply("astype", result, dtype=target.dtype))
    return target


# --- f.reduce, f.accumulate, f.outer, f.at ------------------------------------------------------------------

_REDUCTIONS: Mapping[np.ufunc, Callable[..., Any]] = MappingProxyType(
    {
        np.add: np.sum,
        np.multiply: np.prod,
        np.maximum: np.max,
        np.minimum: np.min,
        np.logical_and: np.all,
        np.logical_or: np.any,
        np.logaddexp: functions.logsumexp,
    }
)
_RUNNING: Mapping[np.ufunc, Callable[..., Any]] = MappingProxyType({np.add: np.cumsum, np.multiply: np.cumprod})


def _reduce(ufunc: np.ufunc, method: str, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    options = _with_axis(kwargs)
    if ufunc in _REDUCTIONS:
        return _REDUCTIONS[ufunc](*inputs, **options)
    return _running(ufunc, method, inputs[0], options)[-1]


def _accumulate(ufunc: np.ufunc, method: str, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    options = _with_axis(kwargs)
    if ufunc in _RUNNING:
        return _RUNNING[ufunc](*inputs, **options)
    return np.stack(_running(ufunc, method, inputs[0], options), axis=options["axis"])


def _with_axis(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"axis": 0, **{name: value for name, value in kwargs.items() if value is not None or name == "axis"}}


def _running(ufunc: np.ufunc, method: str, x: Any, options: Mapping[str, Any]) -> list[Any]:
    """x_0, f(x_0, x_1), f(f(x_0, x_1), x_2) ... along one axis."""
    if set(options) != {"axis"} or not isinstance(options["axis"], int) or not x.shape[axis_of(x, options["axis"])]:
        raise untraceable(f"np.{ufunc.__name__}.{method} is traced along one axis that is not empty, without options")
    first, *entries = np.moveaxis(x, options["axis"], 0)
    results = [first]
    for entry in entries:
        results.append(ufunc(results[-1], entry))
    return results


def _outer(ufunc: np.ufunc, method: str, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    x, y = inputs
    return ufunc(np.reshape(x, (*np.shape(x), *(1,) * np.ndim(y))), y, **kwargs)


def _at(ufunc: np.ufunc, method: str, inputs: Sequence[Any], kwargs: dict[str, Any]) -> None:
    if ufunc not in (np.add, np.subtract):
        raise untraceable(f"np.{ufunc.__name__}.at is not traced; np.add.at and np.subtract.at are")
    target, key, values = inputs
    if not isinstance(target, Tracer):
        raise untraceable("a plain array cannot hold traced entries; make it with np.zeros(shape, like=x)")
    add_at(target, key, values if ufunc is np.add else -as_array(values))


def _no_method(ufunc: np.ufunc, method: str, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    raise untraceable(f"np.{ufunc.__name__}.{method} is not traced; write the parts as slices, such as np.sum(x[2:5])")


_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"__call__": _call, "reduce": _reduce, "accumulate": _accumulate, "outer": _outer, "at": _at}
)
