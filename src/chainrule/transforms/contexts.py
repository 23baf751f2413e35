"""Under which conditions a node matters: below ``where(c, a, b)`` the value of a is looked at only where c holds.

A context is a set of conditions, each with its answer, that hold at every entry of a node whose value is looked at.
"""

from collections.abc import Iterable, Mapping, Sequence

from chainrule.graph import Node
from chainrule.transforms.interval import Range
from chainrule.transforms.pool import number_of
from chainrule.transforms.ranges import Ranges

__all__ = ["NOWHERE_SPECIAL", "Context", "compared", "contexts", "facts", "implied", "of_use"]

Context = frozenset[tuple[Node, bool]]
NOWHERE_SPECIAL: Context = frozenset()


def contexts(nodes: Sequence[Node], outputs: Iterable[Node]) -> dict[Node, Context]:
    """Return the context of every node of a graph, given in topological order: what all of its uses have in common."""
    found: dict[Node, Context] = dict.fromkeys(outputs, NOWHERE_SPECIAL)
    for node in reversed(nodes):
        mine = found.get(node, NOWHERE_SPECIAL)
        for position, each in enumerate(node.inputs):
            new = of_use(node, position, each, mine)
            found[each] = found[each] & new if each in found else new
    return found


def of_use(node: Node, position: int, used: Node, context: Context) -> Context:
    """What holds where an elementwise operation looks at one of its inputs."""
    if node.op.kind != "elementwise" or used.shape != node.shape:
        return NOWHERE_SPECIAL
    if node.op.name != "where" or position == 0 or node.inputs[0].dtype.kind != "b":
        return context
    return context | facts(node.inputs[0], position == 1)


def facts(condition: Node, answer: bool) -> Context:
    """The conditions of which a condition consists, with their answers."""
    waiting, seen, found = [(condition, answer)], {(condition, answer)}, set[tuple[Node, bool]]()
    while waiting:
        each, holds = waiting.pop()
        if each.op.name == "logical_not":
            parts = [(each.inputs[0], not holds)]
        elif each.op.name == ("logical_and" if holds else "logical_or"):
            parts = [(part, holds) for part in each.inputs]
        else:
            found.add((each, holds))
            continue
        waiting.extend(part for part in parts if part not in seen)
        seen.update(parts)
    return frozenset(found)


def implied(context: Context) -> Mapping[Node, Range]:
    """What the conditions of a context say about the ranges of nodes."""
    ranges: dict[Node, Range] = {}
    for condition, answer in context:
        for node, found in _comparison(condition, answer):
            ranges[node] = ranges[node] & found if node in ranges else found
    return ranges


def compared(condition: Node, ranges: Ranges) -> bool | None:
    """The answer to a comparison of which the ranges of both sides leave one only."""
    if condition.op.name not in _MIRRORED:
        return None
    less = condition.op.name.startswith("less")
    x, y = (ranges[each] for each in (condition.inputs if less else reversed(condition.inputs)))
    apart = x.without_high or y.without_low
    if x.high < y.low or (x.high == y.low and (apart or condition.op.name.endswith("equal"))):
        return True
    apart = x.without_low or y.without_high
    if x.low > y.high or (x.low == y.high and (apart or not condition.op.name.endswith("equal"))):
        return False
    return None


_MIRRORED = {"less": "greater", "greater": "less", "less_equal": "greater_equal", "greater_equal": "less_equal"}
_DENIED = {"less": "greater_equal", "greater": "less_equal", "less_equal": "greater", "greater_equal": "less"}


def _comparison(condition: Node, answer: bool) -> Iterable[tuple[Node, Range]]:
    """The ranges that follow from a comparison of a node with a number."""
    name = condition.op.name if answer else _DENIED.get(condition.op.name, "")
    if name not in _MIRRORED and name != "equal":
        return
    x, y = condition.inputs
    for node, other, relation in ((x, y, name), (y, x, _MIRRORED.get(name, name))):
        number = number_of(other)
        if number is not None:
            yield from _bounds(node, relation, number)


def _bounds(node: Node, relation: str, number: float) -> Iterable[tuple[Node, Range]]:
    found = {
        "less": Range(high=number, without_high=True),
        "less_equal": Range(high=number),
        "greater": Range(low=number, without_low=True),
        "greater_equal": Range(low=number),
        "equal": Range(number, number),
    }[relation]
    yield node, found
    if node.op.name == "absolute" and found.high < float("inf"):
        yield node.inputs[0], Range(-found.high, found.high, found.without_high, found.without_high)
