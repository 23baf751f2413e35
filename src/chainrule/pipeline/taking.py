"""Arguments of a known form taken apart, quickly: functions made for one form that refuse all others.

``CallForm`` finds out what the form of a call is. When the same form comes again, as it does in a loop, there is no
need to find out, only to make sure.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from chainrule.pipeline.leaves import handed, is_array

__all__ = ["taker"]

Take = Callable[[Any, list[Any]], bool]  # add the leaves of a tree to a list; False if it has another form


def taker(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[[Any, Any], tuple[Any, ...] | None] | None:
    """Return the function of (args, kwargs) that gives the leaves of a call of this form, and None for other forms.

    None stands for arguments that are leaves already. Whether the leaves are arrays of the right shape, others check.

    Example:
        >>> take = taker(({"w": 1.0, "b": 2.0}, 3), {})
        >>> take(({"w": 5.0, "b": 6.0}, 7), {})
        (5.0, 6.0, np.int64(7))
        >>> take(({"w": 5.0}, 7), {}) is None
        True
    """
    if not kwargs and all(_is_plain(each) for each in args):
        return None
    take_args, take_kwargs = _take(args), _take(kwargs)

    def take(args: Any, kwargs: Any) -> tuple[Any, ...] | None:
        leaves: list[Any] = []
        return tuple(leaves) if take_args(args, leaves) and take_kwargs(kwargs, leaves) else None

    return take


def _is_plain(tree: Any) -> bool:
    """Is it a leaf that native code takes as it is?"""
    return is_array(tree) and type(tree) is not int


def _take(tree: Any) -> Take:
    if type(tree) is dict:
        return _take_dict(tree)
    if isinstance(tree, (list, tuple)):
        return _take_sequence(type(tree), tree)
    if isinstance(tree, dict):  # of a kind of its own, with keys that may do anything
        return lambda tree, leaves: False
    if dataclasses.is_dataclass(type(tree)):
        return _take_fields(tree)
    if type(tree) is int:
        return _take_integer(handed(tree))
    return _take_leaf if is_array(tree) else _take_same(tree)


def _take_leaf(tree: Any, leaves: list[Any]) -> bool:
    leaves.append(tree)
    return True


def _take_integer(kind: type) -> Take:
    def take(tree: Any, leaves: list[Any]) -> bool:
        if type(tree) is not int:
            return False
        leaves.append(kind(tree))
        return True

    return take


def _take_same(value: Any) -> Take:
    """What is no array has to be the same again."""
    return lambda tree, leaves: tree is value or (type(tree) is type(value) and bool(tree == value))


def _take_sequence(kind: Any, like: Sequence[Any]) -> Take:
    length = len(like)
    if all(map(_is_plain, like)):

        def take_leaves(tree: Any, leaves: list[Any]) -> bool:
            if type(tree) is not kind or len(tree) != length:
                return False
            leaves.extend(tree)
            return True

        return take_leaves
    parts = [_take(each) for each in like]

    def take(tree: Any, leaves: list[Any]) -> bool:
        if type(tree) is not kind or len(tree) != length:
            return False
        for part, child in zip(parts, tree, strict=True):  # noqa: SIM110 - faster than all()
            if not part(child, leaves):
                return False
        return True

    return take


def _take_dict(like: dict[Any, Any]) -> Take:
    keys = [*like]
    take_values = _take_sequence(list, [*like.values()])

    def take(tree: Any, leaves: list[Any]) -> bool:
        return type(tree) is dict and [*tree] == keys and take_values([*tree.values()], leaves)

    return take


def _take_fields(like: Any) -> Take:
    kind, names = type(like), [field.name for field in dataclasses.fields(like)]
    take_values = _take_sequence(list, [getattr(like, name) for name in names])

    def take(tree: Any, leaves: list[Any]) -> bool:
        return type(tree) is kind and take_values([getattr(tree, name) for name in names], leaves)

    return take
