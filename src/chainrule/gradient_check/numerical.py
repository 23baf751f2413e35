"""The derivative of a function of one number from its values alone, with an estimate of its error."""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

__all__ = ["Kink", "Slope", "central_slope", "is_suspect", "kink"]

Curve = Callable[[float], float]

STEPS = 14  # of one extrapolation
SHRINK = 1.6  # from step to step; with 2 a periodic function could look the same at several
GOOD_ENOUGH = 1e-9  # relative error from which on other steps are not tried
FLAT = 1e-6  # relative step from which on a function that does not change is constant, and not of float32
ROUGH = 0.02  # scatter, relative to all of the change, from which on differences see no slope
PARTS = (20, 53, 333)  # of the first step, over which it must be smooth; over one alone a sine may look so
NEAR = (1e-8, 1e-10, 1e-12, 1e-14)  # steps, relative, over which a jump stays the same
EPSILON, SMALLEST = float(np.finfo(float).eps), float(np.finfo(float).smallest_subnormal)


class Slope(NamedTuple):
    """A derivative and how far it may be off; NaN and infinity where the function is not finite."""

    value: float
    error: float


class Kink(NamedTuple):
    """Two different slopes at one point, or a jump between them."""

    left: float
    right: float
    jump: float = 0.0


def central_slope(curve: Curve, x: float) -> Slope:
    """Return the derivative at x by central differences, extrapolated to the step 0.

    The step is chosen by its result: extrapolations start from a twentieth of 1 and of the argument and from small
    steps, and the one with the least relative error is taken. Steps over which the function is rough, as a sine is
    over many of its periods, are left out; where it is rough over all steps, the slope is NaN.

    Source: C. J. F. Ridders (1982), "Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software.

    Example:
        >>> slope = central_slope(math.exp, 1.0)
        >>> abs(slope.value - math.e) < slope.error < 1e-9
        True
    """
    best = Slope(math.nan, math.inf)
    for start in _starts(abs(x)):
        noises = [_noise(curve, x, start / part) for part in PARTS]
        if any(is_rough for _, is_rough in noises):
            continue
        found = _extrapolated(curve, x, start, noises[0][0])
        if found.value == 0 and start >= FLAT * abs(x):
            return found
        best = min(best, found, key=_quality)
        if best.error <= GOOD_ENOUGH * abs(best.value):
            break
    return Slope(math.nan, math.inf) if _is_blurred(curve, x, best) else best


def _is_blurred(curve: Curve, x: float, slope: Slope) -> bool:
    """Is the error as large as the slope, and no rounding? So it is at a vertical tangent."""
    step = 1e-5 * max(abs(x), 1.0)
    below, above = curve(x - step), curve(x + step)
    small = (1e-3 * abs(above - below) + 4 * EPSILON * max(abs(above), abs(below))) / step
    return slope.error > 0.1 * abs(slope.value) and slope.error > small


def _starts(size: float) -> list[float]:
    """The largest steps to begin with, the usual ones first."""
    usual = [0.05, size / 20 or 1e-9, 1e-5 * max(size, 1.0)]
    return list(dict.fromkeys(usual + [share * size for share in (1e-8, 1e-11, 1e-13) if size > 1e-290]))


def _quality(slope: Slope) -> tuple[float, float]:
    """The relative error, as far as there is a relation: a slope of 0 is as good as its error is small."""
    return min(slope.error / abs(slope.value), 0.1) if slope.error < math.inf and slope.value else 0.1, slope.error


def kink(curve: Curve, x: float) -> Kink | None:
    """Return the slopes on both sides if they differ, at x or nearer to it than differences can see, or if x is a jump.

    The difference of a smooth function's slopes shrinks with the step; that of a kink stays over many steps. So does
    the height of a jump.

    Example:
        >>> kink(abs, 0.0)
        Kink(left=-1.0, right=1.0, jump=0.0)
        >>> kink(math.sin, 0.0)
        >>> kink(math.floor, 1.0)
        Kink(left=0.0, right=0.0, jump=1.0)
    """
    jump = _jump(curve, x)
    return jump if jump else _bend(curve, x)


def is_suspect(curve: Curve, x: float) -> bool:
    """Return whether the slopes on both sides differ over one small step: a kink, a jump, or only rounding."""
    step = 1e-7 * (abs(x) or 1.0)
    here, noise = curve(x), _noise(curve, x, step)[0]
    left, right = here - curve(x - step), curve(x + step) - here
    return abs(right - left) > 1e-3 * max(abs(left), abs(right)) + 8 * min(noise, EPSILON * abs(here))


def _jump(curve: Curve, x: float) -> Kink | None:
    """The slopes beside a jump, which has the same height over all of the smallest steps."""
    size, here = abs(x) or 1.0, curve(x)
    beside = [(here - curve(x - share * size), curve(x + share * size) - here) for share in NEAR]
    step = 1e-6 * size
    noise = max(_noise(curve, x + side * 5 * step, step)[0] for side in (-1, 1))
    height = float(np.max(np.abs(beside)))
    if not (np.ptp(beside, axis=0).max() <= 0.1 * height and 16 * noise < height < math.inf):
        return None
    left, right = (side * (curve(x + side * 2 * step) - curve(x + side * step)) / step + 0.0 for side in (-1, 1))
    return Kink(left, right, float(sum(beside[-1])) or height)


def _bend(curve: Curve, x: float) -> Kink | None:
    seen: list[tuple[float, Kink]] = []
    for jump, slopes in _jumps(curve, x):
        if seen and not jump > 0.5 * seen[-1][0]:
            seen = []
        seen.append((jump, slopes))
    return seen[len(seen) // 2][1] if len(seen) >= 4 else None


def _jumps(curve: Curve, x: float) -> Iterator[tuple[float, Kink]]:
    """The slopes on both sides and how much they differ, as far as this is more than rounding."""
    here, noise = curve(x), _noise(curve, x, 1e-6 * (abs(x) or 1.0))[0]
    for power in range(9):
        step = 1e-2 / 8**power
        slopes = Kink((here - curve(x - step)) / step, (curve(x + step) - here) / step)
        jump = abs(slopes.right - slopes.left)
        if jump > 1e-3 * max(map(abs, slopes)) + 8 * noise / step:
            yield jump, slopes


def _noise(curve: Curve, x: float, step: float) -> tuple[float, bool]:
    """The scatter of the function's values, and whether it is so much of their change that no slope can be seen.

    The scatter is what high differences over small steps leave of the values.
    A function that computes in float32 has values that are off by 1e-7, whatever the dtype of its argument.

    Source: R. W. Hamming (1962), "Numerical Methods for Scientists and Engineers", on tables of differences.
    """
    values = [curve(x + k * step) for k in range(-4, 5)]
    rounding = EPSILON * max(map(abs, values))
    if not math.isfinite(sum(values)):
        return EPSILON * abs(values[4]), False
    scatter = max(float(np.max(np.abs(np.diff(values, n)))) / math.sqrt(math.comb(2 * n, n)) for n in (7, 8))
    change = max(values) - min(values)
    return max(rounding, 2 * scatter), change > 64 * rounding and scatter > ROUGH * change


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
        if above == below:  # the step is below the last place of x
            break
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
