"""How numbers are written: four significant digits, arrays in short, and as values that JSON can hold."""

import dataclasses
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = [
    "UNSET",
    "array_text",
    "bound",
    "columns",
    "number",
    "plain",
    "short",
    "subscript",
    "superscript",
    "typographic",
]

UNSET = "·"  # where no gradient flows; not 0

_DIGITS = 4
_WHOLE = 6  # numbers up to this many digits before the point are written out
_INLINE = 6  # entries of an array that are all shown

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MINUS = re.compile(r"(?<![\w'\])])-(?=[\w(])|(?<= )-(?= )|(?<=\de)-(?=\d)")


def number(value: Any) -> str:
    """A number with four significant digits; -0, infinities, NaN and subnormal numbers as what they are.

    Example:
        >>> [number(x) for x in (0.36787944, -12.0, 123456.0, 1e6, -0.0, 5e-324, float("nan"))]
        ['0.3679', '-12', '123456', '1e+06', '-0', '4.941e-324', 'nan']
    """
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(value)
    x = float(value)
    if x == 0 or not math.isfinite(x):
        return f"{x:g}"
    exponent = math.floor(math.log10(abs(x)))
    if not -_DIGITS <= exponent < _WHOLE:
        return f"{x:.{_DIGITS}g}"
    text = f"{x:.{max(0, _DIGITS - 1 - exponent)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def array_text(value: Any) -> str:
    """A number, a small array with its entries, or a larger one with its shape, least, mean and greatest entry.

    Example:
        >>> array_text(np.array([[0.5, -1.0], [2.0, 0.25]]))
        '[[0.5, -1], [2, 0.25]]'
        >>> array_text(np.arange(12.0).reshape(3, 4))
        '[3, 4]: min 0, mean 5.5, max 11'
    """
    array = np.asarray(value)
    if array.ndim == 0:
        return number(array[()])
    if array.size <= _INLINE:
        return _listed(array)
    return f"{_shape(array)}: {_summary(array)}"


def short(value: Any) -> str:
    """The same in the little room that a drawing has.

    Example:
        >>> short(np.array([0.5, -1.0])), short(np.zeros((3, 4)))
        ('[0.5, -1]', '3×4, mean 0')
    """
    array = np.asarray(value)
    if array.ndim == 0:
        return number(array[()])
    if array.ndim == 1 and array.size <= 3:
        return _listed(array)
    lengths = "×".join(map(str, array.shape)) if array.ndim > 1 else f"({array.size})"
    return f"{lengths}, mean {number(_reduced(np.mean, array))}" if array.dtype.kind == "f" and array.size else lengths


def plain(value: Any, most: float = math.inf) -> Any:
    """A value as JSON can hold it: infinities and NaN as text, arrays as lists, dataclasses as dicts.

    Args:
        value: a number, an array, a text, None, or a dict, list, tuple or dataclass of these.
        most: of an array with more entries only shape, least, mean and greatest entry.

    Example:
        >>> plain({"x": np.array([1.0, np.inf])})
        {'x': [1.0, 'inf']}
    """
    if value is None or isinstance(value, str):
        return value
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name), most) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each, most) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each, most) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return number(value)
    if np.size(value) > most:
        return {"shape": list(np.shape(value)), **{name: plain(_reduced(row, value)) for name, row in _REDUCTIONS}}
    return plain(value.tolist()) if isinstance(value, (np.ndarray, np.generic)) else value


def bound(text: str) -> str:
    """A number as it stands within a formula: in parentheses if it is negative."""
    return f"({text})" if text.startswith("-") else text


def subscript(n: int) -> str:
    """A whole number as an index below the line."""
    return str(n).translate(_SUBSCRIPTS)


def superscript(n: int) -> str:
    """A whole number as an exponent above the line."""
    return str(n).translate(_SUPERSCRIPTS)


def columns(text: str) -> int:
    """How wide a text is, counted in Latin characters; Chinese ones take two.

    Example:
        >>> columns("x₁"), columns("权重")
        (2, 4)
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def typographic(text: str) -> str:
    """The text with minus signs instead of hyphens in its numbers.

    Example:
        >>> typographic("a-b: -2 - 5 = -7")
        'a-b: −2 − 5 = −7'
    """
    return _MINUS.sub("−", text)


_REDUCTIONS = (("min", np.min), ("mean", np.mean), ("max", np.max))


def _listed(array: Any) -> str:
    return f"[{', '.join(_listed(each) for each in array)}]" if np.ndim(array) else number(array)


def _shape(array: Any) -> str:
    return f"[{', '.join(map(str, array.shape))}]"


def _summary(array: Any) -> str:
    return ", ".join(f"{name} {number(_reduced(row, array))}" for name, row in _REDUCTIONS)


def _reduced(row: Callable[..., Any], array: Any) -> Any:
    with np.errstate(all="ignore"):
        return row(array)
