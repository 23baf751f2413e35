"""Losses of quantities that single samples far off do not rule.

Arguments and results are those of `chainrule.functions.losses`: N samples with K outputs are (N, K), or (N,) for a
single output; the loss is (N,).
"""

import math
from collections.abc import Sequence

import numpy as np

from chainrule.errors import InputError, ShapeError
from chainrule.functions.loss_arguments import alike, mean_over_outputs, require_number
from chainrule.functions.protocol import Array, as_numbers

__all__ = ["absolute_error", "huber_error", "log_cosh_error", "pinball_error"]


def absolute_error(prediction: Array, target: Array) -> Array:
    """Mean over the outputs of |a - y|; least for the median.

    Range: [0, inf).  Derivative by a: sign(a - y) / K, and 0 at a = y.

    Args:
        prediction: a, shape (N, K), or (N,) for a single output.
        target: y, of the same shape.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes differ.
        InputTypeError: an argument is no number, such as a text.

    Example:
        >>> absolute_error([[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0], [3.0, 4.0]])
        array([1., 0.])
    """
    prediction, target = alike("absolute_error", prediction=prediction, target=target)
    return mean_over_outputs(np.abs(prediction - target))


def huber_error(prediction: Array, target: Array, delta: float = 1.0) -> Array:
    """Mean over the outputs of the squared error near 0 and the absolute one far out.

    With d = a - y: d² / 2 for |d| <= delta, else delta (|d| - delta / 2).

    Range: [0, inf).  Derivative by a: d / K, at most delta / K.

    Args:
        prediction: a, shape (N, K), or (N,) for a single output.
        target: y, of the same shape.
        delta: from where on an error counts as an outlier; greater than 0.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes differ.
        InputError: delta is not greater than 0.
        InputTypeError: an argument is no number, such as a text.

    Source: P. J. Huber (1964), "Robust estimation of a location parameter".

    Example:
        >>> huber_error([1.0, 11.0], [0.0, 1.0])
        array([0.5, 9.5])
    """
    require_number("huber_error", "delta", delta, "greater than 0", 0 < delta < math.inf)
    prediction, target = alike("huber_error", prediction=prediction, target=target)
    size = np.abs(prediction - target)
    near = np.minimum(size, delta)
    return mean_over_outputs(near * (size - near / 2))


def log_cosh_error(prediction: Array, target: Array) -> Array:
    """Mean over the outputs of log(cosh(a - y)): as the squared error near 0, as the absolute one far out, and smooth.

    log(cosh(d)) = log(1 + 2 sinh²(d / 2)) subtracts nothing near 0, and |d| - log 2 + log(1 + exp(-2 |d|)) does not
    overflow far out.

    Range: [0, inf).  Limits: ~ d² / 2 as d -> 0, ~ |d| - log 2 as |d| -> inf.  Derivative by a: tanh(a - y) / K.

    Args:
        prediction: a, shape (N, K), or (N,) for a single output.
        target: y, of the same shape.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes differ.
        InputTypeError: an argument is no number, such as a text.

    Example:
        >>> log_cosh_error([1e-10, 1.0, 1000.0], [0.0, 0.0, 0.0])
        array([5.00000000e-21, 4.33780830e-01, 9.99306853e+02])
    """
    prediction, target = alike("log_cosh_error", prediction=prediction, target=target)
    size = np.abs(prediction - target)
    near = np.log1p(2 * np.square(np.sinh(np.minimum(size, 1) / 2)))
    far = size - math.log(2) + np.log1p(np.exp(-2 * size))
    return mean_over_outputs(np.where(size < 1, near, far))


def pinball_error(prediction: Array, target: Array, quantiles: float | Sequence[float] = 0.5) -> Array:
    """Mean over the outputs of q (y - a) where the prediction is too low, and (1 - q) (a - y) where it is too high.

    It is least where a share of q of the targets lies below the prediction: an output that learns it is the q-quantile.

    Range: [0, inf).  Derivative by a: -q / K below the target, (1 - q) / K above.

    Args:
        prediction: a, shape (N, K), or (N,) for a single output.
        target: y, of the same shape; or (N,) or (N, 1), the same one for all outputs.
        quantiles: q of each output, or one for all; greater than 0 and less than 1.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: shapes that do not fit, or not one quantile for each output.
        InputError: a quantile that is not between 0 and 1.
        InputTypeError: an argument is no number, such as a text.

    Source: R. Koenker and G. Bassett (1978), "Regression quantiles".

    Example:
        >>> pinball_error([[1.0, 3.0]], [2.0], quantiles=[0.25, 0.75])  # (0.25 * 1 + 0.25 * 1) / 2
        array([0.25])
        >>> pinball_error([1.0, 3.0], [2.0, 2.0], quantiles=0.9)
        array([0.9, 0.1])
    """
    q = np.asarray(as_numbers(quantiles, "pinball_error"))
    if not np.all((q > 0) & (q < 1)):
        raise InputError(f"pinball_error: quantiles={quantiles!r}, but each must be greater than 0 and less than 1")
    prediction, target = as_numbers(prediction, "pinball_error"), as_numbers(target, "pinball_error")
    if q.ndim and q.shape != prediction.shape[1:]:
        raise ShapeError(
            f"pinball_error: {q.size} quantiles for a prediction of shape {prediction.shape}; "
            "give one for each output, or one number for all"
        )
    if prediction.ndim == 2 and target.shape in (prediction.shape[:1], (prediction.shape[0], 1)):
        target = target.reshape(-1, 1) * np.ones(prediction.shape[1], target.dtype)
    prediction, target = alike("pinball_error", prediction=prediction, target=target)
    q = q.astype(prediction.dtype if prediction.dtype.kind == "f" else float)
    missing = target - prediction
    return mean_over_outputs(np.where(missing > 0, q * missing, (q - 1) * missing))
