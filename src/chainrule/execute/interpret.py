"""The interpreter: one NumPy callable for every primitive, which is what the primitive means."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule import functions
from chainrule.graph import Graph, Node
from chainrule.graph.keys import Key, numpy_key

__all__ = ["VALUES", "Program", "Values", "interpret", "value_of"]

Value = Any  # an array or a NumPy scalar
Call = tuple[Callable[..., Value], list[int], int]  # what to call, the slots of its arguments, the slot of its value


def interpret(graph: Graph, arguments: Sequence[Value]) -> list[Value]:
    """Return the values of the graph's outputs.

    Floating-point warnings are silent: infinities and NaN stand in the result, where they can be seen.

    Example:
        >>> from chainrule.graph import input_node
        >>> x = input_node("x", (), np.dtype(float))
        >>> interpret(Graph((x,), (x * x,)), [3.0])
        [np.float64(9.0)]
    """
    return Program(graph).run(arguments)


def value_of(op: str, inputs: Sequence[Value], params: Mapping[str, Any]) -> Value:
    """Return the value of one primitive."""
    with np.errstate(all="ignore"):
        return VALUES[op](*inputs, **params)


class Program:
    """A graph made ready to run many times: a list of calls in topological order.

    Args:
        graph: what to compute.

    Example:
        >>> from chainrule.graph import input_node
        >>> x = input_node("x", (), np.dtype(float))
        >>> square = Program(Graph((x,), (x * x,)))
        >>> square.run([3.0]), square.run([4.0])
        ([np.float64(9.0)], [np.float64(16.0)])
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._slots = {node: slot for slot, node in enumerate(graph.nodes)}
        fixed: dict[Node, Value] = {}
        varying: list[Node] = []
        for node in graph.nodes:
            if node in graph.inputs:
                continue
            if node.op.name == "constant":
                fixed[node] = node.params["value"][()]
            elif all(each in fixed for each in node.inputs):  # depends on constants only: computed once
                fixed[node] = _frozen(value_of(node.op.name, [fixed[each] for each in node.inputs], node.params))
            else:
                varying.append(node)
        self._constants = [(self._slots[node], value) for node, value in fixed.items()]
        self._calls = [self._call(node) for node in varying]
        self._spent = self._last_uses(varying)

    def run(self, arguments: Sequence[Value]) -> list[Value]:
        """Return the values of the outputs, numbers as NumPy scalars, arrays as the caller's own.

        Other values are let go of after their last use.
        """
        store = self._computed(arguments, self._spent)
        others = [each for each in arguments if isinstance(each, np.ndarray)]
        for node in self.graph.outputs:
            others.append(_own(store[self._slots[node]], others))
        return others[len(others) - len(self.graph.outputs) :]

    def run_all(self, arguments: Sequence[Value]) -> "Values":
        """Return the value of every node."""
        return Values(self._slots, self._computed(arguments, itertools.repeat(())))

    def _computed(self, arguments: Sequence[Value], spent: Iterable[Sequence[int]]) -> list[Value]:
        """Make all calls; after each one the values that are spent are let go."""
        store: list[Value] = [None] * len(self._slots)
        for node, argument in zip(self.graph.inputs, arguments, strict=True):
            store[self._slots[node]] = argument if hasattr(argument, "dtype") else np.asarray(argument, node.dtype)[()]
        for slot, value in self._constants:
            store[slot] = value
        with np.errstate(all="ignore"):
            for (function, slots, slot), spent_now in zip(self._calls, spent, strict=False):
                store[slot] = function(*[store[each] for each in slots])
                for each in spent_now:
                    store[each] = None
        return store

    def _call(self, node: Node) -> Call:
        function = VALUES[node.op.name]
        bound = partial(function, **node.params) if node.params else function
        return bound, [self._slots[each] for each in node.inputs], self._slots[node]

    def _last_uses(self, nodes: Sequence[Node]) -> list[list[int]]:
        """For each node the slots whose values nothing needs after it."""
        kept = {self._slots[node] for node in self.graph.outputs}
        last = {self._slots[each]: node for node in nodes for each in (node, *node.inputs)}
        spent: dict[Node, list[int]] = {node: [] for node in nodes}
        for slot, node in last.items():
            if slot not in kept:
                spent[node].append(slot)
        return list(spent.values())


def _frozen(value: Value) -> Value:
    """The value, which all runs share."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    return value


def _own(value: Value, others: Sequence[Value]) -> Value:
    """The value in memory that the caller may write into: not a constant's, an argument's or another result's."""
    array = np.asarray(value)
    if array.ndim and (not array.flags.writeable or any(np.may_share_memory(array, each) for each in others)):
        return array.copy()
    return array[()]


class Values(Mapping[Node, Value]):
    """The value of every node of one run."""

    def __init__(self, slots: Mapping[Node, int], store: list[Value]) -> None:
        self._slots = slots
        self._store = store

    def __getitem__(self, node: Node) -> Value:
        return self._store[self._slots[node]]

    def __iter__(self) -> Any:
        return iter(self._slots)

    def __len__(self) -> int:
        return len(self._slots)


# --- values that are more than one NumPy call ---------------------------------------------------------------


def _reduction(function: Callable[..., Value]) -> Callable[..., Value]:
    return lambda x, axes, keepdims: function(x, axis=axes, keepdims=keepdims)


def _position(function: Callable[..., Value]) -> Callable[..., Value]:
    """Position of an extreme entry along one axis, or in the flat array over all axes."""

    def call(x: Value, axes: tuple[int, ...], keepdims: bool) -> Value:
        x = np.asarray(x)
        return function(x, axis=axes[0] if len(axes) == 1 else None, keepdims=keepdims)

    return call


def _astype(x: Value, dtype: np.dtype[Any]) -> Value:
    return x.astype(dtype) if isinstance(x, (np.ndarray, np.generic)) else np.asarray(x).astype(dtype)[()]


def _index(x: Value, *arrays: Value, key: Key) -> Value:
    return np.asarray(x)[numpy_key(key, arrays)]


def _index_set(x: Value, values: Value, *arrays: Value, key: Key) -> Value:
    result = np.array(x)
    result[numpy_key(key, arrays)] = values
    return result


def _index_add(x: Value, values: Value, *arrays: Value, key: Key) -> Value:
    result = np.array(x)
    if arrays:
        np.add.at(result, numpy_key(key, arrays), values)
    else:
        result[numpy_key(key, ())] += values
    return result


VALUES: Mapping[str, Callable[..., Value]] = MappingProxyType(
    {
        # arithmetic
        "add": np.add,
        "subtract": np.subtract,
        "multiply": np.multiply,
        "divide": np.true_divide,
        "power": np.power,
        "floor_divide": np.floor_divide,
        "remainder": np.remainder,
        "negative": np.negative,
        "reciprocal": np.reciprocal,
        "square": np.square,
        "absolute": np.absolute,
        "sign": np.sign,
        "sqrt": np.sqrt,
        "cbrt": np.cbrt,
        "hypot": np.hypot,
        # exponentials and logarithms
        "exp": np.exp,
        "exp2": np.exp2,
        "expm1": np.expm1,
        "log": np.log,
        "log2": np.log2,
        "log10": np.log10,
        "log1p": np.log1p,
        "log1mexp": functions.log1mexp,
        "logaddexp": np.logaddexp,
        "xlogy": functions.xlogy,
        # trigonometric and hyperbolic
        "sin": np.sin,
        "cos": np.cos,
        "tan": np.tan,
        "arcsin": np.arcsin,
        "arccos": np.arccos,
        "arctan": np.arctan,
        "arctan2": np.arctan2,
        "sinh": np.sinh,
        "cosh": np.cosh,
        "tanh": np.tanh,
        "arcsinh": np.arcsinh,
        "arccosh": np.arccosh,
        "arctanh": np.arctanh,
        # functions of neural networks and statistics
        "sigmoid": functions.sigmoid,
        "softplus": functions.softplus,
        "erf": functions.erf,
        "erfc": functions.erfc,
        # choice
        "maximum": np.maximum,
        "minimum": np.minimum,
        "where": np.where,
        # rounding
        "floor": np.floor,
        "ceil": np.ceil,
        "trunc": np.trunc,
        "rint": np.rint,
        # comparison and logic
        "less": np.less,
        "less_equal": np.less_equal,
        "equal": np.equal,
        "not_equal": np.not_equal,
        "greater": np.greater,
        "greater_equal": np.greater_equal,
        "logical_and": np.logical_and,
        "logical_or": np.logical_or,
        "logical_xor": np.logical_xor,
        "logical_not": np.logical_not,
        "isnan": np.isnan,
        "isinf": np.isinf,
        "isfinite": np.isfinite,
        "signbit": np.signbit,
        # bits of integers
        "bitwise_and": np.bitwise_and,
        "bitwise_or": np.bitwise_or,
        "bitwise_xor": np.bitwise_xor,
        "left_shift": np.left_shift,
        "right_shift": np.right_shift,
        "invert": np.invert,
        # dtype
        "astype": _astype,
        # reductions
        "sum": _reduction(np.sum),
        "prod": _reduction(np.prod),
        "max": _reduction(np.max),
        "min": _reduction(np.min),
        "logsumexp": _reduction(functions.logsumexp),
        "any": _reduction(np.any),
        "all": _reduction(np.all),
        "argmax": _position(np.argmax),
        "argmin": _position(np.argmin),
        # along one axis
        "cumsum": np.cumsum,
        "cumprod": np.cumprod,
        "softmax": functions.softmax,
        "log_softmax": functions.log_softmax,
        "argsort": lambda x, axis: np.argsort(x, axis=axis, kind="stable"),
        # structure
        "reshape": lambda x, shape: np.reshape(x, shape),
        "transpose": lambda x, axes: np.transpose(x, axes),
        "broadcast_to": lambda x, shape: np.broadcast_to(x, shape),
        "index": _index,
        "index_set": _index_set,
        "index_add": _index_add,
        "concatenate": lambda *arrays, axis: np.concatenate(arrays, axis=axis),
        # contraction
        "matmul": np.matmul,
        "einsum": lambda *arrays, subscripts: np.einsum(subscripts, *arrays, optimize=len(arrays) > 2),
        # linear algebra
        "inv": np.linalg.inv,
        "det": np.linalg.det,
        "solve": np.linalg.solve,
    }
)
