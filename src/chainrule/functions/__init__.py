"""Activation functions, losses and special functions in plain NumPy, public as ``chainrule.functions``.

They are right over the whole range of floats, from subnormal numbers to infinity, and each can be traced,
differentiated and drawn like a function of one's own.

Example:
    >>> import chainrule as cr
    >>> cr.functions.sigmoid([-1000.0, -100.0, -10.0, 0.0, 10.0, 100.0, 1000.0])
    array([0.00000000e+00, 3.72007598e-44, 4.53978687e-05, 5.00000000e-01,
           9.99954602e-01, 1.00000000e+00, 1.00000000e+00])
"""

from chainrule.functions.activations import (
    elu,
    gelu,
    hard_sigmoid,
    identity,
    leaky_relu,
    log_sigmoid,
    mish,
    relu,
    selu,
    sigmoid,
    silu,
    softplus,
    step,
    tanh,
)
from chainrule.functions.decision_losses import focal_loss, hinge_loss, ordinal_loss
from chainrule.functions.error_function import erf, erfc
from chainrule.functions.exponential_sums import log_softmax, logsumexp, softmax
from chainrule.functions.likelihoods import (
    gamma_loss,
    gaussian_loss,
    negative_binomial_loss,
    poisson_loss,
    tweedie_loss,
)
from chainrule.functions.losses import binary_cross_entropy, categorical_cross_entropy, squared_error
from chainrule.functions.robust_losses import absolute_error, huber_error, log_cosh_error, pinball_error
from chainrule.functions.special import log1mexp, log1pexp, logaddexp, xlogy
from chainrule.functions.survival import cox_loss

__all__ = [
    "absolute_error",
    "binary_cross_entropy",
    "categorical_cross_entropy",
    "cox_loss",
    "elu",
    "erf",
    "erfc",
    "focal_loss",
    "gamma_loss",
    "gaussian_loss",
    "gelu",
    "hard_sigmoid",
    "hinge_loss",
    "huber_error",
    "identity",
    "leaky_relu",
    "log1mexp",
    "log1pexp",
    "log_cosh_error",
    "log_sigmoid",
    "log_softmax",
    "logaddexp",
    "logsumexp",
    "mish",
    "negative_binomial_loss",
    "ordinal_loss",
    "pinball_error",
    "poisson_loss",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "squared_error",
    "step",
    "tanh",
    "tweedie_loss",
    "xlogy",
]
