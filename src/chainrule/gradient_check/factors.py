"""The factors that are forgotten or doubled most when a gradient is derived by hand."""

import math
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

__all__ = ["CONSTANTS", "factors_of_entries"]

Array = Any

CONSTANTS: Mapping[str, float] = MappingProxyType(
    {
        "2": 2.0,
        "3": 3.0,
        "4": 4.0,
        "pi": math.pi,
        "2 pi": 2 * math.pi,
        "e": math.e,
        "ln 2": math.log(2),
        "ln 10": math.log(10),
        "sqrt(2)": math.sqrt(2),
        "sqrt(pi)": math.sqrt(math.pi),
        "2/sqrt(pi)": 2 / math.sqrt(math.pi),
        "180/pi": 180 / math.pi,
    }
)

_OF_THE_VALUE: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "1 - {}": lambda s: 1 - s,
        "{0} (1 - {0})": lambda s: s * (1 - s),
        "1 - {}^2": lambda t: 1 - t * t,
        "1 + {}^2": lambda t: 1 + t * t,
        "{}": lambda s: s,
        "2 {}": lambda s: 2 * s,
        "{}^2": lambda s: s * s,
    }
)

_OF_THE_ARGUMENT: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "{}": lambda x: x,
        "2 {}": lambda x: 2 * x,
        "{}^2": lambda x: x * x,
        "1 + {}^2": lambda x: 1 + x * x,
        "1 - {}^2": lambda x: 1 - x * x,
        "exp({})": np.exp,
        "cos({})": np.cos,
        "sin({})": np.sin,
        "s({0}), s being the sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "1 - s({0}), s being the sigmoid": lambda x: 1 / (1 + np.exp(x)),
        "s({0}) (1 - s({0})), s being the sigmoid": lambda x: 1 / ((1 + np.exp(-x)) * (1 + np.exp(x))),
        "1 - tanh({})^2": lambda x: 1 / np.cosh(x) ** 2,
    }
)


def factors_of_entries(x: Array, value: Array, name: str) -> Iterator[tuple[str, Array]]:
    """Factors that differ from entry to entry: of the value, if there is one for each entry, and of the argument."""
    if np.shape(value) == np.shape(x):
        yield from (
            (f"{text.format('s')}, s being the value of the function", f(value)) for text, f in _OF_THE_VALUE.items()
        )
    yield from ((text.format(name), f(x)) for text, f in _OF_THE_ARGUMENT.items())
