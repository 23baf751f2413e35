"""Random graphs with arguments, as strategies of hypothesis, which makes a failing one smaller by itself.

Each node is evaluated as soon as it is made: what NumPy refuses is left out, and decisions can be recorded as guards.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from chainrule.errors import ShapeError
from chainrule.execute.interpret import value_of
from chainrule.graph import Graph, Node, constant, input_node, make
from chainrule.graph.graph import Guard
from chainrule.graph.keys import ArrayIndex, Slice
from chainrule.graph.ops import OPS
from fuzzing.arrays import DTYPES, FLOATS, LAYOUTS, filled
from fuzzing.cases import Case, decision

Draw = Callable[[st.SearchStrategy[Any]], Any]

_LENGTHS = [3, 1, 2, 0, 5, 4, 8, 17, 33, 70, 129, 260]
_LARGEST = 3000  # entries
_ELEMENTWISE = {
    n: [op.name for op in OPS.values() if op.kind == "elementwise" and op.arity == n and op.name != "astype"]
    for n in (1, 2)
}
_REDUCTIONS = [op.name for op in OPS.values() if op.kind == "reduction"]
_ALONG = [op.name for op in OPS.values() if op.kind == "axis"]
_REFUSED = (ShapeError, TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError)


class _Growing:
    """A graph that grows node by node, with the value of each node."""

    def __init__(self, draw: Draw, floats_only: bool) -> None:
        self.draw = draw
        self.dtypes = DTYPES[:2] if floats_only else [*DTYPES, *DTYPES[:2] * 3]
        self.rng = np.random.default_rng(draw(st.integers(0, 2**16)))
        self.values: dict[Node, Any] = {}
        self.arguments: list[Any] = []
        self.shape = self._base_shape()

    # --- sources ------------------------------------------------------------------------------------------------

    def _base_shape(self) -> tuple[int, ...]:
        shape: list[int] = []
        for length in self.draw(st.lists(st.sampled_from(_LENGTHS), max_size=4)):
            if length * int(np.prod(shape)) <= _LARGEST:
                shape.append(length)
        return tuple(shape)

    def some_shape(self) -> tuple[int, ...]:
        """The common shape, or one that is broadcast to it, or one of its own."""
        kind = self.draw(st.sampled_from(["whole", "ones", "tail", "number", "other"]))
        if kind == "other":
            return self._base_shape()
        if kind == "ones":
            return tuple(n if self.draw(st.booleans()) else 1 for n in self.shape)
        if kind == "tail":
            return self.shape[self.draw(st.integers(0, len(self.shape))) :]
        return self.shape if kind == "whole" else ()

    def array(self, shape: tuple[int, ...], dtype: np.dtype[Any] | None = None) -> Any:
        dtype = dtype or self.draw(st.sampled_from(self.dtypes))
        return filled(self.rng, shape, dtype, self.draw(st.sampled_from(list(FLOATS))))

    def input(self, number: int) -> None:
        value = self.array(self.some_shape())
        node = input_node(f"x{number}", value.shape, value.dtype)
        if value.ndim == 0 and self.draw(st.booleans()):
            value = value[()]
            if value.dtype == np.float64 and self.draw(st.booleans()):
                value = float(value)
        else:
            value = LAYOUTS[self.draw(st.sampled_from(list(LAYOUTS)))](value)
        self.arguments.append(value)
        self.values[node] = np.asarray(value, node.dtype)[()]

    def constant(self) -> Node:
        node = constant(self.array(self.some_shape()))
        self.values[node] = node.params["value"][()]
        return node

    # --- nodes --------------------------------------------------------------------------------------------------

    def any(self, kinds: str = "") -> Node:
        """One of the nodes, sooner a late one; of these kinds of dtypes if there is one."""
        nodes = [node for node in self.values if not kinds or node.dtype.kind in kinds] or list(self.values)
        return self.draw(st.sampled_from(nodes[::-1]))

    def beside(self, node: Node) -> Node:
        """A node whose shape goes with another one's."""
        fitting = [each for each in self.values if _broadcast(each.shape, node.shape)]
        choice = self.draw(st.integers(0, len(fitting)))
        if choice < len(fitting):
            return fitting[::-1][choice]
        number = constant(self.array((), node.dtype))
        self.values[number] = number.params["value"][()]
        return number

    def add(self, op: str, *inputs: Node, **params: Any) -> None:
        """Add a node, unless NumPy refuses it or it is too large."""
        try:
            node = make(op, *inputs, **params)
            if node.size > _LARGEST:
                return
            self.values[node] = value_of(op, [self.values[each] for each in inputs], params)
        except _REFUSED:
            return
        assert np.asarray(self.values[node]).dtype == node.dtype, node
        assert np.shape(self.values[node]) == node.shape, node

    def grow(self) -> None:
        self.draw(st.sampled_from(_STEPS))(self)


def _broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(n == m or 1 in (n, m) for n, m in zip(a[::-1], b[::-1], strict=False))


def _axes(draw: Draw, node: Node) -> tuple[int, ...]:
    return tuple(axis for axis in range(node.ndim) if draw(st.booleans()))


# --- one step each ------------------------------------------------------------------------------------------------


def _unary(g: _Growing) -> None:
    g.add(g.draw(st.sampled_from(_ELEMENTWISE[1])), g.any())


def _of_two(g: _Growing) -> None:
    x = g.any()
    pair = [x, g.beside(x)]
    g.add(g.draw(st.sampled_from(_ELEMENTWISE[2])), *(pair if g.draw(st.booleans()) else pair[::-1]))


def _arithmetic(g: _Growing) -> None:
    x = g.any("f")
    g.add(g.draw(st.sampled_from(["add", "multiply", "subtract", "divide", "maximum"])), x, g.beside(x))


def _where(g: _Growing) -> None:
    x = g.any()
    y = g.beside(x)
    condition = g.any("b")
    g.add("where", condition, x, y)


def _astype(g: _Growing) -> None:
    x, dtype = g.any(), g.draw(st.sampled_from(g.dtypes))
    value = np.asarray(g.values[x])
    if value.dtype.kind == "f" and dtype.kind in "iu" and not _fits(value, dtype):
        return  # NumPy leaves open what becomes of it
    g.add("astype", x, dtype=dtype)


def _fits(value: Any, dtype: np.dtype[Any]) -> bool:
    wide, limits = value.astype(np.float64), np.iinfo(dtype)
    return bool(np.all((wide >= float(limits.min)) & (wide < float(limits.max))))


def _reduction(g: _Growing) -> None:
    x, op = g.any(), g.draw(st.sampled_from(_REDUCTIONS))
    axes = _axes(g.draw, x)
    if op in ("argmax", "argmin") and len(axes) != 1:
        axes = tuple(range(x.ndim))
    g.add(op, x, axes=axes, keepdims=g.draw(st.booleans()))


def _sum(g: _Growing) -> None:
    x = g.any("f")
    g.add("sum", x, axes=_axes(g.draw, x), keepdims=g.draw(st.booleans()))


def _along(g: _Growing) -> None:
    x = g.any()
    if x.ndim:
        g.add(g.draw(st.sampled_from(_ALONG)), x, axis=g.draw(st.integers(0, x.ndim - 1)))


def _reshape(g: _Growing) -> None:
    x = g.any()
    shapes = [(x.size,), (1, *x.shape), (*x.shape, 1)]
    shapes += (
        [(x.shape[0] * x.shape[1], *x.shape[2:]), (*x.shape[:-2], x.shape[-2] * x.shape[-1])] if x.ndim > 1 else []
    )
    shapes += [(2, x.size // 2)] if x.size % 2 == 0 else []
    shapes += [tuple(n for n in x.shape if n != 1)]
    g.add("reshape", x, shape=g.draw(st.sampled_from(shapes)))


def _transpose(g: _Growing) -> None:
    x = g.any()
    g.add("transpose", x, axes=tuple(g.draw(st.permutations(range(x.ndim)))))


def _broadcast_to(g: _Growing) -> None:
    x = g.any()
    shape = tuple(g.draw(st.sampled_from(_LENGTHS)) if n == 1 else n for n in x.shape)
    g.add("broadcast_to", x, shape=(*((2,) if g.draw(st.booleans()) else ()), *shape))


def _concatenate(g: _Growing) -> None:
    x = g.any()
    if not x.ndim:
        return
    axis = g.draw(st.integers(0, x.ndim - 1))
    rest = x.shape[:axis] + x.shape[axis + 1 :]
    others = [each for each in g.values if each.ndim == x.ndim and each.shape[:axis] + each.shape[axis + 1 :] == rest]
    g.add("concatenate", *g.draw(st.lists(st.sampled_from(others), min_size=1, max_size=3)), x, axis=axis)


# --- indexing -----------------------------------------------------------------------------------------------------


def _slice(draw: Draw, n: int) -> Slice:
    ends = st.none() | st.integers(-n - 1, n + 1)
    return Slice(draw(ends), draw(ends), draw(st.sampled_from([None, -1, 2, 1, -2, 3])))


def _key(g: _Growing, shape: tuple[int, ...], *, arrays: bool) -> tuple[tuple[Any, ...], list[Node]]:
    """A key for an array of this shape, and the index arrays."""
    parts: list[Any] = []
    indices: list[Node] = []
    common = tuple(g.draw(st.lists(st.integers(0, 4), max_size=2)))
    for n in shape[: g.draw(st.integers(0, len(shape)))]:
        kinds = ["slice", "number", "all"] + (["array", "array"] if arrays else [])
        kind = g.draw(st.sampled_from(kinds if n else ["all", "slice"]))
        if kind == "array":
            parts.append(ArrayIndex(len(indices)))
            indices.append(_indices(g, n, common))
        elif kind == "number":
            parts.append(g.draw(st.integers(-n, n - 1)))
        else:
            parts.append(_slice(g.draw, n) if kind == "slice" else Slice(None, None, None))
    extra = g.draw(st.sampled_from(["no", "no", "new", "ellipsis"]))
    if extra != "no":
        parts.insert(
            g.draw(st.integers(0, len(parts))) if extra == "new" else len(parts), None if extra == "new" else ...
        )
    return tuple(parts), indices


def _indices(g: _Growing, n: int, shape: tuple[int, ...]) -> Node:
    """A node with indices below n: computed by the graph, or a constant."""
    found = [each for each in g.values if each.dtype == np.intp and each.size and _within(g.values[each], n)]
    fitting = [each for each in found if _broadcast(each.shape, shape)]
    if fitting and g.draw(st.booleans()):
        return g.draw(st.sampled_from(fitting[::-1]))
    node = constant(g.rng.integers(-n, n, shape))
    g.values[node] = node.params["value"][()]
    return node


def _within(value: Any, n: int) -> bool:
    return bool(np.all((value >= -n) & (value < n)))


def _index(g: _Growing) -> None:
    x = g.any()
    key, indices = _key(g, x.shape, arrays=g.draw(st.booleans()))
    g.add("index", x, *indices, key=key)


def _assign(g: _Growing) -> None:
    """index_set and index_add; only the latter with indices that may come twice."""
    op = g.draw(st.sampled_from(["index_add", "index_set"]))
    x = g.any("" if op == "index_set" else "f")
    key, indices = _key(g, x.shape, arrays=op == "index_add" and g.draw(st.booleans()))
    try:
        place = make("index", x, *indices, key=key)
    except _REFUSED:
        return
    fitting = [each for each in g.values if each.dtype == x.dtype and _broadcasts_to(each.shape, place.shape)]
    choice = g.draw(st.integers(0, len(fitting)))
    values = fitting[::-1][choice] if choice < len(fitting) else constant(g.array((), x.dtype))
    g.values.setdefault(values, values.params.get("value"))
    g.add(op, x, values, *indices, key=key)


def _broadcasts_to(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    return len(shape) <= len(to) and all(n in (1, m) for n, m in zip(shape[::-1], to[::-1], strict=False))


# --- products -----------------------------------------------------------------------------------------------------


def _matmul(g: _Growing) -> None:
    """A product with another node that fits, its transpose, or a constant."""
    a = g.any("f")
    if not a.ndim:
        return
    b = g.draw(st.sampled_from(_factors(g, a)[::-1]))
    g.add("matmul", a, b)


def _factors(g: _Growing, a: Node) -> list[Node]:
    found = [each for each in g.values if each.ndim and each.shape[-2:][0] == a.shape[-1]]
    turned = [each for each in g.values if each.ndim == 2 and each.shape[1] == a.shape[-1]]
    for each in turned[-2:]:
        g.add("transpose", each, axes=(1, 0))
        found.append(list(g.values)[-1])
    weights = constant(g.array((a.shape[-1], g.draw(st.sampled_from(_LENGTHS))), a.dtype))
    g.values[weights] = weights.params["value"]
    return [*found, weights]


def _einsum(g: _Growing) -> None:
    count = g.draw(st.integers(1, 2))
    nodes = [g.any("f") for _ in range(count)]
    lengths: dict[str, int] = {}
    terms = [_letters(g.draw, node.shape, lengths) for node in nodes]
    kept = [letter for letter in lengths if g.draw(st.booleans())]
    result = "".join(g.draw(st.permutations(kept)))
    g.add("einsum", *nodes, subscripts=f"{','.join(terms)}->{result}")


def _letters(draw: Draw, shape: Sequence[int], lengths: dict[str, int]) -> str:
    letters = ""
    for n in shape:
        known = [letter for letter, length in lengths.items() if length == n]
        new = "abcdefghij"[len(lengths)]
        letter = draw(st.sampled_from([*known, new]))
        lengths[letter] = n
        letters += letter
    return letters


_STEPS: list[Callable[[_Growing], None]] = [
    *[_unary] * 6,
    *[_of_two] * 6,
    *[_arithmetic] * 5,
    *[_where] * 2,
    *[_reduction] * 3,
    *[_sum] * 2,
    *[_index] * 4,
    *[_matmul] * 3,
    *[_reshape] * 2,
    *[_transpose] * 2,
    *[_broadcast_to] * 2,
    *[_along] * 3,
    *[_assign] * 4,
    _astype,
    _concatenate,
    _einsum,
]


# --- graphs -------------------------------------------------------------------------------------------------------


@st.composite
def cases(draw: Draw, *, floats_only: bool = False, most_nodes: int = 14) -> Case:
    """A random graph with arguments."""
    g = _Growing(draw, floats_only)
    for number in range(draw(st.integers(1, 3))):
        g.input(number)
    inputs = list(g.values)
    for _ in range(draw(st.integers(1, most_nodes))):
        g.grow()
        if draw(st.integers(0, 9)) == 9:
            g.constant()
    return Case(_finished(g, inputs), tuple(g.arguments))


def _finished(g: _Growing, inputs: Sequence[Node]) -> Graph:
    """All nodes that nothing uses are outputs, and some others; some decisions are guards."""
    nodes = list(g.values)
    used = {each for node in nodes for each in node.inputs}
    ends = [node for node in nodes if node not in used and node.op.kind != "source"]
    more = g.draw(st.lists(st.sampled_from(nodes), max_size=2))
    open_ones = set(_following([node for node in nodes if node.op.name == "signbit"], nodes))  # of NaN, either
    booleans = [node for node in nodes if node.dtype.kind == "b" and node.op.name != "constant" and node.size]
    decided = [node for node in booleans if node not in open_ones]
    guarded = g.draw(st.lists(st.sampled_from(decided), max_size=2)) if decided and g.draw(st.booleans()) else []
    guards = tuple(Guard(node, decision(g.values[node])) for node in guarded)
    return Graph(tuple(inputs), (*ends, *more) or (nodes[-1],), guards)


def _following(some: Sequence[Node], nodes: Sequence[Node]) -> list[Node]:
    """These nodes and all that depend on them."""
    found = dict.fromkeys(some)
    for node in nodes:
        if any(each in found for each in node.inputs):
            found[node] = None
    return list(found)
