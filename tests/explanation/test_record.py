"""The record of one run: values, upstream gradients and flows against differences."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.explanation.circuit import circuit
from chainrule.explanation.gates import Circuit
from chainrule.explanation.record import Record, record


def recorded(f: Any, *args: Any) -> tuple[Circuit, Record]:
    found = circuit(cr.trace(f, *args))
    return found, record(found, args)


def test_every_value_and_every_upstream_gradient() -> None:
    found, numbers = recorded(lambda x, y: np.exp(x * y) + y, 0.5, 2.0)
    inner = [node for node in found.graph.nodes if node.op.name in ("multiply", "exp", "add")]
    assert [numbers.values[node] for node in inner] == pytest.approx([1, np.e, np.e + 2])
    assert [numbers.upstream[node] for node in inner] == pytest.approx([np.e, 1, 1])
    assert [numbers.gradients[node] for node in found.graph.inputs] == pytest.approx([2 * np.e, 0.5 * np.e + 1])


def test_upstream_times_local_is_downstream_and_the_flows_add_up() -> None:
    found, numbers = recorded(lambda x, y: x * y + np.sin(x) / (x + y), 0.7, 1.9)
    for wire, flow in numbers.flows.items():
        upstream = numbers.upstream[wire.target.node]
        assert flow.downstream == pytest.approx(upstream * flow.local, rel=1e-15)
    for node in found.graph.inputs:
        total = sum(flow.downstream for wire, flow in numbers.flows.items() if wire.node is node)
        assert numbers.gradients[node] == pytest.approx(total, rel=1e-15)


def test_where_no_gradient_flows_there_is_none() -> None:
    found, numbers = recorded(lambda x: np.where(x > 1, x, 0.0) * np.floor(x), 2.5)
    by_op = {node.op.name: node for node in found.graph.nodes}
    assert by_op["greater"] not in numbers.upstream
    flows = {wire.target.symbol: flow for wire, flow in numbers.flows.items() if wire.source.kind == "copy"}
    assert (flows["> 1"].local, flows["> 1"].downstream) == (None, None)
    assert (flows["floor"].local, flows["floor"].downstream) == (None, None)
    assert numbers.gradients[found.graph.inputs[0]] == 2


def test_a_branch_that_was_not_taken_passes_no_nan() -> None:
    found, numbers = recorded(lambda x: np.where(x > 0, np.log(x), x), -1.0)
    assert numbers.gradients[found.graph.inputs[0]] == 1
    (log,) = (node for node in found.graph.nodes if node.op.name == "log")
    assert np.isnan(numbers.values[log])
    assert numbers.upstream[log] == 0


def test_the_local_gradient_of_a_reduction_has_the_shape_of_its_input() -> None:
    _, numbers = recorded(lambda x: np.max(x), np.array([1.0, 3.0, 2.0]))
    (flow,) = numbers.flows.values()
    np.testing.assert_array_equal(flow.local, [0, 1, 0])


def test_a_function_that_mixes_entries_has_a_matrix_and_no_local_gradient() -> None:
    _, numbers = recorded(lambda x: np.sum(cr.functions.log_softmax(x) * np.array([1.0, 0.0])), np.array([1.0, 3.0]))
    mixing = [flow for wire, flow in numbers.flows.items() if wire.target.symbol == "log softmax"]
    assert [flow.local for flow in mixing] == [None]
    np.testing.assert_allclose(mixing[0].downstream, [0.880797, -0.880797], atol=1e-6)


def test_a_function_that_is_broadcast_has_no_local_gradient_by_the_smaller_input() -> None:
    z = np.array([[1.0, -2.0], [3.0, -4.0]])
    _, numbers = recorded(lambda z, slope: np.sum(cr.functions.leaky_relu(z, slope)), z, np.array([0.1, 0.2]))
    flows = {wire.node.name: flow for wire, flow in numbers.flows.items() if wire.target.kind == "function"}
    np.testing.assert_array_equal(flows["z"].local, [[1, 0.2], [1, 0.2]])
    assert flows["slope"].local is None
    np.testing.assert_array_equal(flows["slope"].downstream, [0, -6])
