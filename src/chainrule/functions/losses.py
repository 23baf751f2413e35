"""Losses: one number per sample, from logits, with no epsilon and no clipping.

Batches are rows: N samples with K outputs are an array of shape (N, K), and the loss has shape (N,); its mean is the
cost. Where there is one output per sample, shape (N,) will do.

The two cross-entropies take logits z, not probabilities: log(σ(z)) and log(softmax(z)) stay exact where the probability
itself has rounded to 0 or 1, and so does their gradient. Logits are finite.

The dtype is NumPy's common one of both arguments, so float32 logits want float32 targets.
"""

import numpy as np

from chainrule.errors import InputError, ShapeError
from chainrule.functions.activations import softplus
from chainrule.functions.exponential_sums import log_softmax
from chainrule.functions.loss_arguments import alike, mean_over_outputs
from chainrule.functions.protocol import Array, as_array, as_numbers

__all__ = ["binary_cross_entropy", "categorical_cross_entropy", "squared_error"]


def squared_error(prediction: Array, target: Array) -> Array:
    """Mean over the outputs of (a - y)².

    Range: [0, inf).  Derivative by a: 2 (a - y) / K.

    Args:
        prediction: a, shape (N, K), or (N,) for a single output.
        target: y, of the same shape.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes differ.
        InputTypeError: an argument is no number, such as a text.

    Example:
        >>> squared_error([[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0], [3.0, 4.0]])
        array([2., 0.])
    """
    prediction, target = alike("squared_error", prediction=prediction, target=target)
    return mean_over_outputs(np.square(prediction - target))


def binary_cross_entropy(logits: Array, target: Array) -> Array:
    """Mean over the outputs of -y log σ(z) - (1 - y) log(1 - σ(z)) = y softplus(-z) + (1 - y) softplus(z).

    The shorter softplus(z) - y z subtracts nearly equal numbers where a sample is learned: at z = 40, y = 1 it gives 0
    instead of 4.2e-18, and its gradient 0 instead of -4.2e-18. Here nothing is subtracted.

    Domain: finite z, 0 <= y <= 1.  Range: [0, inf).  Limits: for y = 1, ~ exp(-z) -> 0 as z -> inf, ~ -z as z -> -inf.
    Derivative by z: (σ(z) - y) / K.

    Args:
        logits: z, shape (N, K), or (N,) for a single output.
        target: y, of the same shape, 0, 1 or a probability.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes differ.
        InputTypeError: an argument is no number, such as a text.

    Example:
        >>> binary_cross_entropy([0.0, 40.0, -1000.0], [1.0, 1.0, 1.0])
        array([6.93147181e-01, 4.24835426e-18, 1.00000000e+03])
    """
    logits, target = alike("binary_cross_entropy", logits=logits, target=target)
    return mean_over_outputs(target * softplus(-logits) + (1 - target) * softplus(logits))


def categorical_cross_entropy(logits: Array, labels: Array) -> Array:
    """Minus the logarithm of the probability of the right class, -log softmax(z)_y, or -sum_k y_k log softmax(z)_k.

    Domain: finite z.  Range: [0, inf).  Limits: 0 as the right class's logit -> inf, ~ minus that logit as it -> -inf.
    Derivative by z: softmax(z) - y, with y one-hot.

    Args:
        logits: z, shape (N, K).
        labels: the classes 0 to K - 1 as integers, shape (N,); or a probability for each class, shape (N, K).

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes do not fit, or labels of shape (N,) are not integers.
        InputError: a label is not one of 0 to K - 1.
        InputTypeError: the logits are no numbers.

    Example:
        >>> categorical_cross_entropy([[40.0, 0.0], [0.0, 1000.0]], [0, 0])
        array([4.24835426e-18, 1.00000000e+03])
        >>> categorical_cross_entropy([[0.0, 0.0]], [[0.3, 0.7]])
        array([0.69314718])
    """
    logits, labels = as_numbers(logits, "categorical_cross_entropy"), as_array(labels)
    _require_labels(logits, labels)
    log_probability = log_softmax(logits)
    if labels.ndim == 2:
        return -np.sum(labels * log_probability, axis=-1)
    return -np.take_along_axis(log_probability, labels[:, np.newaxis], axis=-1)[:, 0]


def _require_labels(logits: Array, labels: Array) -> None:
    if logits.ndim != 2 or labels.shape not in (logits.shape, logits.shape[:1]):
        raise ShapeError(
            f"categorical_cross_entropy: logits have shape {logits.shape} and labels have shape {labels.shape}. For "
            "logits of shape (N, K), give N integer labels or a probability for each class in shape (N, K); "
            "labels.ravel() makes one axis of several."
        )
    if labels.ndim == 1:
        _require_classes(labels, logits.shape[1])


def _require_classes(labels: Array, n_classes: int) -> None:
    """Integers from 0 to K - 1; of traced labels only the dtype is looked at."""
    encode = "np.unique(labels, return_inverse=True)[1] encodes labels of any kind."
    if labels.dtype.kind not in "iu":
        raise ShapeError(
            f"categorical_cross_entropy: labels of shape (N,) are classes and must be integers, not {labels.dtype}. "
            f"Write labels.astype(int) if they are whole numbers; {encode}"
        )
    if issubclass(type(labels), np.ndarray) and labels.size and not 0 <= labels.min() <= labels.max() < n_classes:
        raise InputError(
            f"categorical_cross_entropy: labels go from {labels.min()} to {labels.max()}, but {n_classes} logits "
            f"per sample stand for the classes 0 to {n_classes - 1}. {encode}"
        )
