"""Formulas as functions: values against Python's own reading of the same text, dtypes, signature, protocols."""

import inspect
import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.errors import FormulaError, InputError, InputTypeError
from chainrule.formulas import Formula, formula
from chainrule.formulas.names import FUNCTIONS
from chainrule.pipeline import value_and_grad
from chainrule.tracing import trace

X = np.array([0.5, 1.5, 2.0])
NAMESPACE = {"np": np, "x": X, "y": np.array([2.0, -1.0, 0.25]), "z": np.float64(-3.0)}


# values


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("(x+y)*z", "(x+y)*z"),
        ("x - y - z", "x - y - z"),
        ("-x**2", "-x**2"),
        ("2**-x", "2**-x"),
        ("x/y/z", "x/y/z"),
        ("x**2**-1", "x**2**-1"),
        ("--x + +y", "x + y"),
        ("(x > y) * (x <= 1.5)", "(x > y) * (x <= 1.5)"),
        ("(x == 2) + (x != 2)", "(x == 2) | (x != 2)"),
        ("where(x < 1, x, -y)", "np.where(x < 1, x, -y)"),
        ("max(x, y) + min(x, y)", "np.maximum(x, y) + np.minimum(x, y)"),
        ("1/(1 + exp(-x))", "1/(1 + np.exp(-x))"),
        ("arctan2(y, x) + hypot(x, y)", "np.arctan2(y, x) + np.hypot(x, y)"),
        ("sum(x*y) + mean(x)", "np.sum(x*y) + np.mean(x)"),
        ("asin(x/4) - arcsin(x/4)", "np.zeros(3)"),
        ("2*pi*x", "2*np.pi*x"),
        ("1e-3*x + .5 + 1.", "1e-3*x + .5 + 1."),
    ],
)
def test_value(text: str, python: str) -> None:
    f = formula(text)
    inputs = {name: NAMESPACE[name] for name in f.variables}
    np.testing.assert_array_equal(f(**inputs), eval(python, dict(NAMESPACE)))


def expressions() -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["x", "y", "z", "1", "2.5", "0.125"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from([" + ", "-", "*", " / "]), inner).map("".join),
            inner.map("-{}".format),
            inner.map("({})".format),
            st.tuples(inner, st.sampled_from(["**2", "**3"])).map(lambda pair: f"({pair[0]}){pair[1]}"),
        ),
        max_leaves=12,
    )


@settings(max_examples=60, derandomize=True, deadline=None)
@given(expressions())
def test_value_is_as_python_reads_the_text(text: str) -> None:
    with np.errstate(all="ignore"):
        inputs = {name: np.float64(value) for name, value in (("x", 1.25), ("y", -0.75), ("z", 3.0))}
        f = formula(text)
        expected = eval(text.replace("1 / 0", "inf"), {}, inputs) if f.variables else None
        if f.variables:
            np.testing.assert_array_equal(f(**{name: inputs[name] for name in f.variables}), expected)


# Python numbers, dtypes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/0", math.inf),
        ("-1/0", -math.inf),
        ("0/0", math.nan),
        ("2.0**10000", math.inf),
        ("9**9**9**9", math.inf),
        ("0**-1", math.inf),
        ("(-1)**0.5", math.nan),
        ("exp(1000)", math.inf),
        ("log(0)", -math.inf),
        ("sqrt(-1)", math.nan),
        ("1e308*10", math.inf),
        ("7/2", 3.5),
        ("2**3", 8.0),
        ("1 < 2", True),
    ],
)
def test_constants_follow_numpy_without_exception_or_warning(text: str, value: float) -> None:
    result = formula(text)()
    assert type(result) is type(value)
    assert result == value or (math.isnan(result) and math.isnan(value))


def test_python_numbers_as_arguments_do_the_same() -> None:
    assert formula("1/x")(0) == math.inf
    assert formula("x**y**z")(9, 9, 9) == math.inf
    assert formula("-x")(True) == -1.0
    assert formula("x + 1")(10**300) == 1e300


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64"])
def test_numbers_take_the_dtype_of_the_arrays(dtype: str) -> None:
    x = np.ones((2,), dtype)
    for text in ("2*x + 1", "x**2/3", "sqrt(2)*x", "pi*x", "x + 1/3**2", "x*exp(1)"):
        assert formula(text)(x).dtype == dtype
        assert formula(text)(x[0]).dtype == dtype


def test_integer_arrays_meet_real_numbers() -> None:
    np.testing.assert_array_equal(formula("x**-1")(np.array([1, 2])), [1.0, 0.5])
    np.testing.assert_array_equal(formula("x + y")(np.array([1, 2]), 1), [2, 3])


@pytest.mark.parametrize("shape", [(0,), (1,), (2, 3), ()])
def test_shapes(shape: tuple[int, ...]) -> None:
    assert formula("exp(-x)*x + 1")(np.ones(shape)).shape == shape


# the function


def test_parameters_are_the_variables_in_order_of_appearance() -> None:
    f = formula("b*where(c > 0, a, b) + θ")
    assert f.variables == ("b", "c", "a", "θ")
    assert list(inspect.signature(f).parameters) == ["b", "c", "a", "θ"]
    assert f(2, 1, 3, 4) == f(θ=4, a=3, c=1, b=2) == f(2, 1, θ=4, a=3) == 10.0


def test_describes_itself() -> None:
    f = formula("x + y")
    assert (f.text, f.__name__, repr(f)) == ("x + y", "formula", "formula('x + y')")
    assert f.__doc__ == "x + y\n\nA formula of x, y."
    assert formula("1 + 1").__doc__ == "1 + 1\n\nA formula of no variables."
    assert inspect.signature(Formula)


def test_is_a_value() -> None:
    f = formula("x + 1")
    assert f == formula("x + 1")
    assert hash(f) == hash(formula("x + 1"))
    assert f != formula("x+1")
    assert f != "x + 1"
    assert pickle.loads(pickle.dumps(f))(2) == 3.0


@pytest.mark.parametrize(
    ("values", "named", "message"),
    [
        ((), {}, "missing a required argument: 'x'"),
        ((1,), {}, "missing a required argument: 'y'"),
        ((1, 2, 3), {}, "too many positional arguments"),
        ((1, 2), {"q": 1}, "unexpected keyword argument 'q'"),
        ((1,), {"x": 1}, "multiple values for argument 'x'"),
    ],
)
def test_wrong_arguments(values: tuple[int, ...], named: dict[str, int], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        formula("x - y")(*values, **named)
    assert "formula('x - y')" in str(caught.value)
    assert "(x, y)" in str(caught.value)


def test_names_of_python_are_free() -> None:
    assert formula("self + values + named + args")(self=1, values=2, named=3, args=4) == 10.0


def test_a_refused_text_is_no_function() -> None:
    with pytest.raises(FormulaError, match=r"write 2\*x"):
        formula("2x")


# NumPy's protocols


class Traced(np.lib.mixins.NDArrayOperatorsMixin):
    """A stand-in array that writes down what is done with it."""

    def __init__(self, expression: str) -> None:
        self.expression = expression

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: object, **named: object) -> "Traced":
        assert method == "__call__"
        assert not named
        return Traced(f"{ufunc.__name__}({', '.join(map(show, inputs))})")

    def __array_function__(self, func: object, types: object, args: tuple[object, ...], kwargs: object) -> "Traced":
        return Traced(f"{func.__name__}({', '.join(map(show, args))})")  # type: ignore[attr-defined]


def show(value: object) -> str:
    return value.expression if isinstance(value, Traced) else repr(value)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("1/(1 + exp(-x))", "divide(1.0, add(1.0, exp(negative(x))))"),
        ("2*x**2", "multiply(2.0, power(x, 2.0))"),
        ("1 < x", "greater(x, 1.0)"),
        ("where(x > 0, x, 1/3)", f"where(greater(x, 0.0), x, {1 / 3})"),
        ("sum(x) - 2*3", "subtract(sum(x), 6.0)"),
        ("max(x, 0)", "maximum(x, 0.0)"),
    ],
)
def test_traced_arrays_see_each_operation(text: str, expression: str) -> None:
    assert formula(text)(Traced("x")).expression == expression


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_takes_numbers_arrays_and_can_be_traced(name: str) -> None:
    arity = FUNCTIONS[name].arity
    f = formula(f"{name}({', '.join('xyz'[:arity])})")
    inside = {"log1mexp": -0.5, "arccosh": 1.5, "acosh": 1.5}.get(name, 0.5)
    array = np.asarray(f(*[np.array([inside])] * arity))
    assert f(*[inside] * arity) == array.item()
    assert trace(f, *[np.array([inside])] * arity).outputs[0].shape == array.shape


def test_the_first_circuit_of_the_lecture() -> None:
    value, gradients = value_and_grad(formula("(x+y)*z"), wrt=("x", "y", "z"))(-2.0, 5.0, -4.0)
    assert value == -12
    assert gradients == (-4, -4, 3)


def test_the_sigmoid_circuit_of_the_lecture() -> None:
    f = formula("1/(1 + exp(-(w0*x0 + w1*x1 + w2)))")
    value, gradients = value_and_grad(f, wrt=f.variables)(2.0, -1.0, -3.0, -2.0, -3.0)
    assert f.variables == ("w0", "x0", "w1", "x1", "w2")
    assert round(float(value), 4) == 0.7311
    np.testing.assert_array_equal(np.round(gradients, 4), [-0.1966, 0.3932, -0.3932, -0.5898, 0.1966])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a", "x in the formula is a number or an array, not 'a'$"),
        (None, "not None$"),
        ([1, 2], r"not \[1, 2\]; write x=np.array\(\[1, 2\]\)"),
        ((1.0,), r"write x=np.array\(\(1.0,\)\)"),
        ({"a": 1}, "not {'a': 1}"),
        (b"1", "not b'1'"),
    ],
)
def test_values_that_are_no_numbers(value: Any, message: str) -> None:
    for call in (lambda f: f(value, 3.0), lambda f: f(x=value, y=3.0)):
        with pytest.raises(InputTypeError, match=message):
            call(formula("x + x**2*y"))


@pytest.mark.parametrize(
    ("text", "column", "shapes"),
    [
        ("x + y", 3, r"\[2\] and \[3\]"),
        ("α + sum((x)  ) * maximum(y,(x - 1))", 18, r"\[3\] and \[2\]"),
        ("(x) \t\n  < y", 9, r"\[2\] and \[3\]"),
        ("where(α > 0, x, y)", 1, r"\[2\] and \[3\]"),
    ],
)
@pytest.mark.parametrize("traced", [False, True])
def test_shapes_that_do_not_fit_name_the_column(text: str, column: int, shapes: str, traced: bool) -> None:
    f = formula(text)
    values = {"x": np.ones(2), "y": np.ones(3), "α": 2.0}
    wanted = {name: values[name] for name in f.variables}
    with pytest.raises(FormulaError, match=rf"^the shapes {shapes} do not fit together") as caught:
        trace(f, **wanted) if traced else f(**wanted)
    assert (caught.value.column, caught.value.text) == (column, text)
