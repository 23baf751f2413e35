"""Nested containers of arrays: dicts, lists, tuples, named tuples and dataclasses taken apart and put together again.

A *tree* is an array, a number, None, or such a container of trees; its arrays and numbers are the *leaves*, None has no
leaf. Dictionaries keep the order in which their keys were inserted.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

__all__ = ["Tree", "flatten", "leaf_paths", "tree_map", "unflatten"]

Tree = Any  # an array, a number, None, or a dict, list, tuple, named tuple or dataclass of trees


def flatten(tree: Tree) -> list[Any]:
    """Return the leaves of a tree from left to right.

    Example:
        >>> flatten({"W": 1.0, "layers": [2.0, (3.0, None)]})
        [1.0, 2.0, 3.0]
    """
    if tree is None:
        return []
    children = _children(tree)
    if children is None:
        return [tree]
    return [leaf for child in children for leaf in flatten(child)]


def leaf_paths(tree: Tree, root: str = "") -> list[str]:
    """Return one readable path for each leaf, as a user would write it in Python.

    Example:
        >>> leaf_paths({"W": 1.0, "layers": [2.0, 3.0]}, "params")
        ["params['W']", "params['layers'][0]", "params['layers'][1]"]
    """
    if tree is None:
        return []
    children = _children(tree)
    if children is None:
        return [root]
    steps = _steps(tree)
    return [path for step, child in zip(steps, children, strict=True) for path in leaf_paths(child, root + step)]


def unflatten(like: Tree, leaves: Sequence[Any]) -> Tree:
    """Return a tree of the same form as ``like`` whose leaves are the given ones.

    Raises:
        ValueError: there are more or fewer leaves than ``like`` has.

    Example:
        >>> unflatten({"W": 0, "b": (0, None)}, [1.0, 2.0])
        {'W': 1.0, 'b': (2.0, None)}
    """
    places = len(flatten(like))
    if len(leaves) != places:
        raise ValueError(f"the tree has {places} leaves, but {len(leaves)} were given")
    return _rebuild(like, iter(leaves))


def tree_map(function: Callable[..., Any], tree: Tree, *others: Tree) -> Tree:
    """Apply a function to the leaves of one tree, or leaf by leaf to several trees of the same form.

    Example:
        >>> tree_map(lambda w, g: w - g, {"W": 3.0, "b": 1.0}, {"W": 1.0, "b": 1.0})
        {'W': 2.0, 'b': 0.0}
    """
    columns = [flatten(other) for other in others]
    return unflatten(tree, [function(*leaves) for leaves in zip(flatten(tree), *columns, strict=True)])


def _children(tree: Tree) -> Iterable[Tree] | None:
    """The parts of a container from left to right; None for a leaf."""
    if isinstance(tree, dict):
        return tree.values()
    if isinstance(tree, (list, tuple)):
        return tree
    if dataclasses.is_dataclass(type(tree)):
        return [getattr(tree, field.name) for field in dataclasses.fields(tree)]
    return None


def _steps(tree: Tree) -> list[str]:
    """The Python text that selects each part of a container."""
    if isinstance(tree, dict):
        return [f"[{key!r}]" for key in tree]
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return [f".{name}" for name in tree._fields]
    if isinstance(tree, (list, tuple)):
        return [f"[{position}]" for position in range(len(tree))]
    return [f".{field.name}" for field in dataclasses.fields(tree)]


def _rebuild(like: Tree, leaves: Iterator[Any]) -> Tree:
    if like is None:
        return None
    children = _children(like)
    if children is None:
        return next(leaves)
    parts = [_rebuild(child, leaves) for child in children]
    if isinstance(like, dict):
        return dict(zip(like, parts, strict=True))
    if isinstance(like, list):
        return parts
    if isinstance(like, tuple):
        return type(like)(*parts) if hasattr(like, "_fields") else tuple(parts)
    names = [field.name for field in dataclasses.fields(like)]
    return dataclasses.replace(like, **dict(zip(names, parts, strict=True)))
