r"""The error function and its complement, to two units in the last place over the whole range.

Two polynomials, each the Chebyshev interpolant of a smooth function that stays close to 0, so that their own rounding
errors hardly count:

- for abs(x) <= 1/2: erf(x) = x + x c(x²);
- for y > 1/2: erfc(y) = exp(-y²) 5/4 / (1 + 2y) (1 + q(t)) with t = (y - 2) / (y + 2) in (-3/5, 1).

Source: M. M. Shepherd and J. G. Laframboise (1981), "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in
0 <= x < inf", Mathematics of Computation 36, 249-253. The coefficients are our own: `mpmath.chebyfit`, as
the tests do it again.
"""

import numpy as np

from chainrule.functions.protocol import Array, Float64, array_function

__all__ = ["erf", "erfc"]

_CENTER_LIMIT = 0.5
_ZERO_FROM = 28.0  # erfc(28) = 1e-342 is 0 in float64

_CENTER = (  # c(z) for 0 <= z <= 1/4, highest power first
    1.3214378238338438e-08,
    -1.6273138761686977e-07,
    1.6459034327218912e-06,
    -1.4925586560096415e-05,
    0.00012055332131175981,
    -0.0008548327016159163,
    0.005223977625403192,
    -0.026866170645130034,
    0.11283791670955123,
    -0.37612638903183754,
    0.1283791670955126,
)

_TAIL = (  # q(t) for -3/5 <= t <= 1, highest power first
    -2.7003530135017836e-08,
    -4.621072218628257e-08,
    4.217711411045425e-07,
    -7.381811079448312e-08,
    -1.1516891784008194e-06,
    -4.988706541012255e-07,
    1.5531228804608465e-06,
    4.05453979510055e-06,
    2.825813991515514e-06,
    -1.0721517914209069e-05,
    -2.9103348622634507e-05,
    -1.2305463947229236e-06,
    0.00012082591786395327,
    0.00016509797024665058,
    -0.0003634721506027753,
    -0.0011654516258453275,
    0.001017071143151492,
    0.006978123130499349,
    -0.006427212064922408,
    -0.04337600079460303,
    0.13124102402673404,
    -0.13282431809221923,
    -0.07421106126859667,
    0.02158270524202295,
)


@array_function
def erf(x: Array, /) -> Array:
    """Error function, 2/√π times the integral of exp(-t²) from 0 to x.

    Domain: all real x.  Range: (-1, 1).  Limits: -1 as x -> -inf, 1 as x -> inf; erf(x) ~ 2x/√π near 0.
    Derivative: 2/√π exp(-x²).

    Source: Shepherd and Laframboise (1981), see the head of the module.

    Example:
        >>> erf([0.0, 1e-300, 0.5, 10.0])
        array([0.00000000e+000, 1.12837917e-300, 5.20499878e-001, 1.00000000e+000])
    """
    return np.piecewise(x, [np.abs(x) <= _CENTER_LIMIT], [_erf_center, _erf_outside])


@array_function
def erfc(x: Array, /) -> Array:
    """Complementary error function 1 - erf(x), right where erf(x) has rounded to 1.

    Domain: all real x.  Range: (0, 2).  Limits: 2 as x -> -inf, exp(-x²) / (x√π) -> 0 as x -> inf.
    Derivative: -2/√π exp(-x²).

    Source: Shepherd and Laframboise (1981), see the head of the module.

    Example:
        >>> erfc([-10.0, 0.0, 10.0, 20.0])
        array([2.00000000e+000, 1.00000000e+000, 2.08848758e-045, 5.39586561e-176])
    """
    left, center = x < -_CENTER_LIMIT, np.abs(x) <= _CENTER_LIMIT
    return np.piecewise(x, [left, center], [lambda x: 2.0 - _erfc_tail(-x), _erfc_center, _erfc_tail])


def _erf_center(x: Float64) -> Float64:
    return x + x * np.polyval(_CENTER, x * x)


def _erfc_center(x: Float64) -> Float64:
    return (1.0 - x) - x * np.polyval(_CENTER, x * x)


def _erf_outside(x: Float64) -> Float64:
    return np.copysign(1.0 - _erfc_tail(np.abs(x)), x)


def _erfc_tail(y: Float64) -> Float64:
    """The second formula of the module, with only two rounding errors of weight: in the exponential and at the end.

    A rounded y² would cost y² units in the last place, so the exponent is the exact square of the upper half of y. The
    product of the exponential h and the quotient g = 5/4 / (1 + 2y) is exact for the upper half of g. What all that
    leaves out goes into the small ``correction``.
    """
    y = np.minimum(y, _ZERO_FROM)
    y_upper, y_lower = _halves(y)
    h = np.exp(-y_upper * y_upper)
    h_upper, h_lower = _halves(h)
    g, _ = _halves(1.25 / (1.0 + 2.0 * y))

    rest_of_exponent = np.expm1(-y_lower * (y + y_upper))
    rest_of_quotient = (((1.25 - g) - 2.0 * y_upper * g) - 2.0 * y_lower * g) / (g + 2.0 * y * g)
    q = np.polyval(_TAIL, (y - 2.0) / (y + 2.0))
    correction = q + (1.0 + q) * (rest_of_exponent + rest_of_quotient + rest_of_exponent * rest_of_quotient)
    return h_upper * g + (h_lower * g + h * g * correction)


def _halves(x: Float64) -> tuple[Float64, Float64]:
    """Split into the 26 leading bits and the rest; products of such halves are exact (Veltkamp 1968, Dekker 1971)."""
    scaled = (2.0**27 + 1.0) * x
    upper = scaled - (scaled - x)
    return upper, x - upper
