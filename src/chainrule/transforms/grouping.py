"""Groups: which nodes of a graph one kernel computes, and what a node is to a kernel.

The nodes are assigned from the outputs backwards, so that each is computed where it is used; a node joins a kernel
only if no kernel then waits for itself.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from chainrule.graph import Graph, Node
from chainrule.transforms.rows import ROWS
from chainrule.transforms.selection import can_gather, can_scatter, trailing_axes
from chainrule.transforms.views import MOVES, View, stored_view, through

__all__ = ["AT_A_PLACE", "Group", "Grouping", "Role", "at_place", "leads_to", "role_of", "views_of"]

Role = Literal["source", "move", "elementwise", "gather", "window", "scatter", "scan", "reduction", "product", "alone"]
AT_A_PLACE = frozenset(("elementwise", "gather", "window"))  # roles: one entry for each place of the domain
_CLOSED = frozenset(("move", "scatter", "scan", "alone"))  # roles of what shares no kernel
_REDUCTIONS = frozenset(("sum", "prod", "max", "min", "any", "all", "argmax", "argmin"))


@dataclass(eq=False)
class Group:
    """Nodes that one kernel computes.

    Attributes:
        domain: the shape over which it loops.
        nodes: those it computes, each after those that it uses.
        stores: those whose values others need.
        product: the matrix product that comes first, if any.
        reductions: those that come last.
        is_alone: it is a single node of a kind that shares no kernel.
        after: the groups that need what this one stores.
    """

    domain: tuple[int, ...]
    nodes: list[Node] = field(default_factory=list)
    stores: list[Node] = field(default_factory=list)
    product: Node | None = None
    reductions: list[Node] = field(default_factory=list)
    is_alone: bool = False
    after: set["Group"] = field(default_factory=set)

    @property
    def adds_up_rows(self) -> bool:
        """Does it reduce along the rows of a graph for any number of rows?"""
        return self.domain[:1] == (ROWS,) and any(0 in each.params["axes"] for each in self.reductions)

    def reads(self) -> tuple[Node, ...]:
        """The nodes that it takes from memory or from constants."""
        own = set(self.nodes)
        return tuple(dict.fromkeys(each for node in self.nodes for each in node.inputs if each not in own))


def role_of(node: Node, native: Callable[[Node], bool]) -> Role:
    """How the node takes part in a kernel; ``native`` says whether it can."""
    name, kind = node.op.name, node.op.kind
    if kind == "source":
        return "source"
    if name in MOVES and len(node.inputs) == 1:
        return "move"
    if not native(node):
        return "alone"
    if kind == "elementwise":
        return "elementwise"
    if name in _REDUCTIONS:
        return "reduction"
    if name in ("cumsum", "cumprod"):
        return "scan" if node.size else "alone"
    if name == "index":
        return "gather" if can_gather(node) else "alone"
    if name in ("index_set", "index_add"):
        return _role_of_assignment(node)
    is_product = name == "matmul" and all(each.ndim >= 2 for each in node.inputs)
    return "product" if is_product else "alone"


def _role_of_assignment(node: Node) -> Role:
    x, values, *arrays = node.inputs
    if values.dtype != x.dtype:
        return "alone"
    if not arrays:
        return "window"
    return "scatter" if can_scatter(node) else "alone"


def at_place(node: Node, role: Role) -> tuple[Node, ...]:
    """The inputs that are read where the node's own entry stands, or a number that is the same everywhere."""
    if role == "gather":
        return node.inputs[1:] if trailing_axes(node.params["key"]) == 0 else ()
    return node.inputs[:1] if role == "window" else node.inputs


def views_of(graph: Graph, roles: Mapping[Node, Role]) -> dict[Node, View]:
    """A view for every node: of itself, or, if it only moves entries, of the stored value that it shows."""
    views: dict[Node, View] = {}
    for node in graph.nodes:
        moved = through(node, views[node.inputs[0]]) if roles[node] == "move" else None
        views[node] = moved or stored_view(node)
    return views


class Grouping:
    """Assigns every node that computes something to a group."""

    def __init__(self, graph: Graph, roles: Mapping[Node, Role], views: Mapping[Node, View]) -> None:
        self.groups: list[Group] = []
        self._roles = roles
        self.views = views
        self.users = _users(graph, views)
        self._seeded = _seeded(graph, roles, self.users)
        self.kept = {views[node].source for node in (*graph.outputs, *(guard.node for guard in graph.guards))}
        self.number = {node: k for k, node in enumerate(graph.nodes)}
        self._group_of: dict[Node, Group] = {}
        for node in reversed(graph.nodes):
            is_computed = roles[node] != "source" and views[node].source is node
            if is_computed and (self.users[node] or node in self.kept):
                self._assign(node)
        for group in self.groups:
            group.nodes.reverse()

    def _assign(self, node: Node) -> None:
        using = list(dict.fromkeys(self._group_of[user] for user in self.users[node]))
        group = self._to_join(node, using)
        if group is None:
            group = Group(self._domain(node), is_alone=self._roles[node] == "alone")
            self.groups.append(group)
        group.nodes.append(node)
        group.after.update(each for each in using if each is not group)
        if self._roles[node] == "product":
            group.product = node
        if self._roles[node] == "reduction":
            group.reductions.append(node)
        if node in self.kept or any(each is not group for each in using):
            group.stores.append(node)
        self._group_of[node] = group

    def _domain(self, node: Node) -> tuple[int, ...]:
        """Reductions and copies in another shape loop over what they read."""
        return node.inputs[0].shape if self._roles[node] in ("reduction", "move") else node.shape

    def _to_join(self, node: Node, using: list[Group]) -> Group | None:
        """The group that computes the node beside others, if there is one."""
        role = self._roles[node]
        if role == "reduction":
            others = (group for group in self.groups if group not in using)
            return next((each for each in others if _reduces_alike(each, node) and _may_join(each, using)), None)
        if role not in AT_A_PLACE and role != "product":
            return None
        return next((group for group in using if self._fits(node, group, using) and _may_join(group, using)), None)

    def _fits(self, node: Node, group: Group, using: list[Group]) -> bool:
        """Does the group go over the entries of the node, and read them each at its own place?"""
        if group.domain != node.shape or not self.is_open(group):
            return False
        if group.reductions and (node in self._seeded or self._roles[node] == "product"):
            return False
        if group.adds_up_rows and (node in self.kept or len(using) > 1):
            return False  # rows are computed by many, what is added up over them by one
        if group.product is not None and self._roles[node] == "product":
            return False
        return all(self.reads_at_place(user, node) for user in group.nodes if user is not group.product) and not (
            group.product is not None and self._uses(group.product, node)
        )

    def is_open(self, group: Group) -> bool:
        """Can other nodes join the group?"""
        return not any(self._roles[each] in _CLOSED for each in group.nodes)

    def _uses(self, user: Node, node: Node) -> bool:
        return any(self.views[each].source is node for each in user.inputs)

    def reads_at_place(self, user: Node, node: Node) -> bool:
        """Does the user read of the node nothing but the entry at its own place?"""
        near = at_place(user, self._roles[user])
        far = len(user.inputs) - len(near)
        elsewhere = [each for each in user.inputs if self.views[each].source is node and each is not node]
        if elsewhere:
            return False
        return far == 0 or user.inputs.count(node) == near.count(node)


def _users(graph: Graph, views: Mapping[Node, View]) -> dict[Node, list[Node]]:
    """For every stored value the nodes that compute something from it, directly or through a view."""
    users: dict[Node, list[Node]] = {node: [] for node in graph.nodes}
    for node in graph.nodes:
        if views[node].source is node:
            for source in dict.fromkeys(views[each].source for each in node.inputs):
                users[source].append(node)
    return users


def _seeded(graph: Graph, roles: Mapping[Node, Role], users: Mapping[Node, list[Node]]) -> set[Node]:
    """The nodes that a product and a chain of elementwise ops after it give: they are computed where the product is."""
    seeded: set[Node] = set()
    for node in graph.nodes:
        follows = any(each in seeded and each.shape == node.shape and len(users[each]) == 1 for each in node.inputs)
        if roles[node] == "product" or (roles[node] == "elementwise" and follows):
            seeded.add(node)
    return seeded


def _reduces_alike(group: Group, node: Node) -> bool:
    """Does the group reduce the same value along the same axes, or one that it reads beside it?"""
    alike = group.reductions and all(each.params["axes"] == node.params["axes"] for each in group.reductions)
    return bool(alike) and group.domain == node.inputs[0].shape and node.inputs[0] in (*group.reads(), *group.nodes)


def _may_join(group: Group, using: Iterable[Group]) -> bool:
    """Would no group wait for itself if what these groups use were computed in this one?"""
    return not any(leads_to(each, group) for each in using if each is not group)


def leads_to(first: "Group", last: "Group") -> bool:
    """Does the last group wait for the first one, directly or through others?"""
    waiting, seen = [first], {first}
    while waiting:
        group = waiting.pop()
        if last in group.after:
            return True
        waiting.extend(group.after - seen)
        seen |= group.after
    return False
