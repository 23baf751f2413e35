"""The steps: the lecture's numbers gate by gate, the patterns of its gates, and the sentences."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.explanation import Explanation
from chainrule.explanation.steps import BackwardStep, ForwardStep, SumStep
from lecture import product, sigmoid_circuit


def values(explanation: Explanation) -> list[float]:
    return [step.value for step in explanation.steps if isinstance(step, ForwardStep)]


def backward(explanation: Explanation, symbol: str) -> list[BackwardStep]:
    return [step for step in explanation.steps if isinstance(step, BackwardStep) and step.symbol == symbol]


def downstream(explanation: Explanation, symbol: str) -> list[float]:
    (step,) = backward(explanation, symbol)
    return [flow.downstream for flow in step.flows]


def sums(explanation: Explanation) -> dict[str, SumStep]:
    return {step.name: step for step in explanation.steps if isinstance(step, SumStep)}


# --- the lecture's circuits ---------------------------------------------------------------------------------


def test_the_first_circuit() -> None:
    explanation = product()
    assert values(explanation) == [3, -12]
    (times,), (plus,) = backward(explanation, "×"), backward(explanation, "+")
    assert (times.upstream, [flow.downstream for flow in times.flows]) == (1, [-4, 3])
    assert (plus.upstream, [flow.downstream for flow in plus.flows]) == (-4, [-4, -4])
    assert [step.sentence for step in explanation.steps] == [
        "v₁ = x + y: -2 + 5 = 3",
        "f = v₁ × z: 3 × (-4) = -12",
        "the backward sweep starts at the end: ∂f/∂f = 1",
        "× gate (swap multiplier): upstream 1 × local z = -4 gives -4 to v₁; upstream 1 × local v₁ = 3 gives 3 to z",
        "+ gate (gradient distributor): upstream -4 × local 1 gives -4 to x; upstream -4 × local 1 gives -4 to y",
    ]


def test_the_sigmoid_circuit_forward() -> None:
    lecture = [-2, 6, 4, 1, -1, 0.3679, 1.3679, 0.7311]
    np.testing.assert_allclose(values(sigmoid_circuit()), lecture, atol=5e-5)


def test_the_sigmoid_circuit_backward() -> None:
    steps = [step for step in sigmoid_circuit().steps if isinstance(step, BackwardStep)]
    lecture = [  # upstream, then downstream to each input
        ("1/x", 1, [-0.5344]),
        ("+1", -0.5344, [-0.5344]),
        ("exp", -0.5344, [-0.1966]),
        ("×−1", -0.1966, [0.1966]),
        ("+", 0.1966, [0.1966, 0.1966]),
        ("+", 0.1966, [0.1966, 0.1966]),
        ("×", 0.1966, [-0.3932, -0.5898]),
        ("×", 0.1966, [-0.1966, 0.3932]),
    ]
    assert [step.symbol for step in steps] == [symbol for symbol, _, _ in lecture]
    for step, (_, upstream, flows) in zip(steps, lecture, strict=True):
        assert step.upstream == pytest.approx(upstream, abs=5e-5)
        np.testing.assert_allclose([flow.downstream for flow in step.flows], flows, atol=5e-5)


@pytest.mark.parametrize(
    ("formula", "symbol", "local"),
    [("exp(x)", "exp", "e^x"), ("3*x", "×3", "3"), ("1/x", "1/x", "-1/x²"), ("7+x", "+7", "1")],
)
def test_the_lectures_four_local_derivatives(formula: str, symbol: str, local: str) -> None:
    (step,) = backward(cr.explain(formula, x=0.5), symbol)
    assert [flow.formula for flow in step.flows] == [local]


def test_the_sigmoid_as_one_gate() -> None:
    (step,) = backward(cr.explain("sigmoid(x)", x=1), "σ")
    (flow,) = step.flows
    assert flow.formula == "(1-f)·f"
    assert flow.local == pytest.approx(0.1966, abs=5e-5)
    assert flow.downstream == pytest.approx((1 - 0.7310585786) * 0.7310585786)


# --- the patterns of the gates ------------------------------------------------------------------------------


def test_add_is_a_distributor() -> None:
    explanation = cr.explain("2*(x+y)", x=3, y=4)
    assert downstream(explanation, "+") == [2, 2]
    assert backward(explanation, "+")[0].pattern == "gradient distributor"


def test_multiply_is_a_swap_multiplier() -> None:
    explanation = cr.explain("5*(x*y)", x=2, y=3)
    assert downstream(explanation, "×") == [15, 10]
    assert backward(explanation, "×")[0].pattern == "swap multiplier"


def test_copy_is_an_adder() -> None:
    step = sums(cr.explain("4*x+2*x", x=1))["x"]
    assert (step.parts, step.total, step.pattern) == ((4, 2), 6, "gradient adder")
    assert step.sentence == "x is used twice: 4 + 2 = 6 (gradient adder)"


def test_max_is_a_router() -> None:
    explanation = cr.explain("9*max(x,y)", x=4, y=5)
    assert downstream(explanation, "max") == [0, 9]
    assert backward(explanation, "max")[0].pattern == "gradient router"


def test_min_routes_to_the_lesser() -> None:
    assert downstream(cr.explain("9*min(x,y)", x=4, y=5), "min") == [9, 0]


def test_where_routes_and_gives_nothing_to_its_condition() -> None:
    explanation = cr.explain("where(x>y, x*2, log(y))", x=3, y=0)
    assert downstream(explanation, "where") == [None, 1, 0]
    assert explanation.gradients == {"x": 2, "y": 0}
    assert "no gradient flows to v₁" in backward(explanation, "where")[0].sentence
    assert sums(explanation)["x"].sentence == "x is used twice: · + 2 = 2 (gradient adder)"


def test_a_gate_with_a_constant_has_no_pattern_of_two_inputs() -> None:
    explanation = cr.explain("2*(1+x)", x=3)
    assert [step.pattern for symbol in ("+1", "×2") for step in backward(explanation, symbol)] == ["", ""]


def test_a_value_that_is_used_several_times() -> None:
    step = sums(cr.explain("x*x+x", x=3))["x"]
    assert (step.parts, step.total) == ((3, 3, 1), 7)
    assert step.sentence == "x is used 3 times: 3 + 3 + 1 = 7 (gradient adder)"


# --- arrays -------------------------------------------------------------------------------------------------


def test_a_matrix_product_shows_the_product_that_flows_back() -> None:
    def f(W: Any, x: Any) -> Any:
        return np.sum(W @ x)

    (step,) = backward(cr.explain(f, np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 6.0])), "@")
    assert [(flow.local, flow.formula) for flow in step.flows] == [(None, "upstream @ xᵀ"), (None, "Wᵀ @ upstream")]
    np.testing.assert_array_equal(step.flows[0].downstream, [[5, 6], [5, 6]])
    np.testing.assert_array_equal(step.flows[1].downstream, [4, 6])
    assert step.sentence.endswith("upstream [1, 1] gives Wᵀ @ upstream = [4, 6] to x")


def test_a_product_of_two_vectors_has_vectors_as_local_gradients() -> None:
    (step,) = backward(cr.explain(lambda w: w @ w, np.array([1.0, 2.0])), "@")
    assert [flow.local.tolist() for flow in step.flows] == [[1, 2], [1, 2]]
    assert [flow.formula for flow in step.flows] == ["w", "w"]


def test_undoing_a_broadcast_is_said() -> None:
    explanation = cr.explain(lambda x, b: np.sum(x + b), np.ones((2, 2)), np.zeros(2))
    (step,) = backward(explanation, "+")
    assert step.flows[1].downstream.tolist() == [2, 2]
    assert step.sentence.endswith("gives [2, 2] to b, summed over its copies")


def test_the_numbers_of_arrays_are_not_put_into_the_formula() -> None:
    explanation = cr.explain(lambda x: np.sum(x * x), np.array([1.0, 2.0]))
    assert explanation.steps[0].sentence == "v₁ = x × x = [1, 4]"


# --- functions of ours --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["silu", "gelu", "elu", "mish", "log_sigmoid", "relu", "selu", "hard_sigmoid"])
def test_a_call_of_our_function_is_one_gate_with_one_derivative(name: str) -> None:
    function = getattr(cr.functions, name)
    x = np.array([-1.5, 0.25, 2.0])
    explanation = cr.explain(lambda x, y: np.sum(function(x) * y), x, np.array([1.0, 2.0, 3.0]))
    (step,) = backward(explanation, name)
    (flow,) = step.flows
    slope = (function(x + 1e-6) - function(x - 1e-6)) / 2e-6
    np.testing.assert_allclose(flow.local, slope, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(flow.downstream, slope * [1, 2, 3], rtol=1e-6, atol=1e-9)


def test_the_users_name_of_the_value_of_our_function_is_kept() -> None:
    def f(x: Any) -> Any:
        a = cr.functions.silu(x)
        return a * a

    assert cr.explain(f, 1.0).steps[0].sentence.startswith("a = silu(x): silu(1) = 0.731")
