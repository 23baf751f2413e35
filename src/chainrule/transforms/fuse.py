"""Fuse: which nodes of a graph are computed together in one pass over memory.

A *kernel* is one pass over a domain, which is a shape: elementwise ops that read and write entries at the same place,
after at most one matrix product whose result has this shape, or before reductions of this shape. What a kernel does
not hand on in registers is *stored*, in memory that others read through views.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chainrule.graph import Graph, Node
from chainrule.transforms.grouping import AT_A_PLACE, Group, Grouping, Role, at_place, role_of, views_of
from chainrule.transforms.merging import merge
from chainrule.transforms.views import View

__all__ = ["AT_A_PLACE", "Group", "Plan", "Role", "at_place", "fuse"]


@dataclass(frozen=True)
class Plan:
    """A graph as a sequence of kernels.

    Attributes:
        graph: what is computed.
        groups: in an order in which they can run.
        views: for every value where it stands.
        roles: what every node is to a kernel.
    """

    graph: Graph
    groups: tuple[Group, ...]
    views: Mapping[Node, View]
    roles: Mapping[Node, Role]


def fuse(graph: Graph, native: Callable[[Node], bool] = lambda node: True) -> Plan:
    """Return the plan of a lowered graph.

    Args:
        graph: what is computed.
        native: which nodes a kernel can compute; the others stay alone.

    Example:
        >>> import numpy as np
        >>> from chainrule.graph import input_node
        >>> x, y = (input_node(name, (5,), np.dtype(float)) for name in "xy")
        >>> plan = fuse(Graph((x, y), (x * y + x,)))
        >>> [[node.op.name for node in group.nodes] for group in plan.groups]
        [['multiply', 'add']]
    """
    roles: dict[Node, Role] = {node: role_of(node, native) for node in graph.nodes}
    views = views_of(graph, roles)
    copies = [node for node, role in roles.items() if role == "move" and views[node].source is node]
    roles.update({node: "alone" for node in copies if not native(node)})
    grouping = Grouping(graph, roles, views)
    merge(grouping)
    return Plan(graph, _in_order(grouping.groups), views, roles)


def _in_order(groups: list[Group]) -> tuple[Group, ...]:
    """The groups, each after those whose values it needs, as early in the user's order as can be."""
    before: dict[Group, int] = dict.fromkeys(groups, 0)
    for group in groups:
        for each in group.after:
            before[each] += 1
    ready = [group for group in groups if not before[group]]
    ordered: list[Group] = []
    while ready:
        ready.sort(key=lambda group: -group.nodes[0].order)
        group = ready.pop()
        ordered.append(group)
        for each in group.after:
            before[each] -= 1
            if not before[each]:
                ready.append(each)
    return tuple(ordered)
