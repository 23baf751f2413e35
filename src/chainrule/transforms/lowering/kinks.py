"""What the derivative of a kink asks of an argument is asked of the value, so that the argument need not be kept."""

from chainrule.graph import Graph, Guard, Node
from chainrule.graph.graph import substitute

__all__ = ["asked_of_values"]

_Pair = tuple[Node, ...]


def asked_of_values(graph: Graph) -> Graph:
    """Return the graph with ``max(x, c) <= c`` for ``x <= c``, and ``c <= min(x, c)`` for ``c <= x``, c a constant.

    The answers are the same, also for NaN. It is done where a product takes the value, which is in memory for its sake:
    a network with rectified units then keeps one matrix for each layer between its way forward and back, not two.

    Example:
        >>> import numpy as np
        >>> from chainrule.graph import constant, input_node, make
        >>> x, c = input_node("x", (2, 2), np.dtype(float)), constant(0.0)
        >>> largest = make("maximum", x, c)
        >>> asked = asked_of_values(Graph((x,), (make("matmul", largest, x), make("less_equal", x, c)))).outputs[1]
        >>> asked.inputs == (largest, c)
        True
    """
    questions = _questions(graph)
    given = {
        node: questions[node.inputs]
        for node in graph.nodes
        if node.op.name == "less_equal" and node.inputs in questions
    }
    if not given:
        return graph
    asked = substitute((*graph.outputs, *(guard.node for guard in graph.guards)), given)
    count = len(graph.outputs)
    guards = (Guard(node, guard.value) for node, guard in zip(asked[count:], graph.guards, strict=True))
    return Graph(graph.inputs, asked[:count], tuple(guards))


def _questions(graph: Graph) -> dict[_Pair, Node]:
    """For the two sides of a question the other one that has the same answer."""
    taken = {each for node in graph.nodes if node.op.name == "matmul" for each in node.inputs}
    questions: dict[_Pair, Node] = {}
    for node in graph.nodes:
        if node in taken and node.op.name in ("maximum", "minimum"):
            for x, c in (node.inputs, node.inputs[::-1]):
                if c.op.name == "constant" and node.op.name == "maximum":
                    questions[x, c] = node <= c
                elif c.op.name == "constant":
                    questions[c, x] = c <= node
    return questions
