"""A rule that lets transposes of matrices come last, where they cost nothing."""

from chainrule.graph import Node, make
from chainrule.graph.expressions import transpose as transposed

__all__ = ["pulled_out"]

_SWAPPED = (1, 0)
_DEEP = 8  # ops between a product and the transpose that it meets


def pulled_out(node: Node) -> Node | None:
    """``f(A^T, g(B C), c) -> f(A, g(C^T B^T), c)^T`` for elementwise f and g: entries are met as they lie in memory."""
    if node.ndim != 2 or not any(_is_transpose(each) for each in node.inputs):
        return None
    inputs = [_turned(each, _DEEP) for each in node.inputs]
    known = [each for each in inputs if each is not None]
    return transposed(make(node.op.name, *known, **node.params), _SWAPPED) if len(known) == len(inputs) else None


def _is_transpose(node: Node) -> bool:
    return node.op.name == "transpose" and node.params["axes"] == _SWAPPED


def _turned(node: Node, depth: int) -> Node | None:
    """The transpose of a matrix, or the same number, if it costs nothing."""
    if node.size == 1 and node.ndim < 2:
        return node
    if _is_transpose(node):
        return node.inputs[0]
    if node.ndim != 2 or not depth:
        return None
    if node.op.name == "matmul" and all(each.ndim == 2 for each in node.inputs):
        a, b = (each.inputs[0] if _is_transpose(each) else transposed(each, _SWAPPED) for each in node.inputs)
        return make("matmul", b, a)
    if node.op.kind == "elementwise":
        inputs = [_turned(each, depth - 1) for each in node.inputs]
        known = [each for each in inputs if each is not None]
        return make(node.op.name, *known, **node.params) if len(known) == len(inputs) else None
    return None
