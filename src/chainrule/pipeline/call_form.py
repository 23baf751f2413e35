"""The form of a call: everything about its arguments but the entries of arrays and the values of numbers."""

import dataclasses
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

import numpy as np

from chainrule import trees
from chainrule.errors import InputTypeError
from chainrule.pipeline.leaves import handed, is_array
from chainrule.tracing import Tracer

__all__ = ["CallForm", "builder"]

_INT64 = range(-(2**63), 2**63)
Values = Sequence[Any]


class CallForm:
    """What decides which variant of a compiled function a call needs.

    Args:
        args: positional arguments.
        kwargs: keyword arguments.

    Attributes:
        args, kwargs: the arguments.
        key: equal for calls of the same form.
        leaves: the arrays and numbers among the arguments, from left to right.
        is_traced: there is a tracer among them, so the call is part of an outer trace.

    Raises:
        InputTypeError: an argument is no array and cannot be recognized again.
    """

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.args, self.kwargs = args, kwargs
        self.leaves: list[Any] = []
        self._leaf_places: list[int] = []
        self._count = 0
        self.is_traced = False
        self.key: Hashable = (
            tuple(self._part(each) for each in args),
            *((name, self._part(each)) for name, each in kwargs.items()),
        )

    def filled(self, arrays: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments with other arrays and numbers in place of their own."""
        every = trees.flatten((self.args, self.kwargs))
        for place, array in zip(self._leaf_places, arrays, strict=True):
            every[place] = array
        args, kwargs = trees.unflatten((self.args, self.kwargs), every)
        return args, kwargs

    def names(self, of_arguments: Sequence[str]) -> list[str]:
        """What the user would write for each leaf, given the names of the arguments."""
        values = [*self.args, *self.kwargs.values()]
        paths = [
            path for name, value in zip(of_arguments, values, strict=True) for path in trees.leaf_paths(value, name)
        ]
        return [paths[place] for place in self._leaf_places]

    @property
    def types(self) -> list[type]:
        """The type in which each leaf is handed to native code."""
        return [handed(leaf) for leaf in self.leaves]

    def _part(self, tree: Any) -> Hashable:
        kind = type(tree)
        if tree is None:
            return None
        if isinstance(tree, dict):
            return kind, *((key, self._part(child)) for key, child in tree.items())
        if isinstance(tree, (list, tuple)):
            return kind, *map(self._part, tree)
        if dataclasses.is_dataclass(kind):
            return kind, *(self._part(getattr(tree, field.name)) for field in dataclasses.fields(tree))
        self._count += 1
        return self._leaf(tree, kind) if is_array(tree) else _known_again(tree)

    def _leaf(self, leaf: Any, kind: type) -> Hashable:
        self.leaves.append(leaf)
        self._leaf_places.append(self._count - 1)
        if isinstance(leaf, Tracer):
            self.is_traced = True
            return None
        if isinstance(leaf, int) and not isinstance(leaf, np.generic):
            return int, np.dtype(np.int64) if leaf in _INT64 else np.asarray(leaf).dtype
        return (float, None) if kind is float else (kind, np.asarray(leaf).dtype, np.shape(leaf))


def _known_again(value: Any) -> Hashable:
    """An argument that is no array, as part of a key."""
    try:
        hash(value)
    except TypeError:
        raise InputTypeError(
            f"a compiled function cannot take {value!r:.60} of type {type(value).__name__}: it is no array or number, "
            "and cannot be recognized when it comes again; write an immutable value, such as a tuple"
        ) from None
    return type(value), value


# --- results ----------------------------------------------------------------------------------------------------


def builder(tree: Any) -> Callable[[list[Any]], Any]:
    """Return the function that puts leaves into the form of a tree, as ``trees.unflatten``, faster.

    Example:
        >>> builder({"w": 0, "layers": (0, None)})([1.0, 2.0])
        {'w': 1.0, 'layers': (2.0, None)}
    """
    if type(tree) is tuple and tree and all(_is_leaf(each) for each in tree):
        return tuple
    return _built(tree, iter(range(len(trees.flatten(tree)))))


def _is_leaf(tree: Any) -> bool:
    return tree is not None and not isinstance(tree, (dict, list, tuple)) and not dataclasses.is_dataclass(type(tree))


def _built(tree: Any, places: Iterator[int]) -> Callable[[list[Any]], Any]:
    if tree is None:
        return lambda values: None
    if _is_leaf(tree):
        place = next(places)
        return lambda values: values[place]
    if type(tree) is dict:
        items = [(key, _built(child, places)) for key, child in tree.items()]
        return lambda values: {key: make(values) for key, make in items}
    if type(tree) in (list, tuple):
        kind, parts = type(tree), [_built(child, places) for child in tree]
        return lambda values: kind([make(values) for make in parts])
    own = [next(places) for _ in trees.flatten(tree)]
    return lambda values: trees.unflatten(tree, [values[place] for place in own])
