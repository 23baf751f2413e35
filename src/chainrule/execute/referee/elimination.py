"""Gauss's elimination on numbers of the referee; the pivot is what is certainly not 0 and largest."""

from typing import Any

import numpy as np
from mpmath import libmp

from chainrule.execute.referee.functions import elementwise
from chainrule.execute.referee.interval import UNKNOWN, Interval, Number, interval

__all__ = ["determinant", "inverse", "solution"]

Array = Any


def determinant(matrix: Array, *, precision: int) -> Number:
    """The determinant of a square matrix."""
    rows, value = matrix.copy(), interval(1.0, precision)
    product: Number = value
    for k in range(len(rows)):
        pivot = _pivot(rows[:, k], k)
        if pivot is None:
            return 0.0 if all(isinstance(each, float) and each == 0.0 for each in rows[k:, k]) else UNKNOWN
        product = product * (rows[pivot, k] if pivot == k else -rows[pivot, k])
        rows[[k, pivot]] = rows[[pivot, k]]
        _eliminate(rows, k, range(k + 1, len(rows)), precision)
    return product


def solution(matrix: Array, right: Array, *, precision: int) -> Array:
    """The solution x of matrix x = right, which is one vector or several columns; unknown for a singular matrix."""
    size = len(matrix)
    rows = np.concatenate([matrix, right.reshape(size, -1)], axis=1)
    for k in range(size):
        pivot = _pivot(rows[:, k], k)
        if pivot is None:
            return np.full(right.shape, UNKNOWN, dtype=object)
        rows[[k, pivot]] = rows[[pivot, k]]
        _eliminate(rows, k, [i for i in range(size) if i != k], precision)
    for k in range(size):
        for j in range(size, rows.shape[1]):
            rows[k, j] = elementwise("divide", rows[k, j], rows[k, k], precision=precision)
    return rows[:, size:].reshape(right.shape)


def inverse(matrix: Array, *, precision: int) -> Array:
    """The inverse of a square matrix."""
    one = interval(1.0, precision)
    identity = np.array(
        [[one if i == j else 0.0 for j in range(len(matrix))] for i in range(len(matrix))], dtype=object
    )
    return solution(matrix, identity.reshape(matrix.shape), precision=precision)


def _pivot(column: Array, start: int) -> int | None:
    """The row from ``start`` on with the largest entry that is certainly not 0."""
    found = [i for i in range(start, len(column)) if isinstance(column[i], Interval) and column[i].sign]
    return max(found, key=lambda i: libmp.to_float(libmp.mpf_abs(column[i].low)), default=None)


def _eliminate(rows: Array, k: int, others: Any, precision: int) -> None:
    """Subtract row k from others, so that their entry k becomes 0."""
    for i in others:
        factor = elementwise("divide", rows[i, k], rows[k, k], precision=precision)
        for j in range(k, rows.shape[1]):
            rows[i, j] = rows[i, j] - factor * rows[k, j]
