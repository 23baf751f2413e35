"""The computational graph: a closed set of primitives, immutable nodes, and the graph itself.

Start with ``ops.py`` (what exists), then ``node.py`` and ``graph.py`` (what a computation is), ``shapes.py`` (the
table of shapes and
dtypes), ``expressions.py`` (mathematics written on nodes) and ``show.py`` (text, LaTeX, JSON).
"""

from chainrule.graph.graph import Graph, Guard
from chainrule.graph.node import Node, Scope, Where, constant, input_node, make
from chainrule.graph.ops import OPS, Op

__all__ = ["OPS", "Graph", "Guard", "Node", "Op", "Scope", "Where", "constant", "input_node", "make"]
