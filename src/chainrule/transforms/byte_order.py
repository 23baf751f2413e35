"""The order of bytes of this machine: arrays of the other order are turned around before a graph sees them."""

import numpy as np

from chainrule.graph import Graph, Guard, Node, constant, input_node
from chainrule.graph.node import make

__all__ = ["in_native_order"]


def in_native_order(graph: Graph) -> Graph:
    """Return the graph with every value in the order of this machine; itself if it is so already.

    Example:
        >>> x = input_node("x", (3,), np.dtype(">f8"))
        >>> in_native_order(Graph((x,), (-x,))).inputs[0].dtype.isnative
        True
    """
    if all(node.dtype.isnative for node in graph.nodes):
        return graph
    new: dict[Node, Node] = {
        node: input_node(node.name, node.shape, node.dtype.newbyteorder("=")) for node in graph.inputs
    }
    for node in graph.nodes:
        if node not in new:
            new[node] = _turned(node, [new[each] for each in node.inputs])
    guards = tuple(Guard(new[guard.node], guard.value) for guard in graph.guards)
    return Graph(tuple(new[node] for node in graph.inputs), tuple(new[node] for node in graph.outputs), guards)


def _turned(node: Node, inputs: list[Node]) -> Node:
    if node.op.name == "constant":
        return constant(node.params["value"], node.dtype.newbyteorder("="), node.name)
    params = dict(node.params)
    if "dtype" in params:
        params["dtype"] = np.dtype(params["dtype"]).newbyteorder("=")
    return make(node.op.name, *inputs, name=node.name, scope=node.scope, where=node.where, **params)
