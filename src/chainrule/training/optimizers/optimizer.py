"""What every optimizer has, and the ranges of their settings."""

import math
from collections.abc import Callable
from numbers import Real
from typing import NamedTuple, Protocol, runtime_checkable

from chainrule.errors import InputError
from chainrule.trees import Tree

__all__ = ["FRACTION", "NOT_NEGATIVE", "POSITIVE", "Optimizer", "Range", "check_settings"]


@runtime_checkable
class Optimizer(Protocol):
    """Two functions on trees of arrays; all that changes from step to step is in the state."""

    def init(self, params: Tree) -> Tree:
        """Return the state before the first step."""
        ...

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return the parameters and the state after one step; what is given is not changed."""
        ...


class Range(NamedTuple):
    """Which numbers a setting may be."""

    words: str
    contains: Callable[[float], bool]


NOT_NEGATIVE = Range("a finite number that is 0 or greater", lambda number: 0 <= number < math.inf)
POSITIVE = Range("a finite number greater than 0", lambda number: 0 < number < math.inf)
FRACTION = Range("at least 0 and less than 1", lambda number: 0 <= number < 1)


def check_settings(optimizer: Optimizer, **ranges: Range) -> None:
    """Check the named fields of an optimizer and make Python floats of them, which do not widen float32 parameters.

    Raises:
        InputError: a field is not a number, or is outside of its range.
    """
    for name, allowed in ranges.items():
        value = getattr(optimizer, name)
        if not isinstance(value, Real) or not allowed.contains(float(value)):
            raise InputError(f"{name} of {type(optimizer).__name__} must be {allowed.words}; got {value!r}")
        object.__setattr__(optimizer, name, float(value))
