"""Losses of decisions: margins, hard samples, and classes in an order.

Arguments and results are those of `chainrule.functions.losses`: N samples with K outputs are (N, K), or (N,) for a
single output; the loss is (N,).
"""

import math

import numpy as np

from chainrule.errors import InputError, ShapeError
from chainrule.functions.activations import log_sigmoid, sigmoid, softplus
from chainrule.functions.loss_arguments import alike, mean_over_outputs, require_number
from chainrule.functions.protocol import Array, as_array, as_numbers
from chainrule.functions.special import log1mexp

__all__ = ["focal_loss", "hinge_loss", "ordinal_loss"]


def hinge_loss(prediction: Array, target: Array) -> Array:
    """Mean over the outputs of max(0, 1 - t a), where t = 2 y - 1 is 1 or -1: nothing to learn beyond the margin.

    Range: [0, inf).  Derivative by a: -t / K inside of the margin, 0 outside and on it.

    Args:
        prediction: a, shape (N, K), or (N,) for a single output; its sign decides.
        target: y, of the same shape, 0 or 1.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes differ.
        InputTypeError: an argument is no number, such as a text.

    Source: C. Cortes and V. Vapnik (1995), "Support-vector networks".

    Example:
        >>> hinge_loss([2.0, 0.5, -1.0], [1.0, 1.0, 1.0])
        array([0. , 0.5, 2. ])
    """
    prediction, target = alike("hinge_loss", prediction=prediction, target=target)
    return mean_over_outputs(np.maximum(1 - (2 * target - 1) * prediction, 0))


def focal_loss(logits: Array, target: Array, gamma: float = 2.0) -> Array:
    """Mean over the outputs of -(1 - p)^gamma log p, p the probability of what is right: learned samples count less.

    With the logit t z of what is right, t = 2 y - 1, it is σ(-t z)^gamma softplus(-t z). A target between 0 and 1
    weighs both cases.

    Domain: finite z, 0 <= y <= 1.  Range: [0, inf).  For gamma = 0 it is the binary cross-entropy.
    Derivative by z, for y = 1: -σ(-z)^gamma (gamma σ(z) softplus(-z) + σ(-z)) / K.

    Args:
        logits: z, shape (N, K), or (N,) for a single output.
        target: y, of the same shape, 0, 1 or a probability.
        gamma: how much less; 0 or greater.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes differ.
        InputError: gamma is negative.
        InputTypeError: an argument is no number, such as a text.

    Source: T.-Y. Lin et al. (2017), "Focal loss for dense object detection".

    Example:
        >>> focal_loss([0.0, 5.0], [1.0, 1.0])
        array([1.73286795e-01, 3.00809023e-07])
    """
    require_number("focal_loss", "gamma", gamma, "0 or greater", 0 <= gamma < math.inf)
    logits, target = alike("focal_loss", logits=logits, target=target)
    if_one = sigmoid(-logits) ** gamma * softplus(-logits)
    if_zero = sigmoid(logits) ** gamma * softplus(logits)
    return mean_over_outputs(target * if_one + (1 - target) * if_zero)


def ordinal_loss(logits: Array, labels: Array) -> Array:
    r"""Minus the logarithm of the probability of the right one of K classes in an order, by cumulative logits.

    .. math::

        c_1 = z_1, \quad c_k = c_{k-1} - \operatorname{softplus}(z_k), \qquad
        P(y \ge k) = \sigma(c_k), \qquad P(y = k) = \sigma(c_k) - \sigma(c_{k+1})

    with :math:`\sigma(c_0) = 1` and :math:`\sigma(c_K) = 0`. The cumulative logits fall whatever the logits are, so
    that no probability is negative. The difference is computed as a product,
    :math:`\sigma(a) - \sigma(b) = \sigma(a) \, \sigma(-b) \, (1 - e^{b - a})`.

    Range: (0, inf).  Derivative by z_1: the sum of both sigmoids minus 1, σ(c_k) - σ(-c_{k+1}) for y = k.

    Args:
        logits: z, shape (N, K - 1).
        labels: the classes 0 to K - 1 as integers, shape (N,).

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes do not fit, or labels are not integers.
        InputError: a label is not one of 0 to K - 1.
        InputTypeError: the logits are no numbers.

    Source: P. McCullagh (1980), "Regression models for ordinal data".

    Example:
        >>> ordinal_loss([[0.0, 0.0]] * 3, [0, 1, 2])  # P = 1/2, 1/6, 1/3: softplus(0) = log 2
        array([0.69314718, 1.79175947, 1.09861229])
    """
    logits, labels = as_numbers(logits, "ordinal_loss"), as_array(labels)
    _require_ordered_labels(logits, labels)
    gaps = softplus(logits[:, 1:])
    steps = np.concatenate([logits[:, :1], -gaps], axis=1)
    cumulative = np.cumsum(steps, axis=1)
    reached = np.concatenate([np.zeros_like(logits[:, :1]), log_sigmoid(cumulative)], axis=1)
    not_beyond = np.concatenate([log_sigmoid(-cumulative), np.zeros_like(logits[:, :1])], axis=1)
    edge = np.zeros_like(logits[:, :1])
    apart = np.concatenate([edge, log1mexp(-gaps), edge], axis=1)
    return -np.take_along_axis(reached + not_beyond + apart, labels[:, np.newaxis], axis=1)[:, 0]


def _require_ordered_labels(logits: Array, labels: Array) -> None:
    if logits.ndim != 2 or logits.shape[1] < 1 or labels.shape != logits.shape[:1]:
        raise ShapeError(
            f"ordinal_loss: logits have shape {logits.shape} and labels have shape {labels.shape}; give N integer "
            "labels, and K - 1 logits for K classes, shape (N, K - 1)"
        )
    if labels.dtype.kind not in "iu":
        raise ShapeError(f"ordinal_loss: labels are classes and must be integers, not {labels.dtype}")
    known = issubclass(type(labels), np.ndarray) and labels.size
    if known and not 0 <= labels.min() <= labels.max() <= logits.shape[1]:
        raise InputError(
            f"ordinal_loss: labels go from {labels.min()} to {labels.max()}, but {logits.shape[1]} logits per sample "
            f"stand for the classes 0 to {logits.shape[1]}"
        )
