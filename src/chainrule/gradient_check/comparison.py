"""Two gradients of one array side by side: the one to be checked and the numerical one."""

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.errors import InputError
from chainrule.gradient_check.numerical import EPSILON, SMALLEST, Kink, Slope, central_slope, is_suspect, kink

__all__ = ["Comparison", "compare", "entry_name"]

Floats = NDArray[np.float64]
Index = tuple[int, ...]
Function = Callable[[Floats], Any]  # of one of the arrays, the others being what they are

TOLERANCES = {2: 3e-2, 4: 1e-3}  # relative, by the bytes of a number; 1e-6 for all others
COMPLEX_STEP = 1e-20  # relative; its square, the error of the derivative, is far below rounding


@dataclass(frozen=True)
class Comparison:
    """The gradient by one array, and what was found numerically.

    Attributes:
        name: what the user calls the array.
        x: the array.
        value: the value of the function.
        gradient: the gradient to be checked.
        numerical: the numerical derivative by each entry.
        allowed: how far the two may differ at each entry; NaN where they were not compared.
        kinks: entries at which the two differ and there is no derivative.
        complex_step: was the complex step used, which is exact, or differences?
        tolerance: relative.
    """

    name: str
    x: Floats
    value: Any
    gradient: Floats
    numerical: Floats
    allowed: Floats
    kinks: Mapping[Index, Kink]
    complex_step: bool
    tolerance: float

    @property
    def checked(self) -> NDArray[np.bool_]:
        """Which entries were compared, and are not at a kink."""
        result = np.array(~np.isnan(self.allowed))
        for index in self.kinks:
            result[index] = False
        return result

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which entries differ by more than is allowed."""
        return np.array(self.checked & ~(np.abs(self.gradient - self.numerical) <= self.allowed))

    @property
    def unexcused(self) -> list[Index]:
        """The kinks at which the gradient is not between the slopes of both sides."""
        return [index for index, slopes in self.kinks.items() if not self._lies_between(index, slopes)]

    def _lies_between(self, index: Index, slopes: Kink) -> bool:
        left, right = min(slopes.left, slopes.right), max(slopes.left, slopes.right)
        slack = self.tolerance * max(abs(left), abs(right))
        return left - slack <= float(self.gradient[index]) <= right + slack

    @property
    def largest_error(self) -> float:
        """The largest difference of all entries, relative to the entry; what differences cannot see counts less."""
        used = self.checked & (self.allowed > 0)
        shares = np.abs(self.gradient - self.numerical)[used] / self.allowed[used]
        return self.tolerance * float(np.max(shares, initial=0.0))


def compare(
    name: str, f: Function, x: Any, gradient: Any, chosen: Sequence[Index], tolerance: float | None
) -> Comparison:
    """Take the numerical derivatives by the chosen entries and hold them against the gradient."""
    precision = np.finfo(np.asarray(x).dtype)
    tolerance = TOLERANCES.get(precision.dtype.itemsize, 1e-6) if tolerance is None else tolerance
    x, gradient = np.array(x, dtype=float), np.array(gradient, dtype=float)
    value = np.asarray(f(x[()]))
    _check_repeatable(f, x, value)
    slopes = [central_slope(_curve(f, x, index, value), float(x[index])) for index in chosen]
    exact = _complex_steps(f, x, chosen, slopes, gradient)
    numerical, errors = np.full(x.shape, math.nan), np.full(x.shape, math.nan)
    for index, slope in zip(chosen, exact or slopes, strict=True):
        numerical[index], errors[index] = slope
    largest = float(np.max(np.abs(numerical), where=np.isfinite(numerical), initial=0.0))
    rounding = 10 * float(precision.eps) * largest + 4 * float(precision.tiny)
    allowed = tolerance * np.maximum(np.abs(gradient), np.abs(numerical)) + 4 * errors + rounding
    allowed = np.where(np.isnan(errors), math.nan, np.where(np.isfinite(gradient + numerical), allowed, 0.0))
    curves = {index: _curve(f, x, index, value) for index in chosen}
    off = [
        index
        for index in chosen
        if not abs(gradient[index] - numerical[index]) <= allowed[index] or is_suspect(curves[index], float(x[index]))
    ]
    found = {index: kink(curves[index], float(x[index])) for index in off}
    kinks = {index: slopes for index, slopes in found.items() if slopes}
    return Comparison(name, x, value, gradient, numerical, allowed, kinks, exact is not None, tolerance)


def entry_name(name: str, index: Index) -> str:
    """``x[1, 2]``, or ``x`` for a number."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def _moved(x: Any, index: Index, to: Any) -> Any:
    result = np.array(x, dtype=np.result_type(x, to))
    result[index] = to
    return result[()]


def _curve(f: Function, x: Floats, index: Index, value: Any) -> Callable[[float], float]:
    """The function of one entry: its number or, if it works entry by entry, the same entry of its value."""

    def curve(entry: float) -> float:
        moved = np.asarray(f(_moved(x, index, entry)))
        if not moved.shape:
            return float(moved)
        changed = ~((moved == value) | (np.isnan(moved) & np.isnan(value)))
        changed[index] = False
        if np.any(changed):
            raise InputError(
                f"{np.count_nonzero(changed)} other entries of the function's value move with one entry of its "
                "argument; only a number or an elementwise function can be checked: take the sum of the value"
            )
        return float(moved[index])

    return curve


def _check_repeatable(f: Function, x: Floats, value: Any) -> None:
    again = np.asarray(f(x[()]))
    if not np.array_equal(value, again, equal_nan=True):
        raise InputError(
            "the function gave two different values for the same argument; if it draws random numbers, make them "
            "the same in each call: np.random.default_rng(0) inside of the function"
        )


def _complex_steps(
    f: Function, x: Floats, chosen: Sequence[Index], slopes: Sequence[Slope], gradient: Floats
) -> list[Slope] | None:
    """Exact derivatives Im f(x + ih) / h, if the function takes complex numbers and is analytic.

    It is taken for analytic if two steps have the same result, and differences, too. Where differences see nothing, the
    complex step may only confirm the gradient.
    """
    found = []
    for index, slope in zip(chosen, slopes, strict=True):
        step = COMPLEX_STEP * float(np.abs(x[index]) or 1.0)
        try:
            exact, again = (_complex_step(f, x, index, h) for h in (step, step / 1024))
        except Exception:  # whatever a function raises that is not meant for complex numbers
            return None
        witness = slope if math.isfinite(slope.error) else Slope(float(gradient[index]), 0.0)
        if not abs(exact - witness.value) <= 4 * witness.error + 1e-6 * abs(exact):
            return None
        found.append(Slope(exact, EPSILON * abs(exact) + abs(exact - again) + SMALLEST / step))
    return found


def _complex_step(f: Function, x: Floats, index: Index, step: float) -> float:
    with warnings.catch_warnings(action="error"):
        value = np.sum(f(_moved(x, index, complex(x[index], step))))
    return float(np.imag(value)) / step
