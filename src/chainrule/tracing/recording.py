"""Recording: an operation on tracers becomes a node, and its example value is computed.

The example value is computed with NumPy itself, so dtypes, shapes, shared memory and decisions (``if x > 0``) are those
of the plain program.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.errors import ShapeError
from chainrule.execute.interpret import value_of
from chainrule.graph import OPS, constant, make
from chainrule.tracing.origin import Origin, hands_on, here, origin, untraceable
from chainrule.tracing.tracer import Trace, Tracer, Value, View

__all__ = ["apply", "fresh", "innermost", "is_number", "lift", "operate", "real_array", "record", "view_of"]

Array = Any  # a tracer, which behaves as an array without NumPy's types knowing it


def apply(op: str, *operands: Any, **params: Any) -> Array:
    """Apply a primitive to tracers, arrays and numbers, at least one being a tracer, as the user's code does now."""
    trace = innermost(operands)
    return _with_view(record(op, _promoted(op, operands, trace), params, origin(trace.calls)), op, operands, params)


def operate(op: str, *operands: Any) -> Array:
    """Apply an elementwise primitive as Python's operators do: Python numbers give a Python number."""
    trace = innermost(operands)
    if not all(is_number(each) or (isinstance(each, Tracer) and each.weak) for each in operands):
        return record(op, _promoted(op, operands, trace), {}, origin(trace.calls))
    numbers = [_counted(each, trace) if op in _ARITHMETIC else each for each in operands]
    return record(op, _promoted(op, numbers, trace), {}, origin(trace.calls), weak=True)


def record(
    op: str, operands: Sequence[Tracer], params: Mapping[str, Any], source: Origin, *, weak: bool = False
) -> Array:
    """Make the node and compute the example value."""
    trace = innermost(operands)
    for each in operands:
        if each.owner is not trace:
            trace.captured[each.node] = each.snapshot()
    nodes = [each.node for each in operands]
    try:
        node = make(op, *nodes, name=source.name, scope=source.scope, where=source.where, **params)
    except ShapeError as error:
        raise ShapeError(f"{here()}{error}") from None
    return trace.array(node, value_of(op, [each.value for each in operands], params), trace, weak=weak)


def innermost(operands: Iterable[Any]) -> Trace:
    """The trace that an operation on these belongs to: the one within the others."""
    traces = [each.owner for each in operands if isinstance(each, Tracer)]
    if not all(trace.open for trace in traces):
        raise untraceable(
            "an array of an earlier trace was kept and is used again; let the function return it, or compute it anew "
            "in each call"
        )
    return max(traces, key=lambda trace: trace.serial)


# --- operands -----------------------------------------------------------------------------------------------

_ARITHMETIC = frozenset(
    ("add", "subtract", "multiply", "divide", "power", "floor_divide", "remainder", "negative", "absolute")
)
_KINDS = {
    "c": "complex numbers; write real and imaginary part as two arrays",
    "O": "Python objects",
    "U": "text",
    "S": "bytes",
    "M": "dates",
    "m": "time spans",
}
_PLAIN: Mapping[type, str] = {  # kinds of arrays with rules of their own
    np.matrix: "write np.asarray(A)",
    np.ma.MaskedArray: "write A.filled(value), with the value to take where it is masked",
}


def is_number(value: Any) -> bool:
    """Is this a Python number, which has no dtype of its own?"""
    return not isinstance(value, (Tracer, np.generic)) and isinstance(value, (bool, int, float))


def lift(value: Any, trace: Trace, dtype: np.dtype[Any] | None = None) -> Array:
    """Return an array, a number or a tracer as a tracer."""
    if isinstance(value, Tracer):
        return value
    node = constant(real_array(value, dtype))
    array = node.params["value"]
    return trace.array(node, array if isinstance(value, np.ndarray) else array[()], trace)


def real_array(value: Any, dtype: np.dtype[Any] | None = None) -> np.ndarray[Any, Any]:
    """Return a plain array or number as an array that a graph can hold."""
    for kind, instead in _PLAIN.items():
        if isinstance(value, kind):
            raise untraceable(f"a {kind.__name__} is not traced, only plain arrays; {instead}")
    with np.errstate(over="ignore"):
        array = np.asarray(value, dtype=dtype)
    if array.dtype.kind not in "biuf":
        raise untraceable(
            f"{array[()]!r:.60} cannot be traced: a graph holds real numbers, integers and booleans, not "
            f"{_KINDS.get(array.dtype.kind, 'records')}"
        )
    return array


def _promoted(op: str, given: Sequence[Any], trace: Trace) -> list[Tracer]:
    """The operands as tracers; Python numbers, plain and traced, take the dtype of the arrays that they meet."""
    if OPS[op].kind != "elementwise":
        return [lift(each, trace) for each in given]
    first = 1 if op == "where" else 0  # the condition has a dtype of its own
    operands = [each if is_number(each) else lift(each, trace) for each in given]
    fixed = [each.dtype for each in operands[first:] if isinstance(each, Tracer) and not each.weak]
    weak = [_python_number(each) for each in operands[first:] if is_number(each) or each.weak]
    if not weak:
        return [lift(each, trace) for each in operands]
    dtype = _meeting_dtype(op, fixed, weak)
    return [lift(each, trace) for each in operands[:first]] + [
        _in_dtype(each, dtype, trace) for each in operands[first:]
    ]


def _python_number(value: Any) -> Any:
    return value.value.item() if isinstance(value, Tracer) else value


def _meeting_dtype(op: str, fixed: list[np.dtype[Any]], weak: list[Any]) -> np.dtype[Any]:
    """The dtype in which arrays and Python numbers meet; a comparison holds for numbers beyond it, too."""
    dtype = np.result_type(*fixed, *weak)
    if OPS[op].dtype == "bool" and dtype.kind in "iu":
        limits = np.iinfo(dtype)
        beyond = [np.asarray(each).dtype for each in weak if not limits.min <= each <= limits.max]
        return np.result_type(dtype, *beyond)
    return dtype


def _in_dtype(value: Any, dtype: np.dtype[Any], trace: Trace) -> Array:
    if not isinstance(value, Tracer):
        return lift(value, trace, dtype)
    return _cast(value, dtype) if value.weak else value


def _cast(value: Tracer, dtype: np.dtype[Any], *, weak: bool = False) -> Array:
    if value.dtype == dtype:
        return value
    return record("astype", [value], {"dtype": dtype}, origin(value.owner.calls), weak=weak)


def _counted(value: Any, trace: Trace) -> Any:
    """Python's True counts as 1 in arithmetic, where NumPy's is a logical value."""
    if not isinstance(value, Tracer):
        return int(value) if isinstance(value, bool) else value
    return _cast(value, np.dtype(np.int64), weak=True) if value.dtype.kind == "b" else value


# --- shared memory ------------------------------------------------------------------------------------------

# What the base of a view becomes when the view does: base, new, index arrays, the view's params.
_MIRRORED: Mapping[str, Callable[..., Tracer] | None] = {
    "reshape": lambda base, new, arrays, params: apply("reshape", new, shape=base.shape),
    "transpose": lambda base, new, arrays, params: apply("transpose", new, axes=_inverse(params["axes"])),
    "index": lambda base, new, arrays, params: apply("index_set", base, new, *arrays, key=params["key"]),
    "broadcast_to": None,
}


def _inverse(axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(axis) for axis in np.argsort(axes))


def _with_view(result: Tracer, op: str, operands: Sequence[Any], params: Mapping[str, Any]) -> Tracer:
    """The result as a view of its operand, if NumPy made it one."""
    base = operands[0]
    if op not in _MIRRORED or not isinstance(base, Tracer):
        return result
    if op != "broadcast_to" and not _shares(result.value, base.value):  # copies along axes are read-only in any case
        return result
    arrays = [each.snapshot() if isinstance(each, Tracer) else each for each in operands[1:]]
    mirror = _MIRRORED[op]
    view = View(
        base,
        read=lambda base: apply(op, base, *arrays, **params),
        write=mirror and (lambda base, new: mirror(base, new, arrays, params)),
    )
    return result.owner.array(result.node, result.value, result.owner, view=view)


def _shares(value: Value, base: Value) -> bool:
    return isinstance(value, np.ndarray) and isinstance(base, np.ndarray) and np.may_share_memory(value, base)


def fresh(x: Tracer, prototype: Value, order: Any) -> Array:
    """Return an array with memory of its own, in an order of entries that follows from another array, or a number.

    So most of NumPy's functions return their results, however a composition of others has come to it. It matters when
    the result is reshaped, which gives a view in one order of memory and a copy in the other.
    """
    memory = np.empty_like(prototype, dtype=x.dtype, order=order, shape=x.shape)
    memory[...] = x.value
    return x.owner.array(x.node, memory[()], x.owner)


@hands_on
def view_of(
    base: Tracer, read: Callable[[Tracer], Tracer], write: Callable[[Tracer, Tracer], Tracer] | None = None
) -> Array:
    """Return what is read from the base, now and after every change of it; read-only if there is no way to write."""
    now = read(base)
    return now.owner.array(now.node, now.value, now.owner, view=View(base, read, write))
