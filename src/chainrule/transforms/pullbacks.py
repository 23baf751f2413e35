"""The table of pullbacks of operations that move or mix entries, in the order of ``graph/ops.py``.

A row takes the node, the position i of an input and the upstream gradient, and returns the downstream gradient.

- ``TRANSPOSES``: of operations that are linear in each input.
- ``PULLBACKS``: of the others.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from chainrule.graph import Node, constant, make
from chainrule.graph.expressions import (
    astype,
    broadcast_to,
    equal,
    index,
    matmul,
    matrix_transpose,
    on_diagonal,
    reshape,
    softmax,
    sum_to_shape,
    total,
    transpose,
    where,
    zeros_like,
)
from chainrule.graph.keys import ArrayIndex, Slice
from chainrule.transforms.derivatives import product_of_others

__all__ = ["PULLBACKS", "TRANSPOSES"]

SMALL_MATRIX = 4  # rows up to which a determinant's cofactors are computed by minors


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
    terms, _, result = node.params["subscripts"].partition("->")
    letters = terms.split(",")
    others = [k for k in range(len(letters)) if k != i]
    mine = dict(zip(letters[i], node.inputs[i].shape, strict=True))  # a repeated letter once
    known = _lengths([result, *(letters[k] for k in others)], [g, *(node.inputs[k] for k in others)])
    found = "".join(letter for letter in mine if letter in known)
    subscripts = ",".join([result, *(letters[k] for k in others)]) + "->" + found
    down = make("einsum", g, *(node.inputs[k] for k in others), subscripts=subscripts)
    spread = tuple(length if known.get(letter, 1) == 1 else known[letter] for letter, length in mine.items())
    kept = tuple(known.get(letter, 1) for letter in mine)
    return on_diagonal(sum_to_shape(broadcast_to(reshape(down, kept), spread), tuple(mine.values())), letters[i])


def _lengths(terms: list[str], nodes: list[Node]) -> dict[str, int]:
    """How long the axes of each letter are; axes of length 1 are copied as the others of their letter ask."""
    lengths: dict[str, int] = {}
    for letters, node in zip(terms, nodes, strict=True):
        for letter, length in zip(letters, node.shape, strict=True):
            lengths[letter] = length if lengths.get(letter, 1) == 1 else lengths[letter]
    return lengths


def _transpose(node: Node, i: int, g: Node) -> Node:
    return transpose(g, tuple(int(axis) for axis in np.argsort(node.params["axes"])))


def _index(node: Node, i: int, g: Node) -> Node:
    x, *arrays = node.inputs
    return make("index_add", astype(zeros_like(x), g.dtype), g, *arrays, key=node.params["key"])


def _index_add(node: Node, i: int, g: Node) -> Node:
    _, values, *arrays = node.inputs
    return g if i == 0 else sum_to_shape(index(g, node.params["key"], *arrays), values.shape)


def _index_set(node: Node, i: int, g: Node) -> Node:
    _, values, *arrays = node.inputs
    if i == 0:
        return make("index_set", g, constant(0, g.dtype), *arrays, key=node.params["key"])
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
    parts = where(until, reshape(g_last, (*last.shape, 1)) * product_of_others(rows), 0)
    return transpose(total(parts, [rows.ndim - 2]), tuple(int(a) for a in np.argsort(order)))


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
    """The matrix of cofactors: of small matrices by minors, which also exist where the matrix has no inverse."""
    x = node.inputs[0]
    if 1 <= x.shape[-1] <= SMALL_MATRIX:
        cofactors = _cofactors(x)
    else:
        cofactors = reshape(node, (*node.shape, 1, 1)) * matrix_transpose(make("inv", x))
    return reshape(g, (*g.shape, 1, 1)) * cofactors


def _cofactors(x: Node) -> Node:
    """Entry i, j: the determinant without row i and column j, with the sign of (-1)^(i + j)."""
    n = x.shape[-1]
    others = np.array([[k for k in range(n) if k != i] for i in range(n)], dtype=np.intp)
    rows, columns = constant(others.reshape(n, 1, n - 1, 1)), constant(others.reshape(1, n, 1, n - 1))
    minors = make("det", index(x, (..., ArrayIndex(0), ArrayIndex(1)), rows, columns))
    return minors * constant((-1.0) ** np.add.outer(np.arange(n), np.arange(n)), minors.dtype)


def _solve(node: Node, i: int, g: Node) -> Node:
    """A x = b: A^-T g for b, and -A^-T g x^T for A."""
    matrix, right = node.inputs
    vector = right.ndim == 1
    x, g = (_column(node), _column(g)) if vector else (node, g)
    down = make("solve", matrix_transpose(matrix), g)
    if i == 0:
        return sum_to_shape(-matmul(down, matrix_transpose(x)), matrix.shape)
    return sum_to_shape(reshape(down, down.shape[:-1]) if vector else down, right.shape)


def _column(x: Node) -> Node:
    return reshape(x, (*x.shape, 1))


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
