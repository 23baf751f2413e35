"""Which arguments of a call a derivative is taken by: the leaves that ``wrt`` selects and their form."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule import trees
from chainrule.errors import InputError
from chainrule.tracing.tracer import Tracer

__all__ = ["Selected", "Wrt", "select"]

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


def select(
    f: Callable[..., Any], wrt: Wrt, args: tuple[Any, ...], kwargs: dict[str, Any], *, skip_others: bool = False
) -> Selected:
    """Select the leaves by which to differentiate.

    Args:
        f: the function.
        wrt: position, name, or a tuple of them.
        args: its positional arguments.
        kwargs: its keyword arguments.
        skip_others: leave out what is not real instead of complaining later.

    Raises:
        InputError: there is no such argument.
    """
    names = _names(f, args)
    keys = [_key(f, each, names, kwargs) for each in (wrt if isinstance(wrt, tuple) else (wrt,))]
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
    """A Python integer is a real number to somebody who asks for a derivative."""
    return float(leaf) if isinstance(leaf, int) and not isinstance(leaf, bool) else leaf


def _names(f: Callable[..., Any], args: tuple[Any, ...]) -> list[str]:
    """The names of the positional arguments."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):  # some functions in C have no signature
        parameters = []
    names = [each.name for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    return [names[i] if i < len(names) else f"argument {i}" for i in range(len(args))]


def _key(f: Callable[..., Any], wrt: int | str, names: list[str], kwargs: dict[str, Any]) -> int | str:
    """Where the argument stands in this call: a position, or a keyword."""
    if isinstance(wrt, str):
        if wrt in kwargs:
            return wrt
        if wrt in names:
            return names.index(wrt)
    elif -len(names) <= wrt < len(names):
        return range(len(names))[wrt]
    called = getattr(f, "__name__", "the function")
    given = ", ".join([*names, *kwargs]) or "none"
    raise InputError(f"wrt={wrt!r}: {called} was not called with such an argument; the arguments are {given}")
