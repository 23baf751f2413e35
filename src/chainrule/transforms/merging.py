"""Merge groups of a plan that go over the same domain, so that what they read or hand on goes through memory once."""

from collections.abc import Iterator, Mapping

from chainrule.graph import Node
from chainrule.transforms.grouping import Group, Grouping, leads_to
from chainrule.transforms.rows import ROWS
from chainrule.transforms.views import View

__all__ = ["merge"]

_MOST_NODES = 48  # of a group; more would not stay in registers


def merge(grouping: Grouping) -> None:
    """Merge as many groups as can be, in place."""
    by_domain: dict[tuple[int, ...], list[Group]] = {}
    for group in grouping.groups:
        if grouping.is_open(group) and group.product is None and not any(n % ROWS == 0 for n in group.domain if n):
            by_domain.setdefault(group.domain, []).append(group)
    for groups in by_domain.values():
        _merge_some(grouping, groups)


def _merge_some(grouping: Grouping, groups: list[Group]) -> None:
    k = 0
    while k < len(groups):
        other = next((each for each in groups[k + 1 :] if _fits(grouping, groups[k], each)), None)
        if other is None:
            k += 1
        else:
            _join(grouping, groups[k], other)
            groups.remove(other)


def _fits(grouping: Grouping, a: Group, b: Group) -> bool:
    if len(a.nodes) + len(b.nodes) > _MOST_NODES or not _reduce_alike(a, b):
        return False
    if not _read_at_place(grouping, a, b) or not _read_at_place(grouping, b, a):
        return False
    if not _share(grouping.views, a, b):
        return False
    return not (_waits_between(a, b) or _waits_between(b, a))


def _reduce_alike(a: Group, b: Group) -> bool:
    axes = {each.params["axes"] for each in (*a.reductions, *b.reductions)}
    return len(axes) <= 1


def _read_at_place(grouping: Grouping, reader: Group, other: Group) -> bool:
    """Is what a group reads of another one's values only ever the entry at its own place?"""
    return all(
        node not in other.reductions and grouping.reads_at_place(user, node)
        for user in reader.nodes
        for node in _sources(grouping.views, user)
        if node in other.stores
    )


def _sources(views: Mapping[Node, View], node: Node) -> Iterator[Node]:
    return (views[each].source for each in node.inputs)


def _share(views: Mapping[Node, View], a: Group, b: Group) -> bool:
    """Does one read what the other one stores, or both the same memory, which is large?"""
    size = 1
    for n in a.domain:
        size *= n
    read = [{source for node in group.nodes for source in _sources(views, node)} for group in (a, b)]
    return bool(
        read[0] & set(b.stores) or read[1] & set(a.stores) or any(2 * each.size >= size for each in read[0] & read[1])
    )


def _waits_between(a: Group, b: Group) -> bool:
    """Does a group wait for the first one, for which the second one waits?"""
    return any(leads_to(each, b) for each in a.after if each is not b)


def _join(grouping: Grouping, a: Group, b: Group) -> None:
    a.nodes[:] = sorted((*a.nodes, *b.nodes), key=lambda node: grouping.number[node])
    a.reductions.extend(b.reductions)
    a.after = (a.after | b.after) - {a, b}
    for group in grouping.groups:
        if b in group.after:
            group.after.remove(b)
            if group is not a:
                group.after.add(a)
    grouping.groups.remove(b)
    inside = set(a.nodes)
    needed = {user for node in a.nodes for user in grouping.users[node] if user not in inside}
    a.stores[:] = [
        node
        for node in (*a.stores, *b.stores)
        if node in grouping.kept or any(user in needed for user in grouping.users[node])
    ]
