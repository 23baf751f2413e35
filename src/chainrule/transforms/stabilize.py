"""Stabilize a graph: formulas that overflow or cancel are replaced by equal ones that do not.

The identities are the tables in ``identities/``. Nodes are visited inputs first; a node that is an instance of a
pattern becomes the replacement, whose nodes are visited in turn, until no pattern fits. A node remembers the form that
it replaced, and patterns fit either form. What depends on a condition, ``where(c, stable, as written)``, is not written
again where the graph has decided about c already; so what is stable stays as it is. Then sums that still cancel near 0
become their power series there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chainrule.graph import Graph, Node, input_node
from chainrule.graph.graph import reachable, substitute
from chainrule.graph.node import with_inputs
from chainrule.transforms.identity import Rewrite
from chainrule.transforms.identity_pass import IdentityPass
from chainrule.transforms.interval import Range
from chainrule.transforms.knowledge import Knowledge
from chainrule.transforms.pool import Pool
from chainrule.transforms.series_pass import SeriesPass

__all__ = ["Stabilized", "stabilize"]

_GROWTH, _ROOM = 8, 400  # new nodes for each node of the graph, and for small graphs


@dataclass(frozen=True)
class Stabilized:
    """A graph in its stable form, and how it came about."""

    graph: Graph
    rewrites: tuple[Rewrite, ...]


def stabilize(graph: Graph, ranges: Mapping[Node, Range] | None = None, *, is_final: bool = True) -> Stabilized:
    """Return a graph with the same inputs, whose outputs are those of the graph with fewer digits lost.

    Decisions of the traced code stay as they are.

    Args:
        graph: any graph.
        ranges: what is known of its inputs.
        is_final: nothing will be differentiated any more. Power series are taken only then: the terms of a derivative
            that cancel have series of their own, which are shorter than the derivatives of series.

    Example:
        >>> import numpy as np
        >>> from chainrule.graph import input_node, make
        >>> x = input_node("x", (), np.dtype(float))
        >>> print(stabilize(Graph((x,), (make("log", 1 + make("exp", x)),))).graph)
        graph(x: float64[])
          %1 = softplus(x)          float64[]
          return %1
    """
    pool, knowledge = Pool(), Knowledge(ranges or {})
    same, ends = _shared(graph, pool)
    nodes = list(dict.fromkeys(same[node] for node in graph.nodes))
    outputs = [same[output] for output in graph.outputs]

    identities = IdentityPass(pool, knowledge, _ROOM + _GROWTH * len(nodes))
    stable = identities.run(nodes, outputs)
    outputs = [stable[output] for output in outputs]

    series = SeriesPass(pool, knowledge, only_gaps=not is_final)
    stable = series.run(reachable(outputs), outputs)
    outputs = [stable[output] for output in outputs]

    rewrites = (*identities.rewrites, *series.rewrites)
    back = {end: node for node, end in ends.items()}
    return Stabilized(graph.with_outputs(substitute(outputs, back)) if rewrites else graph, rewrites)


def _shared(graph: Graph, pool: Pool) -> tuple[dict[Node, Node], dict[Node, Node]]:
    """Equal nodes as one node; and an input of its own for what the function takes from an outer trace."""
    ends = {node: input_node(node.name, node.shape, node.dtype) for node in graph.inputs if node.inputs}
    same = {node: ends.get(node, node) for node in graph.inputs}
    for node in graph.nodes:
        if node not in same:
            same[node] = pool.same(with_inputs(node, [same[each] for each in node.inputs]))
    return same, ends
