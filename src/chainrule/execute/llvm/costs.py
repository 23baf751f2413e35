"""What a kernel costs: operations, and bytes that it reads and writes."""

from typing import NamedTuple

from chainrule.execute.llvm.kernels.memory import scalar_constant
from chainrule.transforms.fuse import Group, Plan

__all__ = ["Cost", "cost_of"]


class Cost(NamedTuple):
    """Of one kernel.

    Attributes:
        operations: one for each entry and op; a product counts a multiplication and an addition for each pair.
        bytes: of all values that it reads from memory or writes there, each once.
    """

    operations: int
    bytes: int


def cost_of(plan: Plan, group: Group) -> Cost:
    """Return the cost of a kernel."""
    operations = 0
    for node in group.nodes:
        over = node.inputs[0] if node in group.reductions else node
        pairs = 2 * node.inputs[0].shape[-1] if node.op.name == "matmul" else 1
        operations += pairs * over.size
    read = {plan.views[each].source: each for each in group.reads() if scalar_constant(each) is None}
    moved = [min(each.size, source.size) * each.dtype.itemsize for source, each in read.items()]
    stored = sum(node.size * node.dtype.itemsize for node in group.stores)
    return Cost(operations, sum(moved) + stored)
