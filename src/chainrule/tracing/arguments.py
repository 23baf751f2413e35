"""What a derivative is taken of and by: a function, the leaves that ``wrt`` selects, and their form."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule import trees
from chainrule.errors import InputError, InputTypeError
from chainrule.tracing.tracer import Tracer

__all__ = ["Selected", "Wrt", "require_function", "select"]

Wrt = int | str | tuple[int | str, ...]


@dataclass(frozen=True)
class Selected:
    """A call of a function as a call of its selected leaves.

    Attributes:
        call: takes the leaves and calls the function with everything else in place.
        leaves: arrays and numbers; Python integers became floats.
        names: what the user calls them.
        form: puts results, one for each leaf, into the form of ``wrt``.
    """

    call: Callable[..., Any]
    leaves: list[Any]
    names: list[str]
    form: Callable[[Sequence[Any]], Any]


def require_function(f: object, caller: str) -> None:
    """Raise an InputTypeError unless ``f`` can be called; ``caller`` is the public name of who asks."""
    if isinstance(f, str):
        raise InputTypeError(f"{caller} takes a function, not the text {f!r:.80}; write cr.formula({f!r:.80})")
    if not callable(f):
        raise InputTypeError(
            f"{caller} takes a function, not {f!r:.80} of type {type(f).__name__}; write a function of NumPy code, "
            "such as lambda x: x**2"
        )


def select(
    f: Callable[..., Any], wrt: Wrt, args: tuple[Any, ...], kwargs: dict[str, Any], *, skip_others: bool = False
) -> Selected:
    """Select the leaves by which to differentiate.

    Args:
        f: the function.
        wrt: position, name, or a tuple of them; one that was not given has its default value.
        args: its positional arguments.
        kwargs: its keyword arguments.
        skip_others: leave out what is not real instead of complaining later.

    Raises:
        InputError: there is no such argument, or one is named twice.
        InputTypeError: ``wrt`` is something else.
    """
    _check_wrt(wrt)
    parameters = _parameters(f)
    names = _names(parameters, args)
    keys = [_key(f, each, parameters, names, kwargs) for each in (wrt if isinstance(wrt, tuple) else (wrt,))]
    _check_distinct(wrt, keys, names)
    kwargs = {**{key: parameters[key].default for key in keys if isinstance(key, str) and key in parameters}, **kwargs}
    chosen = [kwargs[key] if isinstance(key, str) else args[key] for key in keys]
    labels = [key if isinstance(key, str) else names[key] for key in keys]
    everything = [leaf for value in chosen for leaf in trees.flatten(value)]
    paths = [path for value, label in zip(chosen, labels, strict=True) for path in trees.leaf_paths(value, label)]
    taken = [i for i, leaf in enumerate(everything) if not skip_others or _is_real(leaf)]

    def call(*leaves: Any) -> Any:
        new_args, new_kwargs = list(args), dict(kwargs)
        for key, value in zip(keys, trees.unflatten(chosen, _filled(everything, taken, leaves)), strict=True):
            if isinstance(key, str):
                new_kwargs[key] = value
            else:
                new_args[key] = value
        return f(*new_args, **new_kwargs)

    def form(results: Sequence[Any]) -> Any:
        values = trees.unflatten(chosen, _filled([None] * len(everything), taken, results))
        return tuple(values) if isinstance(wrt, tuple) else values[0]

    return Selected(call, [_as_real(everything[i]) for i in taken], [paths[i] for i in taken], form)


def _check_wrt(wrt: Any) -> None:
    """Raise an InputTypeError unless these are positions and names."""
    for each in wrt if isinstance(wrt, tuple) else (wrt,):
        if isinstance(each, bool) or not isinstance(each, (int, np.integer, str)):
            listed = isinstance(wrt, list) and all(isinstance(item, (int, str)) for item in wrt)
            instead = f"; write wrt={tuple(wrt)!r:.80}" if listed else ""
            raise InputTypeError(
                "wrt takes the position of an argument, such as 0, its name, such as 'x', or a tuple of these, such as "
                f"(0, 'x'), not {wrt!r:.80}{instead}"
            )


def _check_distinct(wrt: Wrt, keys: Sequence[int | str], names: Sequence[str]) -> None:
    for i, key in enumerate(keys):
        if key in keys[:i]:
            name = key if isinstance(key, str) else names[key]
            raise InputError(f"wrt={wrt!r:.80} names the argument {name} twice; name each argument once")


def _filled(everything: Sequence[Any], taken: Sequence[int], values: Sequence[Any]) -> list[Any]:
    filled = list(everything)
    for i, value in zip(taken, values, strict=True):
        filled[i] = value
    return filled


def _is_real(leaf: Any) -> bool:
    if isinstance(leaf, (Tracer, np.ndarray, np.generic)):
        return leaf.dtype.kind == "f"
    return isinstance(leaf, (int, float)) and not isinstance(leaf, bool)


def _as_real(leaf: Any) -> Any:
    """A Python integer, plain or traced, is a real number to somebody who asks for a derivative."""
    if isinstance(leaf, Tracer) and leaf.weak and leaf.dtype.kind == "i":
        return leaf * 1.0  # type: ignore[operator]
    return float(leaf) if type(leaf) is int else leaf


def _parameters(f: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(f).parameters
    except (TypeError, ValueError):  # some functions in C have no signature
        return {}


def _positional(parameters: Mapping[str, inspect.Parameter]) -> list[str]:
    """The parameters that can be given by position."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [name for name, parameter in parameters.items() if parameter.kind in kinds]


def _names(parameters: Mapping[str, inspect.Parameter], args: tuple[Any, ...]) -> list[str]:
    """The names of the positional arguments."""
    names = _positional(parameters)
    return [names[i] if i < len(names) else f"argument {i}" for i in range(len(args))]


def _key(
    f: Callable[..., Any],
    wrt: int | str,
    parameters: Mapping[str, inspect.Parameter],
    names: list[str],
    kwargs: dict[str, Any],
) -> int | str:
    """Where the argument stands in this call: a position, or a keyword, which may be left to its default."""
    if not isinstance(wrt, str) and -len(names) <= wrt < len(names):
        return range(len(names))[wrt]
    name = wrt if isinstance(wrt, str) else dict(enumerate(_positional(parameters))).get(wrt, "")
    if name in names:
        return names.index(name)
    if name in kwargs or _has_default(parameters.get(name)):
        return name
    called = getattr(f, "__name__", "the function")
    given = ", ".join([*names, *kwargs]) or "none"
    raise InputError(f"wrt={wrt!r}: {called} was not called with such an argument; the arguments are {given}")


def _has_default(parameter: inspect.Parameter | None) -> bool:
    """Does the parameter have a default value that can be given by name?"""
    if parameter is None or parameter.kind is parameter.POSITIONAL_ONLY:
        return False
    return parameter.default is not parameter.empty
