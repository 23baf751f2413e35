"""Tracer: the stand-in for an array while a NumPy function is traced.

A tracer holds a node of the graph and an example value. It behaves as the array would: operators, methods, NumPy's
functions, indexing, assignment, views. Each operation makes a node and computes the example value with NumPy itself, so
dtypes, shapes and decisions (``if x > 0``) are those of the plain program; decisions are recorded as guards.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from chainrule.errors import TraceError
from chainrule.execute.interpret import value_of
from chainrule.graph import Guard, Node, constant, make
from chainrule.tracing.origin import Calls, Origin, here, origin

__all__ = ["Trace", "Tracer", "View", "apply", "innermost", "is_number", "lift", "record"]

Value = Any


@dataclass
class Trace:
    """What one run of a traced function leaves besides its result.

    Attributes:
        depth: 0 for a trace from outside, 1 for a trace within it (a gradient of a gradient), and so on.
        guards: decisions by value.
        captured: tracers of an outer trace that the function used without being given them.
        calls: the numbering of function calls, for scopes.
    """

    depth: int = 0
    guards: list[Guard] = field(default_factory=list)
    captured: dict[Node, "Tracer"] = field(default_factory=dict)
    calls: Calls = field(default_factory=Calls)


@dataclass(frozen=True)
class View:
    """A tracer that shows part of another one's memory, as ``x[2:]``, ``x.T`` and ``x.reshape(...)`` do in NumPy.

    Attributes:
        base: the tracer whose memory it is.
        read: what the view shows, given the base.
        write: what the base becomes when the view becomes the given tracer.
    """

    base: "Tracer"
    read: "Callable[[Tracer], Tracer]"
    write: "Callable[[Tracer, Tracer], Tracer]"


class Tracer:
    """An array during tracing. Made by ``chainrule.trace``; code that is traced sees it in place of its arguments.

    Attributes:
        weak: it stands for a Python number, which takes the dtype of the array that it meets.
    """

    __slots__ = ("__weakref__", "_node", "_seen", "_value", "_version", "_view", "trace", "weak")

    def __init__(self, node: Node, value: Value, trace: Trace, *, weak: bool = False, view: View | None = None) -> None:
        self._node = node
        self._value = value
        self._version = 0  # counts assignments into this memory
        self._view = view
        self._seen = view.base.version if view else 0  # the base's version that node and value belong to
        self.trace = trace
        self.weak = weak

    # --- node and value, fresh even if the memory behind a view was written --------------------------------

    @property
    def node(self) -> Node:
        """The node that computes this array."""
        self._refresh()
        return self._node

    @property
    def value(self) -> Value:
        """The example value."""
        self._refresh()
        return self._value

    @property
    def version(self) -> int:
        """How often this memory has been written."""
        return self._view.base.version if self._view else self._version

    def _refresh(self) -> None:
        if self._view and self._seen != self._view.base.version:
            now = self._view.read(self._view.base)
            self._node, self._value, self._seen = now._node, now._value, self._view.base.version

    def assign(self, new: "Tracer") -> None:
        """Become another array of the same shape, and so change every array that shares this memory."""
        if self._view:
            self._view.base.assign(self._view.write(self._view.base, new))
        else:
            self._node, self._value, self._version = new.node, new.value, self._version + 1

    # --- what an array knows without its entries -----------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return self._node.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the entries."""
        return self._node.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self._node.ndim

    @property
    def size(self) -> int:
        """Number of entries."""
        return self._node.size

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a number")
        return self.shape[0]

    def __iter__(self) -> "Iterator[Tracer]":
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"Tracer({self.dtype}{list(self.shape)}, example {self.value!r})"

    # --- decisions by value: recorded as guards ------------------------------------------------------------

    def decide(self, convert: Callable[[Value], Any]) -> Any:
        """Return what the example value decides and record it: the graph holds for inputs that decide the same."""
        decision = convert(self.value)
        self.trace.guards.append(Guard(self.node, decision))
        return decision

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

    # --- NumPy's protocols ---------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        from chainrule.tracing.ufuncs import call_ufunc  # the tables are written with tracers

        return call_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        from chainrule.tracing.numpy_functions import call_function

        return call_function(function, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        from chainrule.tracing.methods import method

        return method(self, name)

    def __getitem__(self, key: Any) -> "Tracer":
        from chainrule.tracing.indexing import get

        return get(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        from chainrule.tracing.indexing import put

        put(self, key, value)


# --- recording an operation -------------------------------------------------------------------------------

_MIRRORED: Mapping[
    str, Callable[[Tracer, Tracer, Node], Tracer]
] = {  # views: how the base changes when the view does; the last argument is the view's node
    "reshape": lambda base, new, node: apply("reshape", new, shape=base.shape),
    "transpose": lambda base, new, node: apply(
        "transpose", new, axes=tuple(int(i) for i in np.argsort(node.params["axes"]))
    ),
    "index": lambda base, new, node: apply("index_set", base, new, key=node.params["key"]),
}


def apply(op: str, *operands: Any, **params: Any) -> Tracer:
    """Apply a primitive to tracers, arrays and numbers, at least one being a tracer, as the user's code does now."""
    trace = innermost(operands)
    return record(op, _promoted(op, operands, trace), params, origin(trace.calls))


def record(op: str, operands: Sequence[Tracer], params: Mapping[str, Any], source: Origin) -> Tracer:
    """Make the node and compute the example value."""
    trace = innermost(operands)
    for each in operands:
        if each.trace is not trace:
            trace.captured[each.node] = each
    node = make(
        op, *(each.node for each in operands), name=source.name, scope=source.scope, where=source.where, **params
    )
    value = value_of(op, [each.value for each in operands], params)
    return Tracer(node, value, trace, view=_view(op, node, value, operands))


def innermost(operands: Iterable[Any]) -> Trace:
    """The trace that an operation on these belongs to: the one within the others."""
    return max((each.trace for each in operands if isinstance(each, Tracer)), key=lambda trace: trace.depth)


def _view(op: str, node: Node, value: Value, operands: Sequence[Tracer]) -> View | None:
    """The result as a view of its operand, if NumPy made it one."""
    if op not in _MIRRORED or len(operands) > 1 or not isinstance(value, np.ndarray):
        return None
    base = operands[0]
    if not np.may_share_memory(value, base.value):
        return None
    write = _MIRRORED[op]
    return View(base, lambda base: apply(op, base, **node.params), lambda base, new: write(base, new, node))


def is_number(value: Any) -> bool:
    """Is this a Python number, which has no dtype of its own?"""
    return isinstance(value, (bool, int, float)) and not isinstance(value, np.generic)


def lift(value: Any, trace: Trace, dtype: np.dtype[Any] | None = None) -> Tracer:
    """Return an array, a number or a tracer as a tracer."""
    if isinstance(value, Tracer):
        return value
    array = np.asarray(value, dtype=dtype)[()]
    if array.dtype.kind not in "biuf":
        raise TraceError(
            f"{array.dtype} arrays cannot be traced: a graph holds real numbers, integers and booleans; found {value!r}"
        )
    return Tracer(constant(array), array, trace)


def _promoted(op: str, given: Sequence[Any], trace: Trace) -> list[Tracer]:
    """The operands as tracers; Python numbers, plain and traced, take the dtype of the arrays that they meet."""
    operands = [each if is_number(each) else lift(each, trace) for each in given]
    first = 1 if op == "where" else 0  # the condition has a dtype of its own
    fixed = [each.dtype for each in operands[first:] if isinstance(each, Tracer) and not each.weak]
    weak = [_python_number(each) for each in operands[first:] if is_number(each) or each.weak]
    if not weak:
        return operands
    dtype = _common_dtype(fixed, weak)
    return [
        each if i < first and isinstance(each, Tracer) else _in_dtype(each, dtype, trace)
        for i, each in enumerate(operands)
    ]


def _python_number(value: Any) -> Any:
    return value.value.item() if isinstance(value, Tracer) else value


def _common_dtype(fixed: list[np.dtype[Any]], weak: list[Any]) -> np.dtype[Any]:
    try:
        return np.result_type(*fixed, *weak)
    except OverflowError:  # an integer beyond the dtype: compare as NumPy does, in the dtype of the number itself
        return np.result_type(*fixed, *(np.asarray(each).dtype for each in weak))


def _in_dtype(value: Any, dtype: np.dtype[Any], trace: Trace) -> Tracer:
    if not isinstance(value, Tracer):
        return lift(value, trace, dtype)
    if not value.weak or value.dtype == dtype:
        return value
    node = make("astype", value.node, dtype=dtype)
    return Tracer(node, np.asarray(value.value).astype(dtype)[()], value.trace)


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
        setattr(Tracer, f"__{name}__", lambda self, other, ufunc=ufunc: _operate(ufunc, self, other))
        setattr(Tracer, f"__r{name}__", lambda self, other, ufunc=ufunc: _operate(ufunc, other, self))
        setattr(Tracer, f"__i{name}__", lambda self, other, ufunc=ufunc: _in_place(ufunc, self, other))
    for name, ufunc in _COMPARISONS.items():
        setattr(Tracer, f"__{name}__", lambda self, other, ufunc=ufunc: _operate(ufunc, self, other))
    for name, ufunc in _UNARY.items():
        setattr(Tracer, f"__{name}__", lambda self, ufunc=ufunc: _keep_weak(self, getattr(np, ufunc)(self)))


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
