"""Best polynomials with coefficients that are floats.

The exchange algorithm of E. Y. Remez (1934) finds the polynomial with the least greatest weighted error. Its
coefficients are then rounded one after the other, from the lowest power on, and the others are found anew after each:
what one rounding spoils the rest makes good (the idea of N. Brisebarre and S. Chevillard, 2007, "Efficient polynomial
L-infinity approximations", in its simplest form).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import mpmath
from mpmath import mpf

__all__ = ["Problem", "greatest_error", "minimax", "round_to"]

POINTS_PER_COEFFICIENT = 24
ROUNDED_ANEW = 6  # from this power on a rounding is too small to be worth a new search
EXCHANGES = 30
CLOSE_ENOUGH = 1.001  # the greatest error, as a multiple of the least one possible


@dataclass(frozen=True)
class Problem:
    """Find p on [low, high] with the least greatest ``weight(x) * abs(p(x) - target(x))``."""

    target: Callable[[mpf], mpf]
    weight: Callable[[mpf], mpf]
    low: mpf
    high: mpf


@dataclass(frozen=True)
class _Samples:
    """The points that stand for the interval, with target and weight at each."""

    x: list[mpf]
    target: list[mpf]
    weight: list[mpf]

    def errors(self, coefficients: Sequence[mpf]) -> list[mpf]:
        rows = zip(self.x, self.target, self.weight, strict=True)
        return [weight * (_value(coefficients, x) - target) for x, target, weight in rows]

    def without_constant(self, constant: mpf) -> "_Samples":
        """The samples of (target - constant) / x, whose best polynomial has the other coefficients."""
        target = [(target - constant) / x for x, target in zip(self.x, self.target, strict=True)]
        weight = [weight * abs(x) for x, weight in zip(self.x, self.weight, strict=True)]
        return _Samples(self.x, target, weight)


def minimax(problem: Problem, degree: int, precision: int) -> list[mpf]:
    """Find the coefficients of a best polynomial, lowest power first, each a float with ``precision`` bits."""
    samples = _samples(problem, POINTS_PER_COEFFICIENT * (degree + 2))
    rounded: list[mpf] = []
    for left in range(degree + 1, 0, -1):
        free = _exchange(samples, left)
        if len(rounded) == ROUNDED_ANEW:
            return rounded + [round_to(each, precision) for each in free]
        rounded.append(round_to(free[0], precision))
        samples = samples.without_constant(rounded[-1])
    return rounded


def greatest_error(problem: Problem, coefficients: Sequence[mpf], points: int = 2 * POINTS_PER_COEFFICIENT) -> mpf:
    """The greatest weighted error of a polynomial, on other points than those it was found on."""
    samples = _samples(problem, points * (len(coefficients) + 1))
    return max(abs(error) for error in samples.errors(coefficients))


def round_to(x: mpf, precision: int) -> mpf:
    """The float with ``precision`` bits that is nearest to x."""
    with mpmath.workprec(precision):
        return +x


def _value(coefficients: Sequence[mpf], x: mpf) -> mpf:
    value = mpf(0)
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value


def _samples(problem: Problem, count: int) -> _Samples:
    """Points dense at the ends of the interval, where best polynomials err quickly back and forth."""
    middle, half = (problem.low + problem.high) / 2, (problem.high - problem.low) / 2
    x = [middle - half * mpmath.cos(mpmath.pi * (i + mpf("0.5")) / count) for i in range(count)]
    return _Samples(x, [problem.target(each) for each in x], [problem.weight(each) for each in x])


def _exchange(samples: _Samples, count: int) -> list[mpf]:
    """The best polynomial with ``count`` coefficients."""
    nodes = [round(i * (len(samples.x) - 1) / count) for i in range(count + 1)]
    for _ in range(EXCHANGES):
        free, level = _levelled(samples, nodes)
        errors = samples.errors(free)
        if max(abs(error) for error in errors) <= CLOSE_ENOUGH * abs(level):
            break
        nodes = _alternation(errors, count + 1)
    return free


def _levelled(samples: _Samples, nodes: list[int]) -> tuple[list[mpf], mpf]:
    """The coefficients for which the error has one size and alternating signs at the nodes, and that size."""
    count = len(nodes) - 1
    system, right = mpmath.matrix(count + 1), mpmath.matrix(count + 1, 1)
    for row, node in enumerate(nodes):
        for column in range(count):
            system[row, column] = samples.x[node] ** column
        system[row, count] = (-1) ** row / samples.weight[node]
        right[row] = samples.target[node]
    solution = mpmath.lu_solve(system, right)
    return list(solution[:count]), solution[count]


def _alternation(errors: Sequence[mpf], count: int) -> list[int]:
    """The places of ``count`` great errors with alternating signs."""
    places = [0]
    for place, error in enumerate(errors):
        if error * errors[places[-1]] < 0:
            places.append(place)
        elif abs(error) > abs(errors[places[-1]]):
            places[-1] = place
    while len(places) > count:
        _remove_least(places, errors, only_an_end=len(places) == count + 1)
    return places


def _remove_least(places: list[int], errors: Sequence[mpf], only_an_end: bool) -> None:
    """Remove the place of the least error, and with it the lesser of its neighbors, for these have the same sign."""
    ranks = [0, len(places) - 1] if only_an_end else range(len(places))
    least = min(ranks, key=lambda rank: abs(errors[places[rank]]))
    neighbors = [rank for rank in (least - 1, least + 1) if 0 <= rank < len(places)]
    inside = len(neighbors) == 2
    lesser = min(neighbors, key=lambda rank: abs(errors[places[rank]]))
    for rank in sorted([least, lesser] if inside else [least], reverse=True):
        del places[rank]
