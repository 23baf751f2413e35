"""The table of local gradients, in the order of ``graph/ops.py``. Nothing but mathematics stands in a row.

- ``LOCAL``: for elementwise operations and reductions, the *local gradient* by each input, written on nodes. ``out``
  is the value of the operation; of a reduction it comes with its axes kept, so that it broadcasts against ``x``.
  None: the local gradient is zero everywhere (rounding, comparison).
- ``ROUTES``: operations that choose. Where the route does not hold, the upstream gradient does not flow at all: it is
  *structurally* zero, which is more than 0 times the local gradient.

What moves or mixes entries has its rows in ``pullbacks.py``.

A local gradient is written so that neither it nor its own derivative overflows or cancels in between: it is right to a
few units in the last place wherever the truth is a number. At a kink the rule is the shortest subgradient: 0 for
``abs`` and against a constant; where two arguments tie, each gets half.

Undoing broadcasting, summing over uses, dtypes and structural zeros are the business of ``differentiate.py``.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from chainrule.graph import Node, constant, make
from chainrule.graph.expressions import (
    absolute,
    astype,
    cos,
    cosh,
    equal,
    exp,
    expm1,
    floor_divide,
    full_like,
    hypot,
    index,
    isinf,
    log,
    not_equal,
    reshape,
    rint,
    sigmoid,
    sign,
    sin,
    sinh,
    softmax,
    sqrt,
    square,
    total,
    transpose,
    where,
)
from chainrule.graph.keys import Slice

__all__ = ["LOCAL", "ROUTES", "product_of_others"]

LN2, LOG2_E, LOG10_E = math.log(2), math.log2(math.e), math.log10(math.e)
TWO_OVER_SQRT_PI = 2 / math.sqrt(math.pi)

Local = Callable[..., Node | float]
Route = Callable[..., Node]


# --- rows with cases ----------------------------------------------------------------------------------------


def _power_by_base(x: Node, y: Node, out: Node) -> Node:
    """The product y x^(y-1), and 0 for x^0 also at x = 0."""
    if y.op.name == "constant" and np.all(y.params["value"] != 0):
        return y * x ** constant(y.params["value"] - 1)
    y = astype(y, out.dtype) if y.dtype.kind == "b" else y  # truth values have no difference
    power = x ** (y - 1)
    return where(equal(y, 0) & isinf(power), 0, y * power)


def _direction(x: Node, y: Node, out: Node) -> Node:
    """The quotient x / hypot(x, y), by way of the lesser through the greater of the two; 0 at the origin."""
    flat = x / absolute(y)
    steep = sign(x) / hypot(y / x, 1)
    return where(absolute(x) > absolute(y), steep, where(equal(out, 0), 0, flat / hypot(flat, 1)))


def _difference(x: Node, y: Node) -> Node:
    """The difference x - y, and 0 for equal infinities."""
    return where(isinf(x) & equal(x, y), 0, x - y)


def _one_minus_square(x: Node) -> Node:
    """1 - x^2; as a product only near 1, where the difference cancels, since the product's derivative does near 0."""
    return where(absolute(x) < 0.5, 1 - x * x, (1 - x) * (1 + x))


def _sigmoid(x: Node, out: Node) -> Node:
    """The product s(x) s(-x); near 0, where its derivative cancels, the same by sinh^2(x/2)."""
    return where(absolute(x) < 0.25, 0.25 / (1 + square(sinh(0.5 * x))), sigmoid(-x) * out)


def _tanh(x: Node, out: Node) -> Node:
    """1 - tanh^2 x near 0, elsewhere 4 e / (1 + e)^2 with e = exp(-2 |x|), which is 4 e less a small part of it."""
    size = absolute(x)
    e = exp(-2 * size)
    excess = e * (2 + e)  # (1 + e)^2 - 1
    return where(size < 0.85, 1 - out * out, 4 * (e - e * (excess / (1 + excess))))


def _gaussian(x: Node) -> Node:
    """The exponential of -x^2 = -h^2 - (x - h)(x + h), h being x in sixteenths, whose square is exact; 0 far out."""
    h = rint(16 * x) / 16
    return where(absolute(x) > 32, 0, exp(-(h * h)) * exp((h - x) * (h + x)))


def _tie(x: Node, y: Node, out: Node) -> Node | float:
    """At x = y both are greatest: half each; against a constant the subgradient 0, which is then the shortest one."""
    return 1.0 if _constant(x) or _constant(y) else where(equal(x, y), full_like(out, 0.5), 1.0)


def _constant(x: Node) -> bool:
    """Is this a number or array of the code, or copies of one?"""
    while len(x.inputs) == 1:
        x = x.inputs[0]
    return x.op.name == "constant"


def _not_less(x: Node, y: Node) -> Node:
    """Does x win against y? A tie goes to both, unless one of them is a constant; so does a NaN."""
    return ~(x <= y) if _constant(x) or _constant(y) else ~(x < y)


def _reduced_axes(x: Node, out: Node) -> list[int]:
    return [axis for axis in range(x.ndim) if x.shape[axis] != out.shape[axis]]


def _share(winners: Node, x: Node, out: Node) -> Node:
    """1 over the number of entries that are greatest (or least)."""
    return 1 / total(astype(winners, x.dtype), _reduced_axes(x, out), keepdims=True)


def _holds(condition: Node) -> Node:
    """A condition that is a number holds if it is not 0."""
    return condition if condition.dtype.kind == "b" else not_equal(condition, 0)


def _over_reduced_axes(function: Callable[[Node], Node], x: Node, out: Node) -> Node:
    """A function along the last axis, applied along all axes that were reduced as if they were one."""
    axes = _reduced_axes(x, out)
    kept = [axis for axis in range(x.ndim) if axis not in axes]
    moved = transpose(x, (*kept, *axes))
    flat = reshape(moved, (*(x.shape[axis] for axis in kept), math.prod(x.shape[axis] for axis in axes)))
    return transpose(reshape(function(flat), moved.shape), tuple(int(i) for i in np.argsort([*kept, *axes])))


def _softmax_of(x: Node) -> Node:
    return softmax(x, x.ndim - 1)


def product_of_others(x: Node) -> Node:
    """The product of all other entries along the last axis, also where some are zero: products from both ends."""
    return _exclusive_products(x) * _reversed(_exclusive_products(_reversed(x)))


def _exclusive_products(x: Node) -> Node:
    """The product of all earlier entries along the last axis; 1 for the first."""
    shifted = make("concatenate", full_like(_first(x), 1), _all_but_last(x), axis=x.ndim - 1)
    return make("cumprod", shifted, axis=x.ndim - 1)


def _first(x: Node) -> Node:
    return index(x, (..., Slice(0, 1, None)))


def _all_but_last(x: Node) -> Node:
    return index(x, (..., Slice(0, max(x.shape[-1] - 1, 0), None)))


def _reversed(x: Node) -> Node:
    return index(x, (..., Slice(None, None, -1)))


# --- local gradients of elementwise operations and reductions -----------------------------------------------

LOCAL: Mapping[str, tuple[Local | None, ...]] = MappingProxyType(
    {
        # arithmetic
        "add": (lambda x, y, out: 1, lambda x, y, out: 1),
        "subtract": (lambda x, y, out: 1, lambda x, y, out: -1),
        "multiply": (lambda x, y, out: y, lambda x, y, out: x),
        "divide": (lambda x, y, out: 1 / y, lambda x, y, out: -out / y),
        "power": (_power_by_base, lambda x, y, out: where(equal(out, 0), 0, out * log(x))),
        "floor_divide": (None, None),
        "remainder": (lambda x, y, out: 1, lambda x, y, out: -floor_divide(x, y)),
        "negative": (lambda x, out: -1,),
        "reciprocal": (lambda x, out: -(out * out),),
        "square": (lambda x, out: 2 * x,),
        "absolute": (lambda x, out: sign(x),),
        "sign": (None,),
        "sqrt": (lambda x, out: 0.5 / out,),
        "cbrt": (lambda x, out: 1 / (3 * (out * out)),),
        "hypot": (_direction, lambda x, y, out: _direction(y, x, out)),
        # exponentials and logarithms
        "exp": (lambda x, out: out,),
        "exp2": (lambda x, out: LN2 * out,),
        "expm1": (lambda x, out: exp(x),),
        "log": (lambda x, out: 1 / x,),
        "log2": (lambda x, out: LOG2_E / x,),
        "log10": (lambda x, out: LOG10_E / x,),
        "log1p": (lambda x, out: 1 / (1 + x),),
        "log1mexp": (lambda x, out: exp(x) / expm1(x),),
        "logaddexp": (
            lambda x, y, out: sigmoid(_difference(x, y)),
            lambda x, y, out: sigmoid(_difference(y, x)),
        ),
        "xlogy": (lambda x, y, out: log(y), lambda x, y, out: where(equal(x, 0) & equal(y, 0), 0, x / y)),
        # trigonometric and hyperbolic
        "sin": (lambda x, out: cos(x),),
        "cos": (lambda x, out: -sin(x),),
        "tan": (lambda x, out: 1 + out * out,),
        "arcsin": (lambda x, out: 1 / sqrt(_one_minus_square(x)),),
        "arccos": (lambda x, out: -1 / sqrt(_one_minus_square(x)),),
        "arctan": (lambda x, out: square(1 / hypot(x, 1)),),
        "arctan2": (
            lambda y, x, out: (x / hypot(x, y)) / hypot(x, y),
            lambda y, x, out: -(y / hypot(x, y)) / hypot(x, y),
        ),
        "sinh": (lambda x, out: cosh(x),),
        "cosh": (lambda x, out: sinh(x),),
        "tanh": (_tanh,),
        "arcsinh": (lambda x, out: 1 / hypot(x, 1),),
        "arccosh": (lambda x, out: 1 / (sqrt(x - 1) * sqrt(x + 1)),),
        "arctanh": (lambda x, out: 1 / _one_minus_square(x),),
        # functions of neural networks and statistics
        "sigmoid": (_sigmoid,),
        "softplus": (lambda x, out: sigmoid(x),),
        "erf": (lambda x, out: TWO_OVER_SQRT_PI * _gaussian(x),),
        "erfc": (lambda x, out: -TWO_OVER_SQRT_PI * _gaussian(x),),
        # choice (see ROUTES)
        "maximum": (_tie, _tie),
        "minimum": (_tie, _tie),
        "where": (None, lambda c, x, y, out: 1, lambda c, x, y, out: 1),
        # rounding
        **dict.fromkeys(("floor", "ceil", "trunc", "rint"), (None,)),
        # comparison and logic
        **dict.fromkeys(("less", "less_equal", "equal", "not_equal", "greater", "greater_equal"), (None, None)),
        **dict.fromkeys(("logical_and", "logical_or", "logical_xor"), (None, None)),
        **dict.fromkeys(("logical_not", "isnan", "isinf", "isfinite", "signbit"), (None,)),
        # bits of integers
        **dict.fromkeys(("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"), (None, None)),
        "invert": (None,),
        # dtype
        "astype": (lambda x, out: 1,),
        # reductions
        "sum": (lambda x, out: 1,),
        "prod": (lambda x, out: _over_reduced_axes(product_of_others, x, out),),
        "max": (lambda x, out: _share(~(x < out), x, out),),
        "min": (lambda x, out: _share(~(x > out), x, out),),
        "logsumexp": (lambda x, out: _over_reduced_axes(_softmax_of, x, out),),
        **dict.fromkeys(("any", "all", "argmax", "argmin"), (None,)),
        # along one axis
        "argsort": (None,),
    }
)

ROUTES: Mapping[str, tuple[Route | None, ...]] = MappingProxyType(
    {
        "maximum": (lambda x, y, out: _not_less(x, y), lambda x, y, out: _not_less(y, x)),
        "minimum": (lambda x, y, out: _not_less(y, x), lambda x, y, out: _not_less(x, y)),
        "where": (None, lambda c, x, y, out: _holds(c), lambda c, x, y, out: ~_holds(c)),
        "max": (lambda x, out: ~(x < out),),
        "min": (lambda x, out: ~(x > out),),
    }
)
