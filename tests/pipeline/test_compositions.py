"""Forty random compositions of functions, differentiated up to three times.

The first derivative is compared with the complex step, all orders with 50-digit arithmetic that differentiates the same
expression by differences. The compositions are drawn from a grammar whose functions are safe for all real arguments.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import special

import chainrule as cr

F = cr.functions
TOLERANCE = 1e-9
ORDERS = (1, 2, 3)


@dataclass(frozen=True)
class Row:
    """One function: in NumPy, with mpmath, and in NumPy for complex numbers where that differs."""

    real: Callable[..., Any]
    exact: Callable[..., Any]
    complex: Callable[..., Any] | None = None


def same(f: Callable[..., Any]) -> Row:
    """A formula that is arithmetic only."""
    return Row(f, f)


UNARY = {
    "square": Row(np.square, lambda u: u * u),
    "cube": same(lambda u: u**3),
    "pole": same(lambda u: 1 / (1 + u * u)),
    "sin": Row(np.sin, mpmath.sin),
    "cos": Row(np.cos, mpmath.cos),
    "tan": Row(lambda u: np.tan(0.7 * np.sin(u)), lambda u: mpmath.tan(0.7 * mpmath.sin(u))),
    "exp": Row(lambda u: np.exp(np.sin(u)), lambda u: mpmath.exp(mpmath.sin(u))),
    "gauss": Row(lambda u: np.exp(-u * u), lambda u: mpmath.exp(-u * u)),
    "expm1": Row(lambda u: np.expm1(np.cos(u)), lambda u: mpmath.expm1(mpmath.cos(u))),
    "exp2": Row(lambda u: np.exp2(np.sin(u)), lambda u: mpmath.mpf(2) ** mpmath.sin(u)),
    "log": Row(lambda u: np.log(2 + u * u), lambda u: mpmath.log(2 + u * u)),
    "log2": Row(lambda u: np.log2(2 + u * u), lambda u: mpmath.log(2 + u * u, 2)),
    "log10": Row(lambda u: np.log10(2 + u * u), lambda u: mpmath.log10(2 + u * u)),
    "log1p": Row(lambda u: np.log1p(u * u), lambda u: mpmath.log1p(u * u)),
    "sqrt": Row(lambda u: np.sqrt(1 + u * u), lambda u: mpmath.sqrt(1 + u * u)),
    "cbrt": Row(lambda u: np.cbrt(1 + u * u), lambda u: mpmath.cbrt(1 + u * u), lambda u: (1 + u * u) ** (1 / 3)),
    "power": Row(lambda u: (1 + u * u) ** -1.3, lambda u: (1 + u * u) ** mpmath.mpf(-1.3)),
    "arcsin": Row(lambda u: np.arcsin(0.9 * np.sin(u)), lambda u: mpmath.asin(mpmath.mpf(0.9) * mpmath.sin(u))),
    "arccos": Row(lambda u: np.arccos(0.9 * np.cos(u)), lambda u: mpmath.acos(mpmath.mpf(0.9) * mpmath.cos(u))),
    "arctan": Row(np.arctan, mpmath.atan),
    "sinh": Row(lambda u: np.sinh(np.tanh(u)), lambda u: mpmath.sinh(mpmath.tanh(u))),
    "cosh": Row(lambda u: np.cosh(np.tanh(u)), lambda u: mpmath.cosh(mpmath.tanh(u))),
    "tanh": Row(np.tanh, mpmath.tanh),
    "arcsinh": Row(np.arcsinh, mpmath.asinh),
    "arccosh": Row(lambda u: np.arccosh(2 + u * u), lambda u: mpmath.acosh(2 + u * u)),
    "arctanh": Row(lambda u: np.arctanh(0.9 * np.sin(u)), lambda u: mpmath.atanh(mpmath.mpf(0.9) * mpmath.sin(u))),
    "sigmoid": Row(F.sigmoid, lambda u: 1 / (1 + mpmath.exp(-u)), lambda u: 1 / (1 + np.exp(-u))),
    "softplus": Row(F.softplus, lambda u: mpmath.log1p(mpmath.exp(u)), lambda u: np.log1p(np.exp(u))),
    "erf": Row(F.erf, mpmath.erf, special.erf),
    "log1mexp": Row(
        lambda u: F.log1mexp(-0.1 - u * u),
        lambda u: mpmath.log(-mpmath.expm1(-mpmath.mpf(0.1) - u * u)),
        lambda u: np.log(-np.expm1(-0.1 - u * u)),
    ),
    "silu": Row(F.silu, lambda u: u / (1 + mpmath.exp(-u)), lambda u: u / (1 + np.exp(-u))),
}
BINARY = {
    "add": same(lambda u, v: u + v),
    "subtract": same(lambda u, v: u - v),
    "multiply": same(lambda u, v: u * v),
    "divide": same(lambda u, v: u / (1 + v * v)),
    "power": Row(
        lambda u, v: np.power(1 + u * u, np.sin(v)),
        lambda u, v: (1 + u * u) ** mpmath.sin(v),
    ),
    "hypot": Row(
        lambda u, v: np.hypot(u, 1 + v * v),
        lambda u, v: mpmath.sqrt(u**2 + (1 + v * v) ** 2),
        lambda u, v: np.sqrt(u**2 + (1 + v * v) ** 2),
    ),
    "arctan2": Row(
        lambda u, v: np.arctan2(u, 1 + v * v),
        lambda u, v: mpmath.atan(u / (1 + v * v)),
        lambda u, v: np.arctan(u / (1 + v * v)),
    ),
    "logaddexp": Row(
        np.logaddexp,
        lambda u, v: mpmath.log(mpmath.exp(u) + mpmath.exp(v)),
        lambda u, v: np.log(np.exp(u) + np.exp(v)),
    ),
    "xlogy": Row(
        lambda u, v: F.xlogy(u, 1 + v * v),
        lambda u, v: u * mpmath.log(1 + v * v),
        lambda u, v: u * np.log(1 + v * v),
    ),
}

Expression = Any  # the position of a variable, a number, or a row with its arguments


def draw(rng: random.Random, depth: int, variables: int) -> Expression:
    """A random expression; an inner one is never a constant alone."""
    if depth == 0:
        return rng.randrange(variables) if rng.random() < 0.9 else round(rng.uniform(-2, 2), 3)
    if rng.random() < 0.55:
        return UNARY[rng.choice(list(UNARY))], draw(rng, depth - 1, variables)
    row = BINARY[rng.choice(list(BINARY))]
    return row, draw(rng, depth - 1, variables), draw(rng, rng.randrange(depth), variables)


def evaluate(expression: Expression, x: Any, arithmetic: str) -> Any:
    """The value of an expression of x[0], x[1] ... in one of the three arithmetics."""
    if isinstance(expression, int):
        return x[expression]
    if isinstance(expression, float):
        return mpmath.mpf(expression) if arithmetic == "exact" else expression
    row, *arguments = expression
    function = getattr(row, arithmetic) or row.real
    return function(*(evaluate(each, x, arithmetic) for each in arguments))


def assert_close(found: Any, truth: Any, what: str) -> None:
    error = abs(mpmath.mpf(float(found)) - truth) / max(abs(truth), mpmath.mpf(1e-30))  # below that the truth is 0
    assert error < TOLERANCE, f"{what}: {found} for {mpmath.nstr(truth, 17)}, relative error {mpmath.nstr(error, 2)}"


def exact_derivative(f: Callable[[Any], Any], order: int) -> Any:
    """The derivative of a function at 0 in 50-digit arithmetic."""
    with mpmath.workdps(50):
        return mpmath.diff(f, 0, order)


def power_of_gradient(f: Callable[[Any], Any], order: int) -> Callable[[Any], Any]:
    for _ in range(order):
        f = cr.grad(f)
    return f


# --- functions of one number ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_compositions_of_functions_of_one_number(seed: int) -> None:
    rng = random.Random(seed)
    expression, x = draw(rng, 5, 1), rng.uniform(-2, 2)

    def f(x: Any) -> Any:
        return evaluate(expression, [x], "real")

    slope = np.imag(evaluate(expression, [x + 1e-200j], "complex")) / 1e-200
    assert_close(cr.grad(f)(x), mpmath.mpf(slope), "complex step")
    for order in ORDERS:
        truth = exact_derivative(lambda t: evaluate(expression, [mpmath.mpf(x) + t], "exact"), order)
        assert_close(power_of_gradient(f, order)(x), truth, f"order {order}")


# --- functions of arrays --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20, 40))
def test_compositions_of_functions_of_arrays(seed: int) -> None:
    """The sum over a table of an expression of a row and a column; higher orders along a random direction."""
    rng = random.Random(seed)
    expression = draw(rng, 4, 2)
    z, v = (np.array([rng.uniform(-2, 2) for _ in range(5)]) for _ in range(2))

    def f(z: Any, arithmetic: str = "real") -> Any:
        return np.sum(np.ones((2, 3)) * evaluate(expression, [z[:3], np.reshape(z[3:], (2, 1))], arithmetic))

    def along(t: Any) -> Any:
        moved = [mpmath.mpf(a) + t * mpmath.mpf(b) for a, b in zip(z, v, strict=True)]
        return sum(evaluate(expression, [x, y], "exact") for x in moved[:3] for y in moved[3:])

    gradient = cr.grad(f)(z)
    for slope, unit in zip(gradient, np.eye(5), strict=True):
        assert_close(slope, mpmath.mpf(np.imag(f(z + 1e-200j * unit, "complex")) / 1e-200), "complex step")
    found = [gradient @ v, v @ cr.hessian(f)(z) @ v, cr.grad(lambda z: v @ cr.hvp(f, z, v))(z) @ v]
    for order, each in zip(ORDERS, found, strict=True):
        assert_close(each, exact_derivative(along, order), f"order {order}")
        assert_close(
            power_of_gradient(lambda t: f(z + t * v), order)(0.0),
            exact_derivative(along, order),
            f"in t, order {order}",
        )
