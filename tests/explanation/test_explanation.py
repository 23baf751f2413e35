"""``explain`` as its users call it: the lecture's numbers, functions of arrays, results, and errors."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DifferentiationError, FormulaError, InputError, InputTypeError, TraceError
from lecture import SIGMOID_INPUTS, product, sigmoid_circuit


def test_the_lectures_first_circuit() -> None:
    explanation = product()
    assert explanation.value == -12
    assert explanation.gradients == {"x": -4, "y": -4, "z": 3}


def test_the_lectures_sigmoid_circuit() -> None:
    explanation = sigmoid_circuit()
    assert explanation.value == pytest.approx(0.7311, abs=5e-5)
    wanted = {"w0": -0.1966, "x0": 0.3932, "w1": -0.3932, "x1": -0.5898, "w2": 0.1966}
    assert explanation.gradients == pytest.approx(wanted, abs=5e-5)


def test_sigmoid_as_one_gate_and_as_four_have_the_same_gradients() -> None:
    text = "sigmoid(w0*x0+w1*x1+w2)"
    one, four = (cr.explain(text, **SIGMOID_INPUTS, expand=expand) for expand in (False, True))
    symbols = [[step.symbol for step in each.steps if step.phase == "forward"][4:] for each in (one, four)]
    assert symbols == [["σ"], ["×−1", "exp", "+1", "1/x"]]
    assert four.value == pytest.approx(one.value, rel=1e-15)
    assert four.gradients == pytest.approx(one.gradients, rel=1e-14)


# --- functions of arrays ------------------------------------------------------------------------------------


def network(p: Any, x: Any, y: Any) -> Any:
    a = cr.functions.gelu(p["W"][0] @ x + p["b"][0])
    return np.sum((p["W"][1] @ a + p["b"][1] - y) ** 2)


@pytest.fixture
def parameters() -> dict[str, list[np.ndarray]]:
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape) for shape in ((3, 2), (1, 3))]
    return {"W": weights, "b": [rng.normal(size=len(each)) for each in weights]}


@pytest.mark.parametrize("expand", [False, True])
def test_gradients_of_trees_have_their_form_and_agree_with_differences(parameters: Any, expand: bool) -> None:
    x, y = np.array([0.5, -1.5]), np.array([0.25])
    explanation = cr.explain(network, parameters, x, y=y, expand=expand)
    assert explanation.value == pytest.approx(network(parameters, x, y))
    assert explanation.gradients.keys() == {"p", "x", "y"}
    gradient = explanation.gradients["p"]
    for kind in ("W", "b"):
        for layer in (0, 1):
            entry = parameters[kind][layer]
            assert gradient[kind][layer].shape == entry.shape
            index = (0,) * entry.ndim
            entry[index] += 1e-6
            above = network(parameters, x, y)
            entry[index] -= 2e-6
            slope = (above - network(parameters, x, y)) / 2e-6
            entry[index] += 1e-6
            assert gradient[kind][layer][index] == pytest.approx(slope, rel=1e-6)


def test_whole_numbers_in_trees_count_as_real_ones() -> None:
    explanation = cr.explain(lambda p: p["a"] * p["b"][0] ** 2, {"a": 3, "b": [2]})
    assert explanation.gradients == {"p": {"a": 4.0, "b": [12.0]}}


def test_what_is_no_real_number_has_no_gradient() -> None:
    values, i = np.array([1.0, 2.0, 3.0]), np.int64(1)
    explanation = cr.explain(lambda x, i, power: x[i] ** (2 if power == "square" else 1), values, i, "square")
    assert explanation.gradients.keys() == {"x"}
    np.testing.assert_array_equal(explanation.gradients["x"], [0, 4, 0])


def test_an_input_that_is_not_used_has_gradient_zero() -> None:
    explanation = cr.explain(lambda x, y: x * 2, 3, np.ones(2))
    np.testing.assert_array_equal(explanation.gradients["y"], [0, 0])
    assert "y (not used)" in explanation.to_svg()


def test_decisions_follow_the_arguments() -> None:
    def f(x: Any) -> Any:
        return x * x if x > 0 else -x

    assert cr.explain(f, 3).gradients == {"x": 6}
    assert cr.explain(f, -3).gradients == {"x": -1}


def test_dataclasses() -> None:
    @dataclass
    class Point:
        x: float
        y: float

    explanation = cr.explain(lambda p: p.x * p.y, Point(2.0, 3.0))
    assert explanation.gradients == {"p": Point(3.0, 2.0)}
    assert json.loads(explanation.to_json())["gradients"] == {"p": {"x": 3.0, "y": 2.0}}


def test_float32_stays_float32() -> None:
    explanation = cr.explain(lambda x: np.exp(x).sum(), np.float32([0, 1]))
    assert (explanation.value.dtype, explanation.gradients["x"].dtype) == (np.float32, np.float32)


# --- formulas -----------------------------------------------------------------------------------------------


def test_a_formula_of_lists() -> None:
    explanation = cr.explain("sum(w*x)", w=[1, 2], x=[3, 4])
    assert explanation.value == 11
    np.testing.assert_array_equal(explanation.gradients["w"], [3, 4])


def test_whole_numbers_in_arrays_of_a_formula_are_real_ones() -> None:
    np.testing.assert_array_equal(cr.explain("sum(x**2)", x=np.array([1, 2])).gradients["x"], [2, 4])


def test_a_formula_of_constants_only() -> None:
    explanation = cr.explain("1+2")
    assert (explanation.value, explanation.gradients, explanation.steps) == (3, {}, ())
    assert str(explanation) == "1+2 = 3"
    assert ">f</text>" in explanation.to_svg()


def test_a_constant_result() -> None:
    explanation = cr.explain(lambda x: 2.0 * np.ones(2).sum(), 3)
    assert (explanation.value, explanation.gradients) == (4, {"x": 0})
    assert str(explanation).endswith("∂f/∂x         0")


def test_a_variable_may_be_called_f_or_expand() -> None:
    assert cr.explain("f*f", f=3).gradients == {"f": 6}
    assert cr.explain("expand*2", 3).gradients == {"expand": 2}


def test_both_doors_take_a_formula() -> None:
    assert cr.explain(cr.formula("x*x"), 3).title == cr.explain("x*x", 3).title == "x*x"


# --- what it is called --------------------------------------------------------------------------------------


def test_a_function_gives_its_name_to_the_title_and_the_result() -> None:
    def loss(w: Any) -> Any:
        return w * w

    explanation = cr.explain(loss, 2)
    assert (explanation.title, explanation.results.name) == ("loss(w)", "loss")
    assert repr(explanation) == "<Explanation of loss(w)>"


def test_a_function_without_a_name_is_f() -> None:
    assert cr.explain(lambda x: x * x, 2).title == "f(x)"
    assert cr.explain(np.sin, 2).results.name == "f"


# --- JSON ---------------------------------------------------------------------------------------------------


def test_json_has_value_gradients_and_steps() -> None:
    content = json.loads(product().to_json())
    assert content["value"] == -12
    assert content["gradients"] == {"x": -4, "y": -4, "z": 3}
    assert [step["phase"] for step in content["steps"]] == ["forward"] * 2 + ["backward"] * 3
    assert content["steps"][0]["value"] == 3


def test_json_writes_infinity_and_nan_as_text() -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    content = json.loads(cr.explain("log(x) + 0*y", x=0, y=np.inf).to_json(), parse_constant=refuse)
    assert (content["value"], content["gradients"]["x"]) == ("nan", "inf")
    assert [step["value"] for step in content["steps"] if step["phase"] == "forward"] == ["-inf", "nan", "nan"]


def test_json_sums_up_large_arrays_in_steps_but_not_in_gradients() -> None:
    content = json.loads(cr.explain(lambda x: np.sum(x * x), np.ones((40, 30))).to_json())
    assert content["steps"][0]["value"] == {"shape": [40, 30], "min": 1, "mean": 1, "max": 1}
    assert np.shape(content["gradients"]["x"]) == (40, 30)


# --- errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "message", "arguments"),
    [
        (FormulaError, "an operator is missing", ("2x", 1)),
        (InputError, "missing a required argument: 'y'", ("x*y", 1)),
        (InputError, "not 'a'", ("x", "a")),
        (InputError, "not None", ("x", None)),
        (InputError, r"the lists in \[\[1\], \[1, 2\]\] have different lengths; write rows", ("x", [[1], [1, 2]])),
        (InputError, "not 3 of type int", (3,)),
        (DifferentiationError, r"x\*2 is an array of shape \[2\]; write sum\(x\*2\) or mean", ("x*2", [1, 2])),
        (DifferentiationError, r"x > 1 is true or false .* write where\(x > 1, 1, 0\)", ("x > 1", 2)),
        (DifferentiationError, "returned int64", (lambda x: np.argmax(x), np.ones(2))),
        (DifferentiationError, "returned float64.*, float64", (lambda x: (x, x), 2.0)),
        (TraceError, "float", (lambda x: float(x), 2.0)),
    ],
)
def test_errors(error: type[Exception], message: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(error, match=message):
        cr.explain(*arguments)


# --- a variable with the name of an option ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "inputs", "value", "gradients", "gates"),
    [
        ((), {"x": 0.0, "expand": 3.0}, 1.5, {"x": 0.75, "expand": 0.5}, 2),
        ((3.0, 0.0), {}, 1.5, {"x": 0.75, "expand": 0.5}, 2),
        ((3.0, 0.0), {"expand": True}, 1.5, {"x": 0.75, "expand": 0.5}, 5),
        ((3.0,), {"x": 0.0, "expand": False}, 1.5, {"x": 0.75, "expand": 0.5}, 2),
    ],
)
def test_a_variable_named_expand(args: Any, inputs: Any, value: float, gradients: Any, gates: int) -> None:
    explanation = cr.explain("expand*sigmoid(x)", *args, **inputs)
    assert explanation.value == value
    assert explanation.gradients == gradients
    assert sum(step.phase == "forward" for step in explanation.steps) == gates


def test_a_variable_named_expand_without_a_value() -> None:
    with pytest.raises(InputError, match="missing a required argument: 'expand'"):
        cr.explain("expand*2")


def test_a_parameter_named_expand() -> None:
    def f(x: Any, expand: Any = 2.0) -> Any:
        return x * expand

    assert cr.explain(f, 3.0, expand=5.0).gradients == {"x": 5.0, "expand": 3.0}
    assert cr.explain(f, 3.0).gradients == {"x": 2.0}


# --- calls that cannot be -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "args", "inputs", "message"),
    [
        (np.tanh, (), {"x": 1.0}, "tanh cannot be called so: 'x' parameter is positional only"),
        (
            lambda x, y: x * y,
            (1.0,),
            {},
            r"cannot be called so: missing .* 'y'; its arguments are \(x, y\)",
        ),
        (lambda x: x, (1.0,), {"expand": True, "z": 1.0}, "the function cannot be called so: got an unexpected .* 'z'"),
        (3, (1.0,), {}, "explain takes a formula as text or a function, not 3"),
    ],
)
def test_calls_that_do_not_fit(f: Any, args: Any, inputs: Any, message: str) -> None:
    with pytest.raises(InputTypeError, match=message):
        cr.explain(f, *args, **inputs)


def test_an_integer_array_is_named() -> None:
    with pytest.raises(DifferentiationError, match=r"x is int64 and has no gradient; write x.astype\(float\)"):
        cr.explain(lambda x: np.sum(x**2), np.arange(3))
