"""Activation functions, written as in the lecture and right over the whole range of floats.

`sigmoid` and `softplus` are primitives: gates of their own in a graph. All others are compositions of NumPy's functions
and of primitives: a graph shows their parts, and their gradient follows from those.

In float16 and float32 the values are right to half a unit in the last place, in float64 to 2 units but for `silu` and
`mish` (3 units; 400 below -708, where the gate is subnormal) and `gelu` (z² units far out on the left, which the
rounding of z/√2 costs).
"""

import math

import numpy as np

from chainrule.functions.error_function import erfc
from chainrule.functions.protocol import Array, array_function, as_numbers, composition

__all__ = [
    "elu",
    "gelu",
    "hard_sigmoid",
    "identity",
    "leaky_relu",
    "log_sigmoid",
    "mish",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softplus",
    "step",
    "tanh",
]

# From here down sigmoid(z), erfc(-z) and exp(z) are 0 in every float dtype, and the product with z = -inf would be NaN.
_GATE_CLOSED = -1000.0
_SELU_SCALE = 1.0507009873554805
_SELU_ALPHA = 1.6732632423543772


# Sigmoids


@array_function
def sigmoid(z: Array, /) -> Array:
    """Logistic function, σ(z) = 1 / (1 + exp(-z)) = exp(z) / (1 + exp(z)).

    Domain: all real z.  Range: (0, 1).  Limits: ~ exp(z) -> 0 as z -> -inf, 1 - exp(-z) -> 1 as z -> inf.
    Derivative: σ(z) σ(-z), at most 1/4.

    The first form serves z >= 0 and the second z < 0, so that exp never overflows and small values keep their digits.

    Source: P.-F. Verhulst (1838), "Notice sur la loi que la population suit dans son accroissement".

    Example:
        >>> sigmoid([-1000.0, -100.0, -10.0, 0.0, 10.0, 100.0, 1000.0])
        array([0.00000000e+00, 3.72007598e-44, 4.53978687e-05, 5.00000000e-01,
               9.99954602e-01, 1.00000000e+00, 1.00000000e+00])
    """
    e = np.exp(-np.abs(z))
    return np.where(z >= 0.0, 1.0, e) / (1.0 + e)


@composition
def log_sigmoid(z: Array, /) -> Array:
    """Logarithm of the logistic function, log σ(z) = -softplus(-z).

    Domain: all real z.  Range: (-inf, 0).  Limits: ~ z as z -> -inf, ~ -exp(-z) -> 0 as z -> inf.  Derivative: σ(-z).

    Source: M. Mächler (2012), "Accurately computing log(1 - exp(-|a|))", vignette of the R package Rmpfr.

    Example:
        >>> log_sigmoid([-800.0, 0.0, 50.0])
        array([-8.00000000e+02, -6.93147181e-01, -1.92874985e-22])
    """
    return -softplus(-z)


@composition
def hard_sigmoid(z: Array, /) -> Array:
    """Straight line through the middle of a sigmoid, min(max(z + 3, 0), 6) / 6.

    Domain: all real z.  Range: [0, 1].  Limits: 0 for z <= -3, 1 for z >= 3.  Derivative: 1/6 between them, else 0.

    Source: A. Howard et al. (2019), "Searching for MobileNetV3", arXiv:1905.02244.

    Example:
        >>> hard_sigmoid([-4.0, 0.0, 1.5, 4.0])
        array([0.  , 0.5 , 0.75, 1.  ])
    """
    return np.clip(z + 3.0, 0.0, 6.0) / 6.0


@composition
def tanh(z: Array, /) -> Array:
    """Hyperbolic tangent, (1 - exp(-2z)) / (1 + exp(-2z)) = 2σ(2z) - 1.

    Domain: all real z.  Range: (-1, 1).  Limits: -1 as z -> -inf, 1 as z -> inf.
    Derivative: 1 - tanh²(z) = 4σ(2z) σ(-2z).

    This is NumPy's ufunc.

    Example:
        >>> tanh([-1000.0, 0.0, 0.5])
        array([-1.        ,  0.        ,  0.46211716])
    """
    return np.tanh(z)


# Rectifiers


@composition
def relu(z: Array, /) -> Array:
    """Rectified linear unit, max(z, 0).

    Domain: all real z.  Range: [0, inf).  Limits: 0 for z <= 0, z for z >= 0.  Derivative: 0 for z < 0, 1 for z > 0.

    Source: V. Nair and G. E. Hinton (2010), "Rectified linear units improve restricted Boltzmann machines", ICML.

    Example:
        >>> relu([-2.0, 0.0, 3.0])
        array([0., 0., 3.])
    """
    return np.maximum(z, 0.0)


@composition
def leaky_relu(z: Array, /, slope: float = 0.01) -> Array:
    """Rectifier that lets a part through, z for z > 0 and slope times z otherwise.

    Domain: all real z.  Range: all reals.  Limits: ~ slope z as z -> -inf, z for z > 0.
    Derivative: slope for z <= 0, 1 for z > 0.

    Source: A. L. Maas, A. Y. Hannun and A. Y. Ng (2013), "Rectifier nonlinearities improve neural network acoustic
    models", ICML.

    Example:
        >>> leaky_relu([-2.0, 0.0, 3.0])
        array([-0.02,  0.  ,  3.  ])
    """
    return np.where(z > 0.0, z, slope * z)


@composition
def elu(z: Array, /, alpha: float = 1.0) -> Array:
    """Exponential linear unit, z for z > 0 and alpha (exp(z) - 1) otherwise.

    Domain: all real z.  Range: (-alpha, inf).  Limits: -alpha as z -> -inf, z for z > 0.
    Derivative: alpha exp(z) for z <= 0, 1 for z > 0.

    Source: D.-A. Clevert, T. Unterthiner and S. Hochreiter (2015), "Fast and accurate deep network learning by
    exponential linear units", arXiv:1511.07289.

    Example:
        >>> elu([-1000.0, -1e-12, 3.0])
        array([-1.e+00, -1.e-12,  3.e+00])
    """
    not_large = np.minimum(z, 1.0)  # expm1 of what is not chosen must not overflow; 1 keeps clear of the kink at 0
    return np.where(z > 0.0, z, alpha * np.expm1(not_large))


@composition
def selu(z: Array, /) -> Array:
    """Scaled exponential linear unit, λ elu(z, α), which takes mean 0 and variance 1 to themselves.

    λ = 1.0507009873554805, α = 1.6732632423543772.
    Domain: all real z.  Range: (-λα, inf).  Limits: -λα = -1.758... as z -> -inf, λz for z > 0.
    Derivative: λα exp(z) for z <= 0, λ for z > 0.

    Source: G. Klambauer et al. (2017), "Self-normalizing neural networks", arXiv:1706.02515.

    Example:
        >>> selu([-1000.0, 0.0, 1.0])
        array([-1.75809934,  0.        ,  1.05070099])
    """
    return _SELU_SCALE * elu(z, _SELU_ALPHA)


@array_function
def softplus(z: Array, /) -> Array:
    """Smooth rectifier, log(1 + exp(z)) = max(z, 0) + log(1 + exp(-abs(z))).

    Domain: all real z.  Range: (0, inf).  Limits: ~ exp(z) -> 0 as z -> -inf, ~ z as z -> inf.  Derivative: σ(z).

    Source: C. Dugas et al. (2001), "Incorporating second-order functional knowledge for better option pricing",
    NIPS 13.

    Example:
        >>> softplus([-40.0, 0.0, 1000.0])
        array([4.24835426e-18, 6.93147181e-01, 1.00000000e+03])
    """
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


# Gated: z times a number between 0 and 1


@composition
def silu(z: Array, /) -> Array:
    """Sigmoid linear unit (swish), z σ(z).

    Domain: all real z.  Range: [-0.27846..., inf).  Limits: ~ z exp(z) -> 0 as z -> -inf, ~ z as z -> inf.
    Derivative: σ(z) + z σ(z) σ(-z).

    Source: S. Elfwing, E. Uchibe and K. Doya (2017), "Sigmoid-weighted linear units", arXiv:1702.03118.

    Example:
        >>> silu([-np.inf, -1.0, 0.0, 1000.0])
        array([-0.00000000e+00, -2.68941421e-01,  0.00000000e+00,  1.00000000e+03])
    """
    return np.maximum(z, _GATE_CLOSED) * sigmoid(z)


@composition
def gelu(z: Array, /) -> Array:
    """Gaussian error linear unit, z Φ(z) with the normal distribution function Φ(z) = erfc(-z/√2) / 2.

    Domain: all real z.  Range: [-0.16997..., inf).  Limits: ~ -exp(-z²/2) / √(2π) -> 0 as z -> -inf, ~ z as z -> inf.
    Derivative: Φ(z) + z exp(-z²/2) / √(2π).

    Source: D. Hendrycks and K. Gimpel (2016), "Gaussian error linear units", arXiv:1606.08415.

    Example:
        >>> gelu([-np.inf, -10.0, 0.0, 1.0])
        array([-0.00000000e+00, -7.61985302e-23,  0.00000000e+00,  8.41344746e-01])
    """
    return 0.5 * np.maximum(z, _GATE_CLOSED) * erfc(-z / math.sqrt(2.0))


@composition
def mish(z: Array, /) -> Array:
    """Self-gated by softplus, z tanh(softplus(z)).

    Domain: all real z.  Range: [-0.30884..., inf).  Limits: ~ z exp(z) -> 0 as z -> -inf, ~ z as z -> inf.
    Derivative: tanh(softplus(z)) + z σ(z) (1 - tanh²(softplus(z))).

    Source: D. Misra (2019), "Mish: a self regularized non-monotonic activation function", arXiv:1908.08681.

    Example:
        >>> mish([-np.inf, -1.0, 0.0, 1000.0])
        array([-0.00000000e+00, -3.03401461e-01,  0.00000000e+00,  1.00000000e+03])
    """
    return np.maximum(z, _GATE_CLOSED) * np.tanh(softplus(z))


# Neither


def step(z: Array, threshold: float = 0.5, strict: bool = False) -> Array:
    """Threshold neuron: 1 if z >= threshold, else 0; with ``strict``, 1 if z > threshold, else 0.

    Both rules are in use, and they differ: with weights (0.5, 0.5) the strict one computes AND and the other one OR.

    Domain: all real z.  Range: {0, 1}.  Limits: 0 as z -> -inf, 1 as z -> inf.  Derivative: 0, none at the threshold.

    Source: W. S. McCulloch and W. Pitts (1943), "A logical calculus of the ideas immanent in nervous activity".

    Example:
        >>> step([0.4, 0.5, 0.6])
        array([0., 1., 1.])
        >>> step([0.4, 0.5, 0.6], strict=True)
        array([0., 0., 1.])
    """
    z = as_numbers(z, "step")
    fires = np.greater(z, threshold) if strict else np.greater_equal(z, threshold)
    return fires.astype(np.result_type(z.dtype, np.float16))


@composition
def identity(z: Array, /) -> Array:
    """The net input itself, z: the output of a network for regression.

    Domain: all real z.  Range: all reals.  Limits: ±inf.  Derivative: 1.

    Example:
        >>> identity([0.25, -3.0])
        array([ 0.25, -3.  ])
    """
    return z
