import json
import math
import re

import mpmath
import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import InputError
from chainrule.explanation.steps import BackwardStep, ForwardStep


def forward(explanation):
    return {step.formula: step.accuracy for step in explanation.steps if isinstance(step, ForwardStep)}


def right_bits(value, truth):
    """The bits of the significand that two floats share, by the number of floats between them."""
    integer = f"i{value.dtype.itemsize}"
    apart = abs(int(value.view(integer)) - int(value.dtype.type(truth).view(integer)))
    return max(0, np.finfo(value.dtype).nmant + 1 - math.ceil(math.log2(1 + apart)))


@pytest.fixture(scope="module")
def softplus():
    return cr.explain("log(1 + exp(x))", x=-20, dtype="float32", referee=True)


def test_where_the_bits_are_lost(softplus):
    found = forward(softplus)
    assert found["exp(x)"] == (24, 24, 0)
    assert found["1 + v₁"] == (24, 24, 0)  # the nearest float32 of the truth is 1
    assert found["log(v₂)"] == (0, 24, 24)
    assert [accuracy.is_loss for accuracy in found.values()] == [False, False, True]
    assert softplus.value == 0


def test_the_dtype_is_that_of_all_numbers(softplus):
    assert softplus.value.dtype == np.float32
    assert softplus.gradients["x"].dtype == np.float32
    assert cr.explain("x", x=1, dtype="float16").value.dtype == np.float16
    assert cr.explain(lambda p: p["w"] @ p["w"], {"w": np.ones(2)}, dtype=np.float32).value.dtype == np.float32


@pytest.mark.parametrize("x", [1e-3, 2e-3, 0.1])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_right_bits_are_those_that_the_number_shares_with_the_truth(x, dtype):
    explanation = cr.explain("(1 - cos(x))/x**2", x=x, dtype=dtype, referee=True)
    *_, last = forward(explanation).values()
    with mpmath.workdps(40):
        exact = mpmath.mpf(float(np.dtype(dtype).type(x)))
        truth = float((1 - mpmath.cos(exact)) / exact**2)
    assert last.right == right_bits(explanation.value, truth)
    assert last.of == np.finfo(dtype).nmant + 1


def test_gradients_are_judged_too(softplus):
    (given,) = softplus.results.inputs
    with mpmath.workdps(40):
        truth = float(1 / (1 + mpmath.exp(20)))
    assert given.accuracy.right == right_bits(given.gradient, truth)
    flows = [flow for step in softplus.steps if isinstance(step, BackwardStep) for flow in step.flows]
    assert all(flow.accuracy.of == 24 for flow in flows)
    bad = cr.explain("exp(x)/(1 + exp(x))", x=800, referee=True)
    assert bad.results.inputs[0].accuracy == (0, 53, 0)


def test_what_overflows_or_vanishes_has_no_right_bits():
    assert forward(cr.explain("log(exp(x))", x=1000, referee=True))["exp(x)"] == (0, 53, 53)
    assert forward(cr.explain("log(exp(x))", x=-1000, referee=True))["exp(x)"] == (0, 53, 53)


def test_a_zero_that_is_true_is_right():
    assert forward(cr.explain("x - x", x=3, referee=True))["x - x"] == (53, 53, 0)


def test_of_an_array_the_worst_entry_counts():
    found = forward(cr.explain("sum(1 - cos(x))", x=[1.0, 1e-9], referee=True))
    assert found["1 - v₁"].right == 0
    assert found["sum(v₂)"].right >= 52  # beside the other entry the lost one does not count


def test_without_a_referee_nothing_is_said_of_bits():
    plain = cr.explain("log(1 + exp(x))", x=-20)
    assert set(forward(plain).values()) == {None}
    for shown in (plain.to_text(), plain.to_html(), plain.to_svg()):
        assert "bits" not in shown


def test_all_painters_show_them(softplus):
    assert "0 of 24, 24 lost here" in softplus.to_text()
    assert "0 of 24 bits" in softplus.to_svg()
    assert 'class="right loss"' in softplus.to_svg()
    assert re.search(r'class="loss">0 of 24, 24 lost here<', softplus.to_html())
    steps = json.loads(softplus.to_json())["steps"]
    assert [step["accuracy"] for step in steps if step["phase"] == "forward"] == [[24, 24, 0], [24, 24, 0], [0, 24, 24]]


def test_variables_come_before_options():
    both = cr.explain("dtype*referee", dtype=3, referee=2)
    assert both.value == 6
    assert cr.explain("dtype*2", 3, dtype="float32").value.dtype == np.float32


def test_an_unknown_dtype_is_refused():
    with pytest.raises(InputError, match="float16, float32 or float64, not in 'int8'"):
        cr.explain("x", x=1, dtype="int8")
