"""What is known at a place of a graph: the ranges that follow from its context, and the answers to conditions."""

from collections.abc import Mapping

from chainrule.graph import Node
from chainrule.transforms.contexts import Context, compared, facts, implied
from chainrule.transforms.interval import Range
from chainrule.transforms.ranges import Ranges

__all__ = ["Knowledge"]


class Knowledge:
    """Ranges and answers by context.

    Args:
        given: what is known everywhere, such as the ranges of inputs.
    """

    def __init__(self, given: Mapping[Node, Range]) -> None:
        self._given = given
        self._ranges: dict[Context, Ranges] = {}

    def ranges(self, context: Context) -> Ranges:
        """What nodes can be in a context."""
        if context not in self._ranges:
            given = dict(implied(context))
            for node, known in self._given.items():
                given[node] = given[node] & known if node in given else known
            self._ranges[context] = Ranges(given)
        return self._ranges[context]

    def answer(self, condition: Node, context: Context) -> bool | None:
        """What is known about a condition in a context."""
        if condition.op.name == "constant":
            return bool(condition.params["value"]) if not condition.shape else None
        for answer in (True, False):
            if facts(condition, answer) <= context:
                return answer
        return compared(condition, self.ranges(context))
