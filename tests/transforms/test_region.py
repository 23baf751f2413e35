"""Which nodes a derivative visits, and how far masks are carried."""

import numpy as np
import pytest

from chainrule.graph import Graph, Node, constant, input_node, make
from chainrule.graph.expressions import exp, where
from chainrule.transforms.differentiate import gradient_graph
from chainrule.transforms.region import Region, is_scaling


def wheres(graph: Graph) -> int:
    return sum(node.op.name == "where" for node in graph.nodes)


def summed(x: Node) -> Node:
    return make("sum", x, axes=(0,), keepdims=False)


def test_masks_are_carried_only_where_they_can_matter() -> None:
    x, w = (input_node(name, shape, np.dtype(float)) for name, shape in (("x", (3,)), ("w", (3, 3))))
    hidden = make("maximum", make("matmul", w, x), constant(0.0))
    network = summed(make("maximum", make("matmul", w, hidden), constant(0.0)))
    assert wheres(gradient_graph(Graph((x, w), (network,)), [x, w])) == 2  # one for each maximum
    halved = summed(where(x > 0, 0.5 * x, x / 3))
    assert wheres(gradient_graph(Graph((x,), (halved,)), [x])) == 2  # one for each branch
    grown = summed(where(x > 0, exp(x), 0))
    assert wheres(gradient_graph(Graph((x,), (grown,)), [x])) == 2  # one more for the infinite slope of exp


@pytest.mark.parametrize(("factor", "harmless"), [(2.0, True), (0.0, False), (np.inf, False), (np.nan, False)])
def test_a_product_with_a_finite_number_is_harmless(factor: float, harmless: bool) -> None:
    x = input_node("x", (), np.dtype(float))
    assert is_scaling(x * constant(factor)) == is_scaling(x / constant(factor)) == harmless
    assert not is_scaling(constant(2.0) / x)
    assert not is_scaling(x * x)
    assert not is_scaling(x + 1)


def test_only_what_depends_on_wrt_and_is_real_is_active() -> None:
    x, y = (input_node(name, (), np.dtype(float)) for name in "xy")
    n = make("astype", x, dtype=np.dtype(int))
    rounded = make("floor", x)
    result = x * y + n + rounded
    region = Region(Graph((x, y), (result,)), [x])
    assert {x, result} <= region.active
    assert not {y, n, rounded} & region.active
    assert region.ends == {x}
