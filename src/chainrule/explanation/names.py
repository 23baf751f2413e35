"""What a reader calls the values: the user's own names where they are known, else v₁, v₂ ..."""

from collections.abc import Iterable, Mapping

from chainrule.explanation.notation import subscript
from chainrule.graph import Node

__all__ = ["name_values"]


def name_values(nodes: Iterable[Node], result: Node, result_name: str) -> Mapping[Node, str]:
    """Return one unique name for each node; a name that was given twice gets an index.

    Args:
        nodes: in topological order.
        result: the node that is explained.
        result_name: what it is called if the user gave it no name.

    Example:
        >>> import numpy as np
        >>> from chainrule.graph import input_node
        >>> x = input_node("x", (), np.dtype(float))
        >>> square, f = x * x, x * x + 1
        >>> list(name_values((x, square, f), f, "f").values())
        ['x', 'v₁', 'f']
    """
    names: dict[Node, str] = {}
    count: dict[str, int] = {}
    for node in nodes:
        given = node.name or (result_name if node is result else "")
        label = given or "v"
        count[label] = count.get(label, 0) + 1
        indexed = not given or count[label] > 1
        names[node] = label + subscript(count[label]) if indexed else label
    return names
