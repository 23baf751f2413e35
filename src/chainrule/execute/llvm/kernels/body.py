"""The body of a kernel: the values of its nodes at one place of its loops."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from llvmlite import ir

from chainrule.execute.llvm.elementwise import emit
from chainrule.execute.llvm.kernels.elsewhere import Elsewhere, Spot
from chainrule.execute.llvm.kernels.memory import scalar_constant
from chainrule.execute.llvm.registers import constant
from chainrule.graph import Node

__all__ = ["evaluate"]


def evaluate(
    spot: Spot,
    nodes: Sequence[Node],
    read: Callable[[Node], ir.Value],
    elsewhere: Mapping[Node, Elsewhere],
    known: Mapping[Node, ir.Value] = MappingProxyType({}),
) -> dict[Node, ir.Value]:
    """Write the nodes that give one entry for each place, in order.

    Args:
        spot: where.
        nodes: which.
        read: gives the values of this place that come from memory.
        elsewhere: what nodes read at other places.
        known: values that are there already.
    """
    builder, lanes = spot.memory.builder, spot.lanes
    values = dict(known)

    def value(node: Node) -> ir.Value:
        if node not in values:
            number = scalar_constant(node)
            values[node] = read(node) if number is None else constant(node.dtype, lanes, number)
        return values[node]

    for node in nodes:
        if node in elsewhere:
            values[node] = elsewhere[node].emit(spot, value)
            continue
        inputs = [value(each) for each in node.inputs]
        dtypes = [each.dtype for each in node.inputs]
        values[node] = emit(builder, spot.target, node.op.name, inputs, dtypes, node.dtype)
    return values
