"""The values of variables, as they are written behind a formula: ``x=-2 y=[1,2,3]``, or their ranges: ``x=-1:1``."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from chainrule.errors import InputError

__all__ = ["ranges_of", "values_of"]


def values_of(variables: Sequence[str], words: Iterable[str]) -> dict[str, Any]:
    """Return the value of each variable of a formula: a number or a list of numbers.

    Raises:
        InputError: a word that gives no value, a variable that has none or two, or a name that is not a variable.

    Example:
        >>> values_of(["x", "y"], ["y=[1, 2]", "x=-2"])
        {'x': -2.0, 'y': [1, 2]}
    """
    return _read(variables, words, _value, "1")


def ranges_of(variables: Sequence[str], words: Iterable[str]) -> dict[str, Any]:
    """Return the range of each variable of a formula, a pair, or its value where it is fixed.

    Raises:
        InputError: as for ``values_of``.

    Example:
        >>> ranges_of(["x", "y"], ["x=-1000:1000", "y=2"])
        {'x': (-1000.0, 1000.0), 'y': 2.0}
    """
    return _read(variables, words, _range, "-1:1")


def _read(
    variables: Sequence[str], words: Iterable[str], read: Callable[[str, str], Any], example: str
) -> dict[str, Any]:
    """What stands behind the name of each variable, as ``read`` understands it."""
    values: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if name.startswith("--"):
            raise InputError(f"there is no option {name}; --help names all")
        if not (name.strip() and equals):
            raise InputError(f"{word!r} gives no value to a variable; write NAME=VALUE without a space, such as x=-2")
        if name.strip() in values:
            raise InputError(f"{name.strip()} has two values; give it one")
        values[name.strip()] = read(word, text.strip())
    _require_all(variables, values, example)
    return {name: values[name] for name in variables}


def _require_all(variables: Sequence[str], values: dict[str, Any], example: str) -> None:
    has = f"its variables are {', '.join(variables)}" if variables else "it has no variables"
    unknown = [name for name in values if name not in variables]
    if unknown:
        raise InputError(f"the formula has no variable {', '.join(unknown)}; {has}")
    missing = [name for name in variables if name not in values]
    if missing:
        raise InputError(
            f"{', '.join(missing)} in the formula has no value; add {' '.join(f'{name}={example}' for name in missing)}"
        )


def _range(word: str, text: str) -> Any:
    low, colon, high = text.partition(":")
    try:
        return (_value(word, low.strip()), _value(word, high.strip())) if colon else _value(word, text)
    except InputError:
        name = word.partition("=")[0]
        raise InputError(f"{word!r} gives no range; write {name}=-1:1, or {name}=2 to fix it") from None


def _value(word: str, text: str) -> Any:
    try:
        return json.loads(text) if text.startswith("[") else float(text)
    except (ValueError, RecursionError):
        example = f"{word.partition('=')[0]}=-2"
        raise InputError(f"{word!r} gives no number; write {example}, or a list of numbers, [1, 2, 3]") from None
