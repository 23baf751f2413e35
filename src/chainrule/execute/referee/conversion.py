"""Arrays of the referee.

A value is an object array of numbers where the node is a float, an array of NumPy's integers where it is an integer,
and an object array of answers where it is a bool.
"""

import math
from functools import partial
from typing import Any

import numpy as np
from mpmath import libmp

from chainrule.execute.referee.interval import Interval, Number, hull, interval
from chainrule.execute.referee.logic import QUESTIONS, Answer

__all__ = ["UndecidedError", "answers", "decided", "exact_array", "exact_number", "numbers", "objects"]

Array = Any


class UndecidedError(ArithmeticError):
    """An integer, such as the position of the greatest entry, cannot be told with so many bits."""


def exact_array(value: Array, precision: int) -> Array:
    """Numbers of a graph as numbers of the referee, without an error."""
    array = np.asarray(value)
    if array.dtype.kind in "iu":
        return array
    convert = bool if array.dtype.kind == "b" else partial(exact_number, precision=precision)
    return objects(np.frompyfunc(convert, 1, 1)(array), array.dtype)


def exact_number(value: Any, precision: int) -> Number:
    """A number of NumPy or Python as a number of the referee, without an error."""
    if isinstance(value, (int, np.integer)):
        bound = libmp.from_int(int(value))
        return Interval(bound, bound, precision) if value else 0.0
    value = float(value)
    return interval(value, precision) if math.isfinite(value) and value != 0.0 else value


def objects(value: Array, dtype: np.dtype[Any]) -> Array:
    """The value as an array of what the dtype asks for."""
    return np.asarray(value).astype(object) if dtype.kind in "fb" else np.asarray(value)


def numbers(value: Array, precision: int) -> Array:
    """Numbers, whatever the dtype; an answer is 0 or 1."""
    if value.dtype != object:
        return np.frompyfunc(partial(exact_number, precision=precision), 1, 1)(value)
    return np.frompyfunc(partial(_as_number, precision=precision), 1, 1)(value)


def _as_number(x: Number | Answer, precision: int) -> Number:
    if x is None:
        return hull(0.0, interval(1.0, precision), precision)
    return exact_number(int(x), precision) if isinstance(x, bool) else x


def answers(value: Array, precision: int) -> Array:
    """Answers, whatever the dtype: a number holds if it is not 0."""
    if value.dtype == object and all(isinstance(each, bool) or each is None for each in value.ravel().tolist()):
        return value
    return np.frompyfunc(QUESTIONS["not_equal"], 2, 1)(numbers(value, precision), 0.0)


def decided(value: Array) -> Array:
    """Answers as NumPy's bools; integers as they are."""
    if value.dtype != object:
        return value
    if None in value.ravel().tolist():
        raise UndecidedError
    return value.astype(bool)
