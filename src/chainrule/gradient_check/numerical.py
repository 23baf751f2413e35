"""The derivative of a function of one number from its values alone, with an estimate of its error."""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

__all__ = ["Kink", "Slope", "central_slope", "kink"]

Curve = Callable[[float], float]

STEPS = 14  # of one extrapolation
SHRINK = 1.6  # from step to step; with 2 a periodic function could look the same at several
GOOD_ENOUGH = 1e-9  # relative error from which on other steps are not tried
EPSILON, SMALLEST = float(np.finfo(float).eps), float(np.finfo(float).smallest_subnormal)


class Slope(NamedTuple):
    """A derivative and how far it may be off; NaN and infinity where the function is not finite."""

    value: float
    error: float


class Kink(NamedTuple):
    """Two different slopes at one point."""

    left: float
    right: float


def central_slope(curve: Curve, x: float) -> Slope:
    """Return the derivative at x by central differences, extrapolated to the step 0.

    The step is chosen by its result: extrapolations start from a twentieth of 1 and of the argument and from small
    steps, and the one with the least relative error is taken.

    Source: C. J. F. Ridders (1982), "Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software.

    Example:
        >>> slope = central_slope(math.exp, 1.0)
        >>> abs(slope.value - math.e) < slope.error < 1e-9
        True
    """
    noise = _noise(curve, x)
    best = Slope(math.nan, math.inf)
    for start in dict.fromkeys((0.05, abs(x) / 20 or 1e-9, 1e-5 * max(abs(x), 1.0))):
        best = min(best, _extrapolated(curve, x, start, noise), key=_quality)
        if best.error <= GOOD_ENOUGH * abs(best.value):
            break
    return best


def _quality(slope: Slope) -> tuple[float, float]:
    """The relative error, as far as there is a relation: a slope of 0 is as good as its error is small."""
    return min(slope.error / abs(slope.value), 0.1) if slope.error < math.inf and slope.value else 0.1, slope.error


def kink(curve: Curve, x: float) -> Kink | None:
    """Return the slopes on both sides if they differ: at x, or nearer to it than differences can see.

    The difference of a smooth function's slopes shrinks with the step; that of a kink stays over many steps.

    Example:
        >>> kink(abs, 0.0)
        Kink(left=-1.0, right=1.0)
        >>> kink(math.sin, 0.0)
    """
    seen: list[tuple[float, Kink]] = []
    for jump, slopes in _jumps(curve, x):
        if seen and not jump > 0.5 * seen[-1][0]:
            seen = []
        seen.append((jump, slopes))
    return seen[len(seen) // 2][1] if len(seen) >= 4 else None


def _jumps(curve: Curve, x: float) -> Iterator[tuple[float, Kink]]:
    """The slopes on both sides and how much they differ, as far as this is more than rounding."""
    here, noise = curve(x), _noise(curve, x)
    for power in range(9):
        step = 1e-2 / 8**power
        slopes = Kink((here - curve(x - step)) / step, (curve(x + step) - here) / step)
        jump = abs(slopes.right - slopes.left)
        if jump > 1e-3 * max(map(abs, slopes)) + 8 * noise / step:
            yield jump, slopes


def _noise(curve: Curve, x: float) -> float:
    """The scatter of the function's values: what high differences over small steps leave of them.

    A function that computes in float32 has values that are off by 1e-7, whatever the dtype of its argument.

    Source: R. W. Hamming (1962), "Numerical Methods for Scientists and Engineers", on tables of differences.
    """
    step = 1e-6 * (abs(x) or 1.0)
    values = [curve(x + k * step) for k in range(-4, 5)]
    scatter = max(float(np.max(np.abs(np.diff(values, n)))) / math.sqrt(math.comb(2 * n, n)) for n in (7, 8))
    return max(EPSILON * abs(values[4]), 2 * scatter if math.isfinite(scatter) else 0.0)


def _extrapolated(curve: Curve, x: float, start: float, noise: float) -> Slope:
    """Neville's extrapolation of central differences, whose error falls with the square of the step."""
    best = Slope(math.nan, math.inf)
    before: list[Slope] = []
    for count in range(STEPS):
        above, below = x + start / SHRINK**count, x - start / SHRINK**count
        high, low = curve(above), curve(below)
        if not (math.isfinite(high) and math.isfinite(low)):
            before = []
            continue
        rounding = (2 * noise + EPSILON * (abs(high) + abs(low))) / (above - below)
        row = [Slope((high - low) / (above - below), rounding)]  # the error of a row's entry: of rounding alone
        for column, older in enumerate(before):
            last = row[-1]
            value = last.value + (last.value - older.value) / (SHRINK ** (2 * column + 2) - 1)
            row.append(Slope(value, max(last.error, older.error)))
            change = max(abs(value - last.value), abs(value - older.value))
            best = min(best, Slope(value, change + row[-1].error), key=lambda slope: slope.error)
        before = row
    return best
