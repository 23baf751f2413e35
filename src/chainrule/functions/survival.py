"""The loss of times until an event, some of which have not been seen to their end."""

import numpy as np

from chainrule.errors import ShapeError
from chainrule.functions.exponential_sums import logsumexp
from chainrule.functions.protocol import Array, as_numbers

__all__ = ["cox_loss"]


def cox_loss(risk: Array, target: Array) -> Array:
    r"""Minus the logarithm of Cox's partial likelihood, by sample; ties as Breslow has it.

    Of those who are still there at the time of an event, R(t), the one to whom it happens is drawn with the probability

    .. math:: \frac{e^{z_i}}{\sum_{j \in R(t_i)} e^{z_j}}, \qquad R(t) = \{ j : t_j \ge t \}

    and the loss of sample i is minus its logarithm, or 0 if its end has not been seen. All samples of a batch stand in
    each other's sums: take large batches.

    Range: [0, inf).  Derivative by z: for each event, the probabilities of R(t) minus 1 for the one it happened to.

    Args:
        risk: z, shape (N, 1) or (N,): the logarithm of the hazard, up to a constant that is the same for all.
        target: shape (N, 2): the time, and 1 if the event happened then or 0 if the sample was lost from sight.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes do not fit.
        InputTypeError: an argument is no number, such as a text.

    Source: D. R. Cox (1972), "Regression models and life-tables"; for ties N. Breslow (1974), "Covariance analysis of
    censored survival data"; with networks J. L. Katzman et al. (2018), "DeepSurv".

    Example:
        >>> cox_loss([0.0, 0.0, 0.0], [[1.0, 1.0], [2.0, 0.0], [3.0, 1.0]])  # log 3, unseen, log 1
        array([1.09861229, 0.        , 0.        ])
    """
    risk, target = as_numbers(risk, "cox_loss"), as_numbers(target, "cox_loss")
    if risk.shape not in (target.shape[:1], (*target.shape[:1], 1)) or target.ndim != 2 or target.shape[1] != 2:
        raise ShapeError(
            f"cox_loss: the risk has shape {risk.shape} and the target has shape {target.shape}; give one risk for "
            "each sample, and a target of shape (N, 2): the time, and 1 for an event or 0 for its absence"
        )
    risk, time, happened = risk.reshape(-1), target[:, 0], target[:, 1]
    still_there = time[np.newaxis, :] >= time[:, np.newaxis]
    among = np.where(still_there, risk[np.newaxis, :], -np.inf)
    return np.where(happened > 0, logsumexp(among, axis=1) - risk, 0)
