"""The arguments of a check: what is fixed, what lies in a range, and points of the ranges."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.errors import InputError, InputTypeError

__all__ = ["Box", "Point", "axis", "box_of", "middle", "steps", "value_at_step"]

Point = Mapping[str, Any]  # a value for each argument

WIDE = 1e4  # from here on a range has a logarithmic axis


@dataclass(frozen=True)
class Box:
    """The arguments of a function.

    Attributes:
        low, high: for each argument its bounds, arrays of the same shape; equal where it is fixed.
    """

    low: Mapping[str, Any]
    high: Mapping[str, Any]

    @property
    def single(self) -> str | None:
        """The argument that varies, if it is one number."""
        varying = [name for name in self.low if np.any(self.low[name] != self.high[name])]
        return varying[0] if len(varying) == 1 and np.ndim(self.low[varying[0]]) == 0 else None

    def corners(self) -> Iterator[Point]:
        """All arguments at their lower bounds, and at their upper ones."""
        yield self.low
        yield self.high

    def even(self, count: int) -> Iterator[Point]:
        """Points along the diagonal; along the range of a single number with equal distances on its axis."""
        name = self.single
        places = () if name is None else axis(float(self.low[name]), float(self.high[name]), count)
        for k, share in enumerate(np.linspace(0.0, 1.0, count)):
            point = {each: _between(self.low[each], self.high[each], share) for each in self.low}
            yield point if name is None else {**point, name: places[k]}

    def random(self, count: int, dtype: np.dtype[Any]) -> Iterator[Point]:
        """Points that are spread evenly and, by turns, points of which each float in the ranges is equally likely."""
        rng = np.random.default_rng(0)
        draw = (self._spread, self._any_size)
        for k in range(count):
            yield draw[k % 2](rng, dtype)

    def _spread(self, rng: np.random.Generator, dtype: np.dtype[Any]) -> Point:
        return {name: _between(low, self.high[name], rng.random(np.shape(low))) for name, low in self.low.items()}

    def _any_size(self, rng: np.random.Generator, dtype: np.dtype[Any]) -> Point:
        point = {}
        for name, low in self.low.items():
            drawn = rng.integers(steps(low, dtype), steps(self.high[name], dtype), endpoint=True)
            point[name] = np.clip(value_at_step(drawn, dtype), low, self.high[name])
        return point


def _between(low: Any, high: Any, share: Any) -> Any:
    """The point at a share of the way; the difference of the ends may overflow."""
    return low * (1 - share) + high * share


def axis(low: float, high: float, count: int) -> Any:
    """Numbers from low to high: with equal distances, or with equal ratios if they are of very different size."""
    if low > 0 and high / WIDE > low:
        return np.geomspace(low, high, count)
    return _between(low, high, np.linspace(0.0, 1.0, count))


def box_of(arguments: Mapping[str, Any], dtype: np.dtype[Any]) -> Box:
    """Read the ranges of a check.

    Raises:
        InputError, InputTypeError: a range is none, with the name of its argument.
    """
    low, high = {}, {}
    for name, given in arguments.items():
        ends = given if isinstance(given, tuple) else (given, given)
        if len(ends) != 2:
            raise InputError(f"{name} has {len(ends)} bounds; write {name}=(low, high), or one number to fix it")
        low[name], high[name] = np.broadcast_arrays(*(_bound(name, end, dtype) for end in ends))
        if np.any(low[name] > high[name]):
            raise InputError(f"the range of {name} is empty: {ends[0]} is above {ends[1]}; write the lower bound first")
    return Box(low, high)


def _bound(name: str, end: Any, dtype: np.dtype[Any]) -> Any:
    try:
        array = np.asarray(end, dtype=float)
    except (TypeError, ValueError):
        raise InputTypeError(f"{name} is a number, an array, or a range (low, high), not {end!r:.60}") from None
    if np.any(np.isnan(array)):
        raise InputError(f"a bound of {name} is NaN; write a number")
    limits = np.finfo(dtype)
    return np.clip(array, limits.min, limits.max)


def steps(x: Any, dtype: np.dtype[Any]) -> Any:
    """How many floats of a dtype lie between 0 and x, with the sign of x."""
    x = np.asarray(x, dtype)
    bits = np.abs(x).view(f"i{x.dtype.itemsize}").astype(np.int64)
    return np.where(x < 0, -bits, bits)


def value_at_step(step: Any, dtype: np.dtype[Any]) -> Any:
    """The float that has so many floats between 0 and itself."""
    size = np.abs(np.asarray(step, np.int64)).astype(f"i{dtype.itemsize}").view(dtype)
    return np.where(np.asarray(step) < 0, -size, size)[()]


def middle(good: Point, bad: Point, dtype: np.dtype[Any]) -> Point:
    """The point between two others, counted in floats."""
    halves = {}
    for name, x in good.items():
        first, last = steps(x, dtype), steps(bad[name], dtype)
        halves[name] = value_at_step(first + (last - first) // 2, dtype)
    return halves
