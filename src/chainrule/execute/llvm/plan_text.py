"""A plan as text: all that decides the machine code, so that equal texts mean equal code.

Arrays that stand in the graph are data, which the code is given by their address; numbers stand in the code.
"""

from collections.abc import Hashable

from chainrule.execute.llvm.kernels.memory import scalar_constant
from chainrule.graph import Graph, Node
from chainrule.graph.graph import frozen_params

__all__ = ["graph_text"]


def graph_text(graph: Graph) -> str:
    """Return the text of a lowered graph, from which its plan follows.

    Example:
        >>> import numpy as np
        >>> from chainrule.graph import input_node
        >>> x = input_node("x", (3,), np.dtype(float))
        >>> print(graph_text(Graph((x,), (-x,))))
        input () () (3,) <f8
        negative (0,) () (3,) <f8
        (0,) (1,) ()
    """
    position = {node: k for k, node in enumerate(graph.nodes)}
    arguments = set(graph.inputs)
    rows = [_row(node, position, node in arguments) for node in graph.nodes]
    guards = tuple(position[guard.node] for guard in graph.guards)
    ends = (tuple(position[node] for node in nodes) for nodes in (graph.inputs, graph.outputs))
    return "\n".join([*rows, " ".join(str(each) for each in (*ends, guards))])


def _row(node: Node, position: dict[Node, int], is_input: bool) -> str:
    inputs = () if is_input else tuple(position[each] for each in node.inputs)
    params = _constant(node) if node.op.name == "constant" else frozen_params(node)
    return f"{node.op.name} {inputs} {params} {node.shape} {node.dtype.str}"


def _constant(node: Node) -> Hashable:
    number = scalar_constant(node)
    return "data" if number is None else number.tobytes().hex()
