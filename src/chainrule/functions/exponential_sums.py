"""Sums of exponentials and shares in them, all relative to the largest entry.

With m the largest of the x_j, every exp(x_j - m) is at most 1, so nothing overflows, and one of them is exactly 1, so
that the sum is 1 + (the others): log1p(the others) keeps what the logarithm of the rounded sum loses.

Source: P. Blanchard, D. J. Higham and N. J. Higham (2021), "Accurately computing the log-sum-exp and softmax
functions", IMA Journal of Numerical Analysis 41, 2311-2330.
"""

from typing import NamedTuple, TypeAlias

import numpy as np

from chainrule.functions.protocol import Array, Float64, array_function

__all__ = ["log_softmax", "logsumexp", "softmax"]

Axis: TypeAlias = int | tuple[int, ...] | None


@array_function
def logsumexp(x: Array, /, axis: Axis = None, keepdims: bool = False) -> Array:
    """Logarithm of a sum of exponentials, log(sum_j exp(x_j)).

    Domain: real x_j and ±inf.  Range: [max x, max x + log K] for K entries; -inf for none.
    Limits: ~ x_i as x_i -> inf; the value without x_i as x_i -> -inf.  Derivative: softmax(x).

    Where the exponentials add up to nearly 1 the value is nearly 0, and its error is relative to the largest entry.

    Args:
        x: array of any shape.
        axis: one axis, several, or None for all.
        keepdims: keep the summed axes with length 1.

    Source: Blanchard, Higham and Higham (2021), see the head of the module.

    Example:
        >>> logsumexp([1000.0, 1000.5])
        np.float64(1000.9740769841801)
        >>> logsumexp([[0.0, -40.0], [-np.inf, -np.inf]], axis=1)
        array([4.24835426e-18,           -inf])
    """
    parts = _relative_to_largest(x, axis)
    value = parts.largest + np.log1p(parts.others)
    return value if keepdims else np.squeeze(value, axis=axis)


@array_function
def softmax(x: Array, /, axis: Axis = -1) -> Array:
    """Shares that add up to 1, exp(x_i) / sum_j exp(x_j) = 1 / (1 + sum over j ≠ i of exp(x_j - x_i)).

    Domain: real x_j, -inf, and one +inf.  Entries that are equal and infinite and the largest have no limit: NaN.
    Range: (0, 1).  Limits: 1 as x_i -> inf, 0 as x_i -> -inf.  Derivative of s_i by x_j: s_i (1[i = j] - s_j).

    Args:
        x: array of any shape.
        axis: the axis along which the shares add up to 1, or several, or None for all; by default the last one.

    Source: J. S. Bridle (1990), "Probabilistic interpretation of feedforward classification network outputs, with
    relationships to statistical pattern recognition", Neurocomputing, NATO ASI Series 68, 227-236.

    Example:
        >>> softmax([1000.0, 1001.0, 1002.0])
        array([0.09003057, 0.24472847, 0.66524096])
    """
    parts = _relative_to_largest(x, axis)
    return parts.exponential / (1.0 + parts.others)


@array_function
def log_softmax(x: Array, /, axis: Axis = -1) -> Array:
    """Logarithm of softmax, x_i - log(sum_j exp(x_j)), finite where softmax is 0 and exact where it has rounded to 1.

    Domain: as for softmax.  Range: (-inf, 0).  Limits: 0 as x_i -> inf, ~ x_i as x_i -> -inf.
    Derivative by x_j: 1[i = j] - softmax(x)_j.

    Args:
        x: array of any shape.
        axis: as for softmax.

    Source: Blanchard, Higham and Higham (2021), see the head of the module.

    Example:
        >>> log_softmax([0.0, -40.0, -1000.0])
        array([-4.24835426e-18, -4.00000000e+01, -1.00000000e+03])
    """
    parts = _relative_to_largest(x, axis)
    return -(np.log1p(parts.others) - parts.distance)


class _Parts(NamedTuple):
    """The largest entry m; x - m; exp(x - m); and the sum of exp(x - m) over all entries but one that is largest."""

    largest: Float64
    distance: Float64
    exponential: Float64
    others: Float64


def _relative_to_largest(x: Float64, axis: Axis) -> _Parts:
    largest = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    is_largest = x == largest
    ties = np.sum(is_largest, axis=axis, keepdims=True)
    is_zero_apart = is_largest & (np.isfinite(largest) | (ties == 1))  # inf - inf counts as 0 for a single inf only

    distance, rest = _difference(x, largest)
    distance = np.where(is_zero_apart, 0.0, distance)
    exponential = np.exp(distance)
    exponential = np.where(np.isfinite(rest), exponential + exponential * rest, exponential)
    smaller = np.sum(np.where(is_largest, 0.0, exponential), axis=axis, keepdims=True)
    return _Parts(largest, distance, exponential, ties - 1.0 + smaller)


def _difference(a: Float64, b: Float64) -> tuple[Float64, Float64]:
    """The rounded difference a - b and its rounding error, which exp would blow up (Knuth's TwoSum)."""
    difference = a - b
    minus_b = difference - a
    return difference, (a - (difference - minus_b)) - (b + minus_b)
