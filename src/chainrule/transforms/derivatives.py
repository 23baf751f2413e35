"""The table of derivatives, in the order of ``graph/ops.py``. Nothing but mathematics stands in a row.

- ``LOCAL``: for elementwise operations and reductions, the *local gradient* by each input, written on nodes.
  ``out`` is the value of the
  operation; of a reduction it comes with its axes kept, so that it broadcasts against ``x``. None: the local
  gradient is zero
  everywhere (rounding, comparison).
- ``ROUTES``: operations that choose. Where the route does not hold, the upstream gradient does not flow at all: it
  is *structurally*
  zero, which is more than 0 times the local gradient.
- ``TRANSPOSES``: for (multi)linear operations, the downstream gradient by input i.
- ``PULLBACKS``: the remaining ones: the downstream gradient by input i, of functions that mix entries and are not
  linear.

Undoing broadcasting, summing over uses, dtypes and structural zeros are the business of ``differentiate.py``.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from chainrule.graph import Node, constant, make
from chainrule.graph.expressions import (
    astype,
    broadcast_to,
    cos,
    cosh,
    equal,
    exp,
    expm1,
    floor,
    full_like,
    hypot,
    index,
    log,
    matmul,
    matrix_transpose,
    reshape,
    sigmoid,
    sign,
    sin,
    sinh,
    softmax,
    sqrt,
    sum_to_shape,
    total,
    transpose,
    where,
    zeros_like,
)
from chainrule.graph.keys import Slice

__all__ = ["LOCAL", "PULLBACKS", "ROUTES", "TRANSPOSES"]

LN2, LN10 = math.log(2), math.log(10)
TWO_OVER_SQRT_PI = 2 / math.sqrt(math.pi)

Local = Callable[..., Node | float]
Route = Callable[..., Node]


# --- rows with cases ----------------------------------------------------------------------------------------


def _power_by_base(x: Node, y: Node, out: Node) -> Node:
    """Y x^(y-1), and 0 for the constant x^0 also at x = 0."""
    if _constant(y) and np.all(y.params["value"] != 0):
        return y * x ** constant(y.params["value"] - 1)
    return where(equal(y, 0), 0, y * x ** (y - 1))


def _tie(x: Node, y: Node, out: Node) -> Node | float:
    """At x = y both are greatest: half each; against a constant the subgradient 0, which is then the shortest one."""
    return 1.0 if _constant(x) or _constant(y) else where(equal(x, y), full_like(out, 0.5), 1.0)


def _constant(x: Node) -> bool:
    return x.op.name == "constant"


def _at_least(x: Node, y: Node) -> Node:
    """Does x win against y? A tie goes to both, unless one of them is a constant."""
    return x > y if _constant(x) or _constant(y) else x >= y


def _share(x: Node, out: Node) -> Node:
    """1 over the number of entries that are greatest (or least)."""
    winners = astype(equal(x, out), x.dtype)
    axes = [axis for axis in range(x.ndim) if x.shape[axis] != out.shape[axis]]
    return 1 / total(winners, axes, keepdims=True)


def _product_of_others(x: Node, out: Node) -> Node:
    """The product of all other entries, also where entries are zero: running products from both ends."""
    axes = [axis for axis in range(x.ndim) if x.shape[axis] != out.shape[axis]]
    kept = [axis for axis in range(x.ndim) if axis not in axes]
    moved = transpose(x, (*kept, *axes))
    flat = reshape(moved, (*(x.shape[axis] for axis in kept), math.prod(x.shape[axis] for axis in axes)))
    others = _exclusive_products(flat) * _reversed(_exclusive_products(_reversed(flat)))
    return transpose(reshape(others, moved.shape), tuple(int(i) for i in np.argsort([*kept, *axes])))


def _exclusive_products(x: Node) -> Node:
    """The product of all earlier entries along the last axis; 1 for the first."""
    shifted = make("concatenate", full_like(_first(x), 1), _all_but_last(x), axis=x.ndim - 1)
    return make("cumprod", shifted, axis=x.ndim - 1)


def _first(x: Node) -> Node:
    return index(x, (..., Slice(0, 1, None)))


def _all_but_last(x: Node) -> Node:
    return index(x, (..., Slice(0, max(x.shape[-1] - 1, 0), None)))


def _reversed(x: Node) -> Node:
    return index(x, (..., Slice(None, None, -1)))


# --- local gradients of elementwise operations and reductions -----------------------------------------------

LOCAL: Mapping[str, tuple[Local | None, ...]] = MappingProxyType(
    {
        # arithmetic
        "add": (lambda x, y, out: 1, lambda x, y, out: 1),
        "subtract": (lambda x, y, out: 1, lambda x, y, out: -1),
        "multiply": (lambda x, y, out: y, lambda x, y, out: x),
        "divide": (lambda x, y, out: 1 / y, lambda x, y, out: -out / y),
        "power": (_power_by_base, lambda x, y, out: where(equal(out, 0), 0, out * log(x))),
        "floor_divide": (None, None),
        "remainder": (lambda x, y, out: 1, lambda x, y, out: -floor(x / y)),
        "negative": (lambda x, out: -1,),
        "reciprocal": (lambda x, out: -(out * out),),
        "square": (lambda x, out: 2 * x,),
        "absolute": (lambda x, out: sign(x),),
        "sign": (None,),
        "sqrt": (lambda x, out: 0.5 / out,),
        "cbrt": (lambda x, out: 1 / (3 * (out * out)),),
        "hypot": (
            lambda x, y, out: where(equal(out, 0), 0, x / out),
            lambda x, y, out: where(equal(out, 0), 0, y / out),
        ),
        # exponentials and logarithms
        "exp": (lambda x, out: out,),
        "exp2": (lambda x, out: LN2 * out,),
        "expm1": (lambda x, out: exp(x),),
        "log": (lambda x, out: 1 / x,),
        "log2": (lambda x, out: 1 / (LN2 * x),),
        "log10": (lambda x, out: 1 / (LN10 * x),),
        "log1p": (lambda x, out: 1 / (1 + x),),
        "log1mexp": (lambda x, out: -1 / expm1(-x),),
        "logaddexp": (
            lambda x, y, out: where(equal(x, y), 0.5, sigmoid(x - y)),
            lambda x, y, out: where(equal(x, y), 0.5, sigmoid(y - x)),
        ),
        "xlogy": (lambda x, y, out: log(y), lambda x, y, out: where(equal(x, 0), 0, x / y)),
        # trigonometric and hyperbolic
        "sin": (lambda x, out: cos(x),),
        "cos": (lambda x, out: -sin(x),),
        "tan": (lambda x, out: 1 + out * out,),
        "arcsin": (lambda x, out: 1 / sqrt((1 - x) * (1 + x)),),
        "arccos": (lambda x, out: -1 / sqrt((1 - x) * (1 + x)),),
        "arctan": (lambda x, out: 1 / (1 + x * x),),
        "arctan2": (
            lambda y, x, out: (x / hypot(x, y)) / hypot(x, y),
            lambda y, x, out: -(y / hypot(x, y)) / hypot(x, y),
        ),
        "sinh": (lambda x, out: cosh(x),),
        "cosh": (lambda x, out: sinh(x),),
        "tanh": (lambda x, out: 4 * (sigmoid(2 * x) * sigmoid(-2 * x)),),
        "arcsinh": (lambda x, out: 1 / hypot(x, 1),),
        "arccosh": (lambda x, out: 1 / (sqrt(x - 1) * sqrt(x + 1)),),
        "arctanh": (lambda x, out: 1 / ((1 - x) * (1 + x)),),
        # functions of neural networks and statistics
        "sigmoid": (lambda x, out: sigmoid(-x) * out,),
        "softplus": (lambda x, out: sigmoid(x),),
        "erf": (lambda x, out: TWO_OVER_SQRT_PI * exp(-(x * x)),),
        "erfc": (lambda x, out: -TWO_OVER_SQRT_PI * exp(-(x * x)),),
        # choice (see ROUTES)
        "maximum": (_tie, _tie),
        "minimum": (_tie, _tie),
        "where": (None, lambda c, x, y, out: 1, lambda c, x, y, out: 1),
        # rounding
        **dict.fromkeys(("floor", "ceil", "trunc", "rint"), (None,)),
        # comparison and logic
        **dict.fromkeys(("less", "less_equal", "equal", "not_equal", "greater", "greater_equal"), (None, None)),
        **dict.fromkeys(("logical_and", "logical_or", "logical_xor"), (None, None)),
        **dict.fromkeys(("logical_not", "isnan", "isinf", "isfinite", "signbit"), (None,)),
        # bits of integers
        **dict.fromkeys(("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"), (None, None)),
        "invert": (None,),
        # dtype
        "astype": (lambda x, out: 1,),
        # reductions
        "sum": (lambda x, out: 1,),
        "prod": (_product_of_others,),
        "max": (_share,),
        "min": (_share,),
        "logsumexp": (lambda x, out: exp(x - out),),
        **dict.fromkeys(("any", "all", "argmax", "argmin"), (None,)),
    }
)

ROUTES: Mapping[str, tuple[Route | None, ...]] = MappingProxyType(
    {
        "maximum": (lambda x, y, out: _at_least(x, y), lambda x, y, out: _at_least(y, x)),
        "minimum": (lambda x, y, out: _at_least(y, x), lambda x, y, out: _at_least(x, y)),
        "where": (None, lambda c, x, y, out: c, lambda c, x, y, out: ~c),
        "max": (lambda x, out: equal(x, out),),
        "min": (lambda x, out: equal(x, out),),
    }
)


# --- linear operations: transposes --------------------------------------------------------------------------


def _as_matrices(a: Node, b: Node, g: Node) -> tuple[Node, Node, Node]:
    """A matrix product with a vector as one with a row or a column."""
    left = reshape(a, (1, *a.shape)) if a.ndim == 1 else a
    right = reshape(b, (*b.shape, 1)) if b.ndim == 1 else b
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    return left, right, reshape(g, (*batch, left.shape[-2], right.shape[-1]))


def _matmul(node: Node, i: int, g: Node) -> Node:
    """A B: g B^T and A^T g."""
    a, b, g = _as_matrices(node.inputs[0], node.inputs[1], g)
    down = matmul(g, matrix_transpose(b)) if i == 0 else matmul(matrix_transpose(a), g)
    return reshape(sum_to_shape(down, (a, b)[i].shape), node.inputs[i].shape)


def _einsum(node: Node, i: int, g: Node) -> Node:
    """Exchange the letters of input i with those of the result; letters that only input i has are copied."""
    terms, result = node.params["subscripts"].split("->")
    letters = terms.split(",")
    others = [k for k in range(len(letters)) if k != i]
    known = set(result).union(*(letters[k] for k in others))
    found = "".join(letter for letter in letters[i] if letter in known)
    subscripts = ",".join([result, *(letters[k] for k in others)]) + "->" + found
    down = make("einsum", g, *(node.inputs[k] for k in others), subscripts=subscripts)
    lengths = {
        letter: length
        for k in others
        for letter, length in zip(letters[k], node.inputs[k].shape, strict=True)
        if length != 1
    }
    lengths = {**lengths, **dict(zip(result, g.shape, strict=True))}
    mine = node.inputs[i].shape
    full = tuple(lengths.get(letter, length) for letter, length in zip(letters[i], mine, strict=True))
    kept = tuple(length if letter in known else 1 for letter, length in zip(letters[i], full, strict=True))
    return sum_to_shape(broadcast_to(reshape(down, kept), full), mine)


def _transpose(node: Node, i: int, g: Node) -> Node:
    return transpose(g, tuple(int(axis) for axis in np.argsort(node.params["axes"])))


def _index(node: Node, i: int, g: Node) -> Node:
    x, *arrays = node.inputs
    return make("index_add", astype(zeros_like(x), g.dtype), g, *arrays, key=node.params["key"])


def _index_add(node: Node, i: int, g: Node) -> Node:
    _, values, *arrays = node.inputs
    return g if i == 0 else sum_to_shape(index(g, node.params["key"], *arrays), values.shape)


def _index_set(node: Node, i: int, g: Node) -> Node:
    x, values, *arrays = node.inputs
    if i == 0:
        return make("index_set", g, constant(0, g.dtype), *arrays, key=node.params["key"])
    del x
    picked = index(g, node.params["key"], *arrays)
    last = equal(index(_writers(node, picked), node.params["key"], *arrays), _numbered(picked)) if arrays else None
    return sum_to_shape(where(last, picked, 0) if last is not None else picked, values.shape)


def _numbered(x: Node) -> Node:
    return constant(np.arange(x.size).reshape(x.shape))


def _writers(node: Node, picked: Node) -> Node:
    """For every entry of x the number of the value that was written there last."""
    x, _, *arrays = node.inputs
    nobody = broadcast_to(constant(-1), x.shape)
    return make("index_set", nobody, _numbered(picked), *arrays, key=node.params["key"])


def _concatenate(node: Node, i: int, g: Node) -> Node:
    axis = node.params["axis"]
    start = sum(each.shape[axis] for each in node.inputs[:i])
    part = Slice(start, start + node.inputs[i].shape[axis], None)
    return index(g, (*[Slice(None, None, None)] * axis, part))


def _cumsum(node: Node, i: int, g: Node) -> Node:
    """The running sum from the other end."""
    backwards = (*[Slice(None, None, None)] * node.params["axis"], Slice(None, None, -1))
    return index(make("cumsum", index(g, backwards), axis=node.params["axis"]), backwards)


TRANSPOSES: Mapping[str, Callable[[Node, int, Node], Node]] = MappingProxyType(
    {
        "cumsum": _cumsum,
        "reshape": lambda node, i, g: reshape(g, node.inputs[0].shape),
        "transpose": _transpose,
        "broadcast_to": lambda node, i, g: sum_to_shape(g, node.inputs[0].shape),
        "index": _index,
        "index_set": _index_set,
        "index_add": _index_add,
        "concatenate": _concatenate,
        "matmul": _matmul,
        "einsum": _einsum,
    }
)


# --- the others ---------------------------------------------------------------------------------------------


def _cumprod(node: Node, i: int, g: Node) -> Node:
    """Each running product as a product over all entries, later ones replaced by 1: right also where some are zero."""
    x, axis = node.inputs[0], node.params["axis"]
    length = x.shape[axis]
    order = (*(a for a in range(x.ndim) if a != axis), axis)
    last, g_last = transpose(x, order), transpose(g, order)
    until = constant(np.tri(length, dtype=bool))  # row k: which entries the k-th running product takes
    rows = where(until, broadcast_to(reshape(last, (*last.shape[:-1], 1, length)), (*last.shape, length)), 1)
    products = reshape(make("prod", rows, axes=(rows.ndim - 1,), keepdims=False), (*last.shape, 1))
    local = where(until, _product_of_others(rows, products), 0)
    down = total(reshape(g_last, (*last.shape, 1)) * local, [rows.ndim - 2])
    return transpose(down, tuple(int(a) for a in np.argsort(order)))


def _softmax(node: Node, i: int, g: Node) -> Node:
    s, axis = node, node.params["axis"]
    return s * (g - total(s * g, [axis], keepdims=True))


def _log_softmax(node: Node, i: int, g: Node) -> Node:
    axis = node.params["axis"]
    return g - softmax(node.inputs[0], axis) * total(g, [axis], keepdims=True)


def _inv(node: Node, i: int, g: Node) -> Node:
    transposed = matrix_transpose(node)
    return -matmul(transposed, matmul(g, transposed))


def _det(node: Node, i: int, g: Node) -> Node:
    x = node.inputs[0]
    cofactors = reshape(node, (*node.shape, 1, 1)) * matrix_transpose(make("inv", x))
    return reshape(g, (*g.shape, 1, 1)) * cofactors


def _solve(node: Node, i: int, g: Node) -> Node:
    matrix, right = node.inputs
    down = make("solve", matrix_transpose(matrix), g)
    if i == 1:
        return sum_to_shape(down, right.shape)
    column, row = (
        (reshape(down, (*down.shape, 1)), reshape(node, (*node.shape, 1))) if right.ndim == 1 else (down, node)
    )
    return sum_to_shape(-matmul(column, matrix_transpose(row)), matrix.shape)


PULLBACKS: Mapping[str, Callable[[Node, int, Node], Node]] = MappingProxyType(
    {
        "cumprod": _cumprod,
        "softmax": _softmax,
        "log_softmax": _log_softmax,
        "inv": _inv,
        "det": _det,
        "solve": _solve,
    }
)
