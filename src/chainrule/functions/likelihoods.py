"""Losses of counts and amounts: minus the logarithm of a likelihood, but for terms in which no prediction stands.

Each takes logits z and means the quantity exp(z), which is positive whatever z is. Arguments and results are those of
`chainrule.functions.losses`: N samples with K outputs are (N, K), or (N,) for a single output; the loss is (N,).

Source: P. McCullagh and J. A. Nelder (1989), "Generalized linear models".
"""

import math

import numpy as np

from chainrule.errors import ShapeError
from chainrule.functions.activations import softplus
from chainrule.functions.loss_arguments import alike, mean_over_outputs, require_number
from chainrule.functions.protocol import Array, as_numbers

__all__ = ["gamma_loss", "gaussian_loss", "negative_binomial_loss", "poisson_loss", "tweedie_loss"]


def poisson_loss(logits: Array, target: Array) -> Array:
    """Mean over the outputs of exp(z) - y z: counts y with the mean exp(z).

    The rest of -log P(y), log(y!), has no z in it. The least value is at exp(z) = y.

    Domain: y >= 0.  Range: [y - y log y, inf).  Derivative by z: (exp(z) - y) / K.

    Args:
        logits: z, shape (N, K), or (N,) for a single output.
        target: y, of the same shape.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes differ.
        InputTypeError: an argument is no number, such as a text.

    Example:
        >>> poisson_loss([0.0, 1.0], [3.0, 0.0])
        array([1.        , 2.71828183])
    """
    logits, target = alike("poisson_loss", logits=logits, target=target)
    return mean_over_outputs(np.exp(logits) - target * logits)


def gamma_loss(logits: Array, target: Array) -> Array:
    """Mean over the outputs of z + y exp(-z): amounts y whose spread is in proportion to their mean exp(z).

    This is -log of the density of a gamma distribution, divided by its shape, without the terms that have no z.

    Domain: y > 0.  Range: [1 + log y, inf).  Derivative by z: (1 - y exp(-z)) / K.

    Args:
        logits: z, shape (N, K), or (N,) for a single output.
        target: y, of the same shape.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes differ.
        InputTypeError: an argument is no number, such as a text.

    Example:
        >>> gamma_loss([0.0, 0.0], [1.0, 3.0])
        array([1., 3.])
    """
    logits, target = alike("gamma_loss", logits=logits, target=target)
    return mean_over_outputs(logits + target * np.exp(-logits))


def tweedie_loss(logits: Array, target: Array, power: float = 1.5) -> Array:
    """Mean over the outputs of exp((2 - p) z) / (2 - p) - y exp((1 - p) z) / (1 - p): amounts of which many are 0.

    The variance grows as the mean to the power p. With 1 < p < 2 the target is a sum of a random number of random
    amounts, such as what an insurance pays in a year.

    Domain: y >= 0.  Range: (0, inf).  Derivative by z: (exp(z) - y) exp((1 - p) z) / K.

    Args:
        logits: z, shape (N, K), or (N,) for a single output.
        target: y, of the same shape.
        power: p, greater than 1 and less than 2; `poisson_loss` and `gamma_loss` are its limits.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes differ.
        InputError: a power outside of its range.
        InputTypeError: an argument is no number, such as a text.

    Source: B. Jørgensen (1987), "Exponential dispersion models".

    Example:
        >>> tweedie_loss([0.0, 0.0], [0.0, 3.0])
        array([2., 8.])
    """
    require_number("tweedie_loss", "power", power, "greater than 1 and less than 2", 1 < power < 2)
    logits, target = alike("tweedie_loss", logits=logits, target=target)
    up, down = 2 - power, power - 1
    return mean_over_outputs(np.exp(up * logits) / up + target * np.exp(-down * logits) / down)


def negative_binomial_loss(logits: Array, target: Array, dispersion: float = 1.0) -> Array:
    """Mean over the outputs of (y + 1/α) log(1 + α exp(z)) - y (z + log α): counts that spread more than Poisson's.

    The mean is μ = exp(z), the variance μ + α μ². Written with u = z + log α it is softplus(u) / α + y softplus(-u), in
    which nothing is subtracted.

    Domain: y >= 0.  Range: (0, inf).  Derivative by z: (σ(u) / α - y σ(-u)) / K.

    Args:
        logits: z, shape (N, K), or (N,) for a single output.
        target: y, of the same shape.
        dispersion: α, greater than 0.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: the shapes differ.
        InputError: a dispersion that is not greater than 0.
        InputTypeError: an argument is no number, such as a text.

    Source: J. M. Hilbe (2011), "Negative binomial regression", model NB2.

    Example:
        >>> negative_binomial_loss([0.0, 0.0], [0.0, 1.0])
        array([0.69314718, 1.38629436])
    """
    require_number("negative_binomial_loss", "dispersion", dispersion, "greater than 0", 0 < dispersion < math.inf)
    logits, target = alike("negative_binomial_loss", logits=logits, target=target)
    shifted = logits + math.log(dispersion)
    return mean_over_outputs(softplus(shifted) / dispersion + target * softplus(-shifted))


def gaussian_loss(logits: Array, target: Array) -> Array:
    """Mean over the outputs of (s + (y - m)² exp(-s)) / 2: a quantity with the mean m and a variance exp(s) of its own.

    This is -log of the normal density without log(2 π) / 2.

    Range: all reals.  Derivatives: (m - y) exp(-s) / K by m, (1 - (y - m)² exp(-s)) / (2 K) by s.

    Args:
        logits: shape (N, 2 K): first m of each output, then s, the logarithm of its variance.
        target: y, shape (N, K), or (N,) for a single output.

    Returns:
        The loss of each sample, shape (N,).

    Raises:
        ShapeError: there are not two logits for each target.
        InputTypeError: an argument is no number, such as a text.

    Source: D. A. Nix and A. S. Weigend (1994), "Estimating the mean and variance of the target probability
    distribution".

    Example:
        >>> gaussian_loss([[1.0, 0.0], [0.0, 2.0]], [3.0, 0.0])
        array([2., 1.])
    """
    logits, target = as_numbers(logits, "gaussian_loss"), as_numbers(target, "gaussian_loss")
    target = target.reshape(-1, 1) if target.ndim == 1 else target
    if logits.ndim != 2 or logits.shape != (target.shape[0], 2 * target.shape[-1]):
        raise ShapeError(
            f"gaussian_loss: logits have shape {logits.shape} and the target has shape {target.shape}; give two logits "
            "for each target, shape (N, 2 K): first all means, then the logarithms of all variances"
        )
    n_outputs = target.shape[-1]
    mean, log_variance = logits[:, :n_outputs], logits[:, n_outputs:]
    return mean_over_outputs((log_variance + np.square(target - mean) * np.exp(-log_variance)) / 2)
