"""Rules for matrix products and Einstein sums."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from chainrule.graph import Node, make
from chainrule.graph.expressions import astype, broadcast_to, filled, reshape, total
from chainrule.graph.expressions import transpose as transposed
from chainrule.graph.keys import ArrayIndex
from chainrule.graph.node import constant
from chainrule.transforms.rows import ROWS
from chainrule.transforms.selection import WHOLE
from chainrule.transforms.views import MOVES

__all__ = ["einsum", "matmul", "transpose"]

_SHORT_ROW = 1024  # bytes; the sums of so many columns stay in registers
_LARGE = 2**18  # bytes; of less, all passes but the first are cheap


def transpose(node: Node) -> Node | None:
    """``(A B)^T -> B^T A^T``."""
    product = node.inputs[0]
    if product.op.name != "matmul" or product.ndim != 2 or node.params["axes"] != (1, 0):
        return None
    a, b = product.inputs
    if a.ndim != 2 or b.ndim != 2:
        return None
    return make("matmul", transposed(b, (1, 0)), transposed(a, (1, 0)))


def matmul(node: Node) -> Node | None:
    """A vector is a matrix of one row or one column; a stack of them times one matrix is a tall one times it."""
    a, b = node.inputs
    if a.ndim > 2 and b.ndim <= 2:
        columns = reshape(b, (*b.shape, 1)) if b.ndim == 1 else b
        tall = reshape(a, (math.prod(a.shape[:-1]), a.shape[-1]))
        return reshape(_product(tall, columns), node.shape)
    rows = reshape(a, (1, *a.shape)) if a.ndim == 1 else a
    columns = reshape(b, (*b.shape, 1)) if b.ndim == 1 else b
    product = _product(rows, columns)
    return None if product.inputs == node.inputs and product.op is node.op else reshape(product, node.shape)


def _product(a: Node, b: Node) -> Node:
    """The matrix product, or what is the same and takes fewer passes over memory."""
    if a.shape[-1] == 1:
        return astype(a * b, np.result_type(a.dtype, b.dtype))
    if a.dtype != b.dtype or a.dtype.kind != "f":
        return make("matmul", a, b)
    if _is_one_number(a) or _is_one_number(b):
        return _summed_products(a, b)
    if b.ndim == 2 and b.shape[1] == 1 and _is_few_columns_transposed(a):
        flat = total(transposed(a, (1, 0)) * b, [0])
        return reshape(flat, (a.shape[0], 1))
    return make("matmul", a, b)


def _summed_products(a: Node, b: Node) -> Node:
    """``[[c, c], [c, c]] @ b -> c b`` summed along the columns, for each row the same; ``a @ c`` likewise."""
    shape = (*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-1])
    if _is_one_number(a):
        sums = total(b * _number(a), [b.ndim - 2], keepdims=True)
    else:
        sums = total(a * _number(b), [a.ndim - 1], keepdims=True)
    return broadcast_to(sums, shape)


def _is_few_columns_transposed(a: Node) -> bool:
    """Is this the transpose of a tall matrix, of which each row is read at once?"""
    if a.op.name != "transpose" or a.ndim != 2 or any(n % ROWS == 0 for n in a.shape):
        return False
    row = a.shape[0] * a.dtype.itemsize
    return a.shape[0] > 1 and row <= _SHORT_ROW and a.size * a.dtype.itemsize >= _LARGE


def _number(node: Node) -> Node:
    return constant(_origin(node).params["value"].flat[0], node.dtype)


def _is_one_number(node: Node) -> bool:
    """Is this a constant all of whose entries are the same?"""
    origin = _origin(node)
    if origin.op.name != "constant" or origin.size == 0:
        return False
    value = origin.params["value"]
    return bool(np.all(value == value.flat[0]))


def _origin(node: Node) -> Node:
    while node.op.name in MOVES and len(node.inputs) == 1:
        node = node.inputs[0]
    return node


# --- Einstein sums --------------------------------------------------------------------------------------------


class _Term(NamedTuple):
    """A factor, with a letter for each of its axes, no two of them the same."""

    node: Node
    letters: str


def einsum(node: Node) -> Node | None:
    """Pairs of factors in NumPy's order, as products of matrices or entries; what one has alone is summed first."""
    if node.dtype.kind != "f" or any(each.dtype != node.dtype for each in node.inputs) or not node.inputs:
        return None
    if any(each.size == 0 for each in node.inputs):
        return filled(node.shape, node.dtype, 0)
    written, result = node.params["subscripts"].split("->")
    terms = [_on_diagonal(_Term(x, letters)) for x, letters in zip(node.inputs, written.split(","), strict=True)]
    for pair in _order(node):
        taken = [terms.pop(k) for k in sorted(pair, reverse=True)]
        kept = set(result).union(*(each.letters for each in terms))
        terms.append(_together(taken[::-1], kept))
    (term,) = terms
    return make("broadcast_to", _arranged(term, result), shape=node.shape)


def _order(node: Node) -> list[tuple[int, ...]]:
    """Which factors are multiplied, one time after the other; what comes of it goes to the end."""
    if len(node.inputs) <= 2:
        return [tuple(range(len(node.inputs)))]
    hollow = [np.broadcast_to(np.empty((), each.dtype), each.shape) for each in node.inputs]
    path: list[tuple[int, ...]] = np.einsum_path(node.params["subscripts"], *hollow, optimize="greedy")[0][1:]
    return path if all(len(step) <= 2 for step in path) else [(0, 1)] * (len(node.inputs) - 1)


def _on_diagonal(term: _Term) -> _Term:
    """Axes of the same letter become one, along the diagonal."""
    x, letters = term
    for letter in dict.fromkeys(letters):
        same = [axis for axis, each in enumerate(letters) if each == letter]
        if len(same) == 1:
            continue
        others = [axis for axis in range(x.ndim) if axis not in same]
        x = transposed(x, (*same, *others))
        places = [constant(np.arange(n)) for n in x.shape[: len(same)]]
        key = tuple(ArrayIndex(k) for k in range(len(same))) + (WHOLE,) * len(others)
        x = make("index", x, *places, key=key)
        letters = letter + "".join(letters[axis] for axis in others)
    return _Term(x, letters)


def _together(terms: Sequence[_Term], kept: set[str]) -> _Term:
    """The product of one or two factors, summed over the letters that nobody needs any more."""
    if len(terms) == 1:
        return _summed(terms[0], kept)
    a, b = (_summed(each, kept | set(other.letters)) for each, other in zip(terms, terms[::-1], strict=True))
    lengths = dict.fromkeys(a.letters + b.letters, 1)
    for term in (a, b):
        for letter, n in zip(term.letters, term.node.shape, strict=True):
            lengths[letter] = n if lengths[letter] == 1 else lengths[letter]
    summed = [letter for letter in a.letters if letter in b.letters and letter not in kept]
    own = [[c for c in term.letters if c not in other.letters] for term, other in ((a, b), (b, a))]
    stack = [letter for letter in a.letters if letter in b.letters and letter in kept]
    if not summed:
        letters = "".join((*stack, *own[0], *own[1]))
        return _Term(_spread(a, letters) * _spread(b, letters), letters)
    rows, columns, inner = (math.prod(lengths[c] for c in some) for some in (own[0], own[1], summed))
    first = _as_matrices(a, (*stack, *own[0], *summed), len(stack), (rows, inner), lengths)
    second = _as_matrices(b, (*stack, *summed, *own[1]), len(stack), (inner, columns), lengths)
    letters = "".join((*stack, *own[0], *own[1]))
    return _Term(reshape(make("matmul", first, second), tuple(lengths[c] for c in letters)), letters)


def _as_matrices(
    term: _Term, letters: Sequence[str], n_stack: int, matrix: tuple[int, int], lengths: dict[str, int]
) -> Node:
    """The factor with its axes in an order, those behind the stack as one matrix; axes of length 1 are copied."""
    x = _arranged(term, "".join(letters))
    shape = tuple(lengths[letter] for letter in letters)
    x = x if x.shape == shape else make("broadcast_to", x, shape=shape)
    return reshape(x, (*shape[:n_stack], *matrix))


def _summed(term: _Term, kept: set[str]) -> _Term:
    axes = [axis for axis, letter in enumerate(term.letters) if letter not in kept]
    letters = "".join(letter for letter in term.letters if letter in kept)
    return _Term(total(term.node, axes), letters)


def _spread(term: _Term, letters: str) -> Node:
    """The factor with axes for all letters, of length 1 where it has none."""
    found = _arranged(term, "".join(letter for letter in letters if letter in term.letters))
    lengths = iter(found.shape)
    return reshape(found, tuple(next(lengths) if letter in term.letters else 1 for letter in letters))


def _arranged(term: _Term, letters: str) -> Node:
    return transposed(term.node, tuple(term.letters.index(letter) for letter in letters))
