"""The settings of a network and of its training, checked."""

import contextlib
import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from chainrule.errors import InputError

__all__ = ["callback_list", "real_dtype", "require_positive", "seed_number", "width_numbers"]


def width_numbers(widths: Iterable[Any]) -> tuple[int, ...]:
    """Widths as Python integers."""
    try:
        return tuple(operator.index(width) for width in widths)
    except TypeError as error:
        raise InputError(f"widths={widths!r}: give a list of whole numbers, such as [64, 128, 10]") from error


def seed_number(seed: Any) -> int:
    """A seed: a whole number from 0 to 2^64 - 1."""
    try:
        number = operator.index(seed)
    except TypeError as error:
        raise InputError(f"seed={seed!r}: give a whole number, so that the run can be repeated") from error
    if not 0 <= number < 2**64:
        raise InputError(f"seed={number}: give a whole number from 0 to 2**64 - 1")
    return number


def real_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    """float32 or float64."""
    with contextlib.suppress(TypeError):
        found = np.dtype(dtype)
        if dtype is not None and found in (np.dtype(np.float32), np.dtype(np.float64)):
            return found
    raise InputError(f"dtype={dtype!r}: a network computes in 'float32' or 'float64'")


def require_positive(**settings: Any) -> None:
    """Whole numbers from 1."""
    for name, value in settings.items():
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
            raise InputError(f"{name}={value!r}: give a whole number, at least 1")


def callback_list(callbacks: Iterable[Any]) -> list[Callable[..., Any]]:
    """Callbacks as a list of functions."""
    if isinstance(callbacks, Iterable):
        found = list(callbacks)
        if all(callable(each) for each in found):
            return found
    raise InputError(f"callbacks={callbacks!r}: give a list of functions of the history, such as [f]")
