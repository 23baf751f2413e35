"""Bits of error of an expression: of its value, of its gradient, over the floats of its ranges."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

import chainrule as cr
from chainrule.execute.referee import Truth, bits_of_error, truths
from chainrule.graph import Graph
from chainrule.transforms.differentiate import gradient_graph
from stability.expressions import Expression

__all__ = ["Bits", "Measured", "gradient_truths", "measure", "measured", "sample", "value_truths"]

Function = Callable[..., Any]
BATCH = 20_000


@dataclass(frozen=True, eq=False)
class Measured:
    """An expression at points where its true value and gradient are finite.

    Attributes:
        expression: what is measured.
        points: for each variable an array of its values, in the order of the parameters.
        value: the true value at each point.
        gradient: for each variable of the gradient the true derivatives at each point.
    """

    expression: Expression
    points: tuple[Any, ...]
    value: Any
    gradient: tuple[Any, ...]

    def value_bits(self, function: Function) -> Any:
        """The bits of error of a function of the same variables, at each point."""
        with np.errstate(all="ignore"):
            return bits_of_error(_like(function(*self.points), self.value), self.value)

    def gradient_bits(self, gradient: Function) -> Any:
        """The bits of error of a function that returns the derivatives by ``expression.asked``: mean over these."""
        with np.errstate(all="ignore"):
            found = gradient(*self.points)
        pairs = zip(found, self.gradient, strict=True)
        return np.mean([bits_of_error(_like(value, truth), truth) for value, truth in pairs], axis=0)


def _like(value: Any, truth: Any) -> Any:
    return np.broadcast_to(np.asarray(value, truth.dtype), truth.shape)


def plain_gradient(expression: Expression, function: Function | None = None) -> Function:
    """The derivatives of a function of the expression's variables, as ``cr.elementwise_grad`` computes them."""
    return cr.elementwise_grad(function or _positional(expression), wrt=_positions(expression))


def _positional(expression: Expression) -> Function:
    return lambda *values: expression(*values)


def _positions(expression: Expression) -> tuple[int, ...]:
    return tuple(expression.variables.index(name) for name in expression.asked)


@cache
def measured(expression: Expression, count: int = 64, *, gradient: bool = True, seed: int = 0) -> Measured:
    """The expression at ``count`` random points of its ranges; fewer only if its truth is hardly ever finite."""
    points: list[tuple[float, ...]] = []
    found: list[list[Truth]] = []
    for point in sample(expression, count * 20, seed):
        new = value_truths(expression, point) + (gradient_truths(expression, point) if gradient else [])
        if all(truth.settled and np.isfinite(truth.value) for truth in new):
            points.append(point)
            found.append(new)
        if len(points) == count:
            break
    truths_by_column = list(zip(*found, strict=True)) or [()] * (1 + len(expression.asked) * gradient)
    value, *slopes = (np.array([truth.value for truth in column]) for column in truths_by_column)
    arrays = tuple(np.array(column) for column in zip(*points, strict=True)) or (np.array([]),) * len(expression.ranges)
    return Measured(expression, arrays, value, tuple(slopes))


def sample(expression: Expression, count: int, seed: int = 0) -> list[tuple[float, ...]]:
    """Random points of the ranges that the conditions admit: all floats between the bounds are equally likely.

    Source: the way in which Herbie samples, Panchekha et al. (2015), section 4.1.
    """
    rng = np.random.default_rng(seed)
    found: list[tuple[float, ...]] = []
    for _ in range(100):
        columns = [_floats(rng, *bounds) for bounds in expression.ranges.values()]
        with np.errstate(all="ignore"):
            admitted = np.broadcast_to(expression.admits(*columns), BATCH)
        found.extend(zip(*[column[admitted].tolist() for column in columns], strict=True))
        if len(found) >= count:
            break
    return found[:count]


def _floats(rng: np.random.Generator, low: float, high: float) -> Any:
    """Finite floats between two bounds; each is equally likely."""
    greatest = np.finfo(float).max
    first, last = (_steps(min(max(bound, -greatest), greatest)) for bound in (low, high))
    steps = rng.integers(first, last, BATCH, endpoint=True)
    return np.where(steps < 0, -(-steps).view(np.float64), steps.view(np.float64))


def _steps(x: float) -> int:
    """How many floats lie between 0 and x, with the sign of x."""
    bits = int(np.float64(abs(x)).view(np.int64))
    return -bits if x < 0 else bits


# --- truths ---------------------------------------------------------------------------------------------------


def _graph(expression: Expression) -> Graph:
    return cr.trace(_positional(expression), *[0.5] * len(expression.variables))


@cache
def _graphs(expression: Expression) -> tuple[Graph, ...]:
    """The graphs of the value, of the gradient, and of the second derivative by each variable of the gradient."""
    value = _graph(expression)
    wrt = [value.inputs[i] for i in _positions(expression)]
    gradient = gradient_graph(value, wrt)
    seconds = [
        gradient_graph(gradient.with_outputs([slope]), [x]) for slope, x in zip(gradient.outputs, wrt, strict=True)
    ]
    return value, gradient, value.with_outputs([second.outputs[0] for second in seconds])


def value_truths(expression: Expression, point: Sequence[float]) -> list[Truth]:
    """The true value at a point."""
    return truths(_graphs(expression)[0], point)


def gradient_truths(expression: Expression, point: Sequence[float]) -> list[Truth]:
    """The true derivatives by the variables of the gradient at a point."""
    return truths(_graphs(expression)[1], point)


def second_truths(expression: Expression, point: Sequence[float]) -> list[Truth]:
    """The true second derivatives by each of these variables at a point."""
    return truths(_graphs(expression)[2], point)


# --- plain NumPy beside the stable form -------------------------------------------------------------------------


class Bits(NamedTuple):
    """Mean bits of error over the points of an expression: of value and gradient, as written and in stable form."""

    value: float
    stable_value: float
    gradient: float
    stable_gradient: float


def measure(expression: Expression, count: int = 64) -> Bits | None:
    """Measure an expression; None if its truth is hardly anywhere finite."""
    found = measured(expression, count)
    if not len(found.value):
        return None
    f, wrt = _positional(expression), _positions(expression)
    slopes = [cr.elementwise_grad(f, wrt, stabilize=stabilize) for stabilize in (False, True)]
    values = [np.mean(found.value_bits(each)) for each in (f, cr.stabilize(f))]
    return Bits(*map(float, [*values, *(np.mean(found.gradient_bits(each)) for each in slopes)]))
