"""The ranges of the settings of optimizers and schedules, and both by name."""

import difflib
import math
from collections.abc import Callable, Mapping
from numbers import Real
from typing import Any, NamedTuple, TypeVar

from chainrule.errors import InputError

__all__ = ["FRACTION", "NOT_NEGATIVE", "POSITIVE", "SHARE", "Range", "check_settings", "named"]

T = TypeVar("T")


class Range(NamedTuple):
    """Which numbers a setting may be."""

    words: str
    contains: Callable[[float], bool]


NOT_NEGATIVE = Range("a finite number that is 0 or greater", lambda number: 0 <= number < math.inf)
POSITIVE = Range("a finite number greater than 0", lambda number: 0 < number < math.inf)
SHARE = Range("from 0 to 1", lambda number: 0 <= number <= 1)
FRACTION = Range("at least 0 and less than 1", lambda number: 0 <= number < 1)


def check_settings(owner: Any, **ranges: Range) -> None:
    """Check the named fields of a dataclass and make Python floats of them, which do not widen float32 parameters.

    Raises:
        InputError: a field is not a number, or is outside of its range.
    """
    for name, allowed in ranges.items():
        value = getattr(owner, name)
        if not isinstance(value, Real) or not allowed.contains(float(value)):
            raise InputError(f"{name} of {type(owner).__name__} must be {allowed.words}; got {value!r}")
        object.__setattr__(owner, name, float(value))


def named(kind: str, name: str, known: Mapping[str, T]) -> T:
    """Return what a table knows under a name.

    Raises:
        InputError: there is none of this name; the message lists those that there are.
    """
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name.lower(), known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise InputError(f"there is no {kind} {name!r}; there are {', '.join(map(repr, known))}{hint}")
