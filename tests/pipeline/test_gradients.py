"""Gradients as users ask for them: forms of arguments, ways to name them, kinds of functions, gradients inside."""

import functools
from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DifferentiationError, InputError, InputTypeError
from chainrule.trees import flatten

Layer = namedtuple("Layer", ["W", "b"])


@dataclass(frozen=True)
class Model:
    first: Layer
    scale: float
    note: Any = None


X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


def affine(W: Any, b: Any) -> Any:
    return np.sum((X @ W + b) ** 2)


W, B = np.array([0.5, -1.0]), np.array(0.25)
BY_W, BY_B = 2 * X.T @ (X @ W + B), 2 * np.sum(X @ W + B)

# --- trees ----------------------------------------------------------------------------------------------------

FORMS: list[tuple[Any, Any]] = [
    ({"W": W, "b": B}, lambda p: affine(p["W"], p["b"])),
    ([W, B], lambda p: affine(p[0], p[1])),
    ((W, [B]), lambda p: affine(p[0], p[1][0])),
    (Layer(W, B), lambda p: affine(p.W, p.b)),
    (
        {"layers": [Layer(W, None), {"b": B, "none": None}], "empty": []},
        lambda p: affine(p["layers"][0].W, p["layers"][1]["b"]),
    ),
    (Model(Layer(W, B), 1.0), lambda p: affine(p.first.W, p.first.b) * p.scale),
]


@pytest.mark.parametrize(("params", "f"), FORMS, ids=lambda form: type(form).__name__)
def test_the_gradient_has_the_form_of_the_argument(params: Any, f: Any) -> None:
    gradient = cr.grad(f)(params)
    leaves, forms = flatten(gradient), flatten(params)
    assert [np.shape(leaf) for leaf in leaves] == [np.shape(leaf) for leaf in forms]
    assert type(gradient) is type(params)
    np.testing.assert_allclose(leaves[0], BY_W, rtol=1e-14)
    np.testing.assert_allclose(leaves[1], BY_B, rtol=1e-14)


def test_none_has_no_gradient_and_stays() -> None:
    model = cr.grad(lambda p: affine(p.first.W, p.first.b) * p.scale)(Model(Layer(W, B), 1.0))
    assert model.note is None
    assert model.scale == affine(W, B)


def test_an_argument_without_arrays_has_a_gradient_without_arrays() -> None:
    assert cr.grad(lambda p: 3.0)({}) == {}
    assert cr.grad(lambda p, x: x, wrt=(0, 1))(None, 2.0) == (None, 1.0)


# --- which argument -------------------------------------------------------------------------------------------


def f(x: Any, y: Any = 2.0, *more: Any, z: Any = 10.0, **others: Any) -> Any:
    return x * y * z + sum(more) * x + sum(others.values()) * y


@pytest.mark.parametrize(
    ("wrt", "args", "kwargs", "expected"),
    [
        (0, (3.0,), {}, 20.0),
        ("x", (3.0,), {}, 20.0),
        ("y", (3.0, 2.0), {}, 30.0),
        ("y", (3.0,), {"y": 2.0}, 30.0),
        ("y", (3.0,), {}, 30.0),
        (1, (3.0,), {}, 30.0),
        ("z", (3.0,), {}, 6.0),
        (("z", 0), (3.0,), {}, (6.0, 20.0)),
        (0, (), {"x": 3.0}, 20.0),
        (1, (), {"y": 2.0, "x": 3.0}, 30.0),
        (1, (3.0, 2.0), {}, 30.0),
        (-1, (3.0, 2.0), {}, 30.0),
        ("z", (3.0, 2.0), {"z": 10.0}, 6.0),
        (2, (3.0, 2.0, 7.0, 8.0), {}, 3.0),
        ("w", (3.0, 2.0), {"w": 5.0}, 2.0),
        (("x", "z"), (3.0, 2.0), {"z": 10.0}, (20.0, 6.0)),
        ((1, 0), (3.0, 2.0), {}, (30.0, 20.0)),
        ((0,), (3.0,), {}, (20.0,)),
    ],
)
def test_wrt(wrt: Any, args: Any, kwargs: Any, expected: Any) -> None:
    assert cr.grad(f, wrt)(*args, **kwargs) == expected
    value, gradient = cr.value_and_grad(f, wrt)(*args, **kwargs)
    assert (value, gradient) == (f(*args, **kwargs), expected)


@pytest.mark.parametrize("derivative", [cr.grad, cr.value_and_grad, cr.jacobian, cr.hessian, cr.elementwise_grad])
@pytest.mark.parametrize(("wrt", "name"), [((0, 0), "x"), ((0, -2), "x"), ((0, "x"), "x"), (("y", 1, 0), "y")])
def test_an_argument_that_is_named_twice(derivative: Any, wrt: Any, name: str) -> None:
    with pytest.raises(InputError, match=rf"names the argument {name} twice"):
        derivative(lambda x, y: x * y, wrt)(2.0, 3.0)
    with pytest.raises(InputError, match=rf"names the argument {name} twice"):
        cr.check_grad(lambda x, y: x * y, 2.0, 3.0, wrt=wrt)


def test_a_keyword_that_is_named_twice() -> None:
    with pytest.raises(InputError, match=r"wrt=\('y', 'y'\) names the argument y twice"):
        cr.grad(lambda x, y: x * y, ("y", "y"))(2.0, y=3.0)


@pytest.mark.parametrize("wrt", [[0, 1], None, {0}, 1.0, (0, [1]), True, (0, False)])
def test_wrt_that_is_no_position_and_no_name(wrt: Any) -> None:
    with pytest.raises(InputTypeError, match="wrt takes the position of an argument") as caught:
        cr.grad(lambda x, y: x * y, wrt)(2.0, 3.0)
    assert ("; write wrt=(0, 1)" in str(caught.value)) == isinstance(wrt, list)


def test_a_position_that_is_a_number_of_numpy() -> None:
    assert cr.grad(lambda x, y: x * y, np.int64(1))(2.0, 3.0) == 2.0


@pytest.mark.parametrize("wrt", [-2, 2, "more", "others", "nothing", "", (0, 5)])
def test_an_argument_that_was_not_given(wrt: Any) -> None:
    with pytest.raises(InputError, match="was not called with such an argument; the arguments are x"):
        cr.grad(f, wrt)(3.0)


def test_a_default_that_can_only_be_given_by_position_was_not_given() -> None:
    with pytest.raises(InputError, match="wrt='y': by_position was not called with such an argument"):
        cr.grad(by_position, "y")(3.0)
    assert cr.grad(by_position, "y")(3.0, 2.0) == 3.0


def by_position(x: Any, y: Any = 2.0, /) -> Any:
    return x * y


def test_a_default_of_integers_and_of_trees() -> None:
    def scaled(x: Any, y: Any = 3, *, p: Any = {"w": 2.0, "none": None}) -> Any:  # noqa: B006 - it is not written into
        return x * y * p["w"]

    assert cr.grad(scaled, wrt=("y", "p"))(5.0) == (10.0, {"w": 15.0, "none": None})
    assert cr.hessian(scaled, wrt="y")(5.0) == 0.0
    assert cr.check_grad(scaled, 5.0, wrt="y")


@pytest.mark.parametrize("ask", [cr.grad, cr.value_and_grad, cr.elementwise_grad, cr.jacobian, cr.hessian])
def test_an_integer_array_is_named_and_not_the_result(ask: Any) -> None:
    for f in (lambda x: np.sum(x**2), lambda x: np.sum(x * 1.0), lambda x: x.max()):
        with pytest.raises(DifferentiationError, match=r"x is int64 and has no gradient; write x.astype\(float\)"):
            ask(f)(np.arange(3))


# --- dtypes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes_are_kept(dtype: Any) -> None:
    assert cr.grad(lambda x: np.sum(x**2))(np.ones(3, dtype)).dtype == dtype
    assert cr.grad(lambda x: 3 * x**2)(dtype(2)).dtype == dtype
    value, _ = cr.value_and_grad(lambda x: x * 0.5)(dtype(2))
    assert value.dtype == dtype


def test_python_numbers_are_real_numbers() -> None:
    assert cr.grad(lambda x: x**2)(3) == 6.0
    assert cr.grad(lambda p: p["a"] * p["b"])({"a": 2, "b": 3.0}) == {"a": 3.0, "b": 2.0}


@pytest.mark.parametrize("x", [np.array([1, 2]), np.int64(3), np.array([True])])
def test_integer_arrays_have_no_gradient(x: Any) -> None:
    with pytest.raises(DifferentiationError, match=r"has no gradient; write x.astype\(float\)"):
        cr.grad(lambda x: np.sum(x * 1.0))(x)


def test_other_arguments_may_be_anything() -> None:
    def scaled(x: Any, how: str, n: int, index: Any, flag: bool) -> Any:
        return np.sum(x[index]) * n if how == "times" and flag else x

    gradient = cr.grad(scaled)(np.ones(3), "times", 4, np.array([0, 0, 2]), True)
    assert gradient.tolist() == [8.0, 0.0, 4.0]


def test_empty_arrays() -> None:
    assert cr.grad(np.sum)(np.zeros((0, 3))).shape == (0, 3)
    assert cr.grad(lambda x, y: np.sum(x * y), wrt=(0, 1))(np.zeros(0), 2.0)[1] == 0.0


# --- functions ------------------------------------------------------------------------------------------------


class Power:
    def __init__(self, n: float) -> None:
        self.n = n

    def method(self, x: Any) -> Any:
        return np.sum(x**self.n)

    def __call__(self, x: Any) -> Any:
        return self.method(x)


def scaled(factor: Any, x: Any) -> Any:
    return factor * np.sum(x**3)


@pytest.mark.parametrize(
    "g",
    [
        Power(3),
        Power(3).method,
        functools.partial(Power(3).method),
        functools.partial(scaled, 1.0),
        functools.partial(scaled, factor=1.0),
        lambda x: (x**3).sum(),
        lambda x, n=3: np.sum(x**n),
    ],
)
def test_all_kinds_of_callables(g: Any) -> None:
    wrt = "x" if isinstance(g, functools.partial) and g.keywords else 0
    x = np.array([1.0, 2.0])
    gradient = cr.grad(g, wrt)(x=x) if wrt == "x" else cr.grad(g)(x)
    assert gradient.tolist() == [3.0, 12.0]


def test_functions_of_numpy_themselves() -> None:
    assert cr.grad(np.sum)(np.ones(2)).tolist() == [1.0, 1.0]
    assert cr.grad(np.mean)(np.ones(4)).tolist() == [0.25] * 4
    assert cr.grad(np.square)(3.0) == 6.0
    assert cr.grad(cr.functions.sigmoid)(0.0) == 0.25
    assert cr.elementwise_grad(np.sin)(np.array([0.0, np.pi])).tolist() == [1.0, -1.0]


def test_the_gradient_function_has_the_name_and_the_documentation_of_the_function() -> None:
    gradient = cr.grad(scaled)
    assert (gradient.__name__, gradient.__doc__) == (scaled.__name__, scaled.__doc__)


def test_constants_and_unused_arguments() -> None:
    assert cr.grad(lambda x: 3.0)(2.0) == 0.0
    assert cr.grad(lambda x: np.float32(3))(np.ones(2)).tolist() == [0.0, 0.0]
    assert cr.grad(lambda x, y: y * y, wrt=(0, 1))(np.ones(2), 3.0)[0].tolist() == [0.0, 0.0]
    assert cr.grad(lambda x: x)(2.0) == 1.0


@pytest.mark.parametrize("result", [lambda x: x, lambda x: (x[0], x[1]), lambda x: np.argmax(x), lambda x: x > 0])
def test_only_one_real_number_has_a_gradient(result: Any) -> None:
    with pytest.raises(DifferentiationError):
        cr.grad(result)(np.ones(2))


# --- Python inside of functions -------------------------------------------------------------------------------


def newton(a: Any) -> Any:
    x = a
    while abs(x * x - a) > 1e-12:
        x = (x + a / x) / 2
    return x


def factorial_like(x: Any) -> Any:
    return 1.0 if x < 1 else x * factorial_like(x - 1)


def branched(x: Any) -> Any:
    if x > 0:
        return x**2
    return -x


def test_python_control_flow_follows_the_values() -> None:
    np.testing.assert_allclose(cr.grad(newton)(2.0), 0.5 / np.sqrt(2), rtol=1e-12)
    np.testing.assert_allclose(cr.grad(cr.grad(newton))(2.0), -0.25 * 2**-1.5, rtol=1e-9)
    assert cr.grad(factorial_like)(3.5) == 2.5 * 1.5 + 3.5 * 1.5 + 3.5 * 2.5
    assert cr.grad(branched)(3.0) == 6.0
    assert cr.grad(branched)(-3.0) == -1.0
    assert cr.grad(cr.grad(branched))(3.0) == 2.0


def test_the_same_gradient_function_for_other_values_and_shapes() -> None:
    gradient = cr.grad(lambda x: np.sum(branched(np.sum(x)) * x))
    for x in (np.ones(2), -np.ones(3), np.array(2.0)):
        h = 1e-6
        numeric = [
            (gradient.__wrapped__(x + h * e) - gradient.__wrapped__(x - h * e)) / (2 * h)
            for e in (np.eye(x.size).reshape(x.size, *x.shape))
        ]
        np.testing.assert_allclose(np.ravel(gradient(x)), numeric, rtol=1e-7)


# --- gradients inside of gradients ----------------------------------------------------------------------------


def test_a_closure_over_an_outer_variable_does_not_confuse_the_two() -> None:
    assert cr.grad(lambda x: x * cr.grad(lambda y: x * y)(1.0))(3.0) == 6.0
    assert cr.grad(lambda x: x * cr.grad(lambda y: x + y)(1.0))(3.0) == 1.0
    assert cr.grad(lambda x: x * cr.jvp(lambda y: x * y * y, 2.0, 1.0)[1])(3.0) == 24.0
    assert cr.jvp(lambda x: x * cr.grad(lambda y: x * y * y)(2.0), 3.0, 1.0)[1] == 24.0
    assert cr.grad(lambda x: cr.grad(lambda y: cr.grad(lambda z: x * y * z)(1.0) * y)(5.0))(2.0) == 10.0


def test_mixed_partial_derivatives_by_plain_numbers_and_traced_ones() -> None:
    def g(x: Any, y: Any) -> Any:
        return x**2 * y**3

    for first, second in [(0, 1), (1, 0), ("x", "y"), ("y", "x")]:
        assert cr.grad(cr.grad(g, first), second)(2.0, 3.0) == 2 * 2.0 * 3 * 3.0**2
    assert cr.grad(lambda x: cr.grad(g, 1)(x, 3.0))(2.0) == 108.0
    assert cr.grad(lambda x: cr.grad(g, 0)(2.0, 3.0) * x)(7.0) == 108.0


def test_functions_that_use_derivatives_inside() -> None:
    x = np.array([1.0, 2.0])

    def cubes(x: Any) -> Any:
        return np.sum(x**3)

    assert cr.grad(lambda x: np.sum(cr.grad(cubes)(x) ** 2))(x).tolist() == [36.0, 288.0]
    assert cr.grad(lambda x: np.sum(cr.hessian(cubes)(x)))(x).tolist() == [6.0, 6.0]
    assert cr.grad(lambda x: np.sum(cr.jacobian(lambda y: y**2 * x)(x)))(x).tolist() == [4.0, 8.0]
    assert cr.grad(lambda x: np.sum(cr.hvp(cubes, x, x)))(x).tolist() == [12.0, 24.0]
    assert cr.grad(lambda x: cr.value_and_grad(cubes)(x)[0])(x).tolist() == [3.0, 12.0]
    assert cr.grad(lambda x: np.sum(cr.vjp(lambda y: y**2, x)[1](x)[0]))(x).tolist() == [4.0, 8.0]
    assert cr.hessian(lambda x: np.sum(cr.grad(cubes)(x)))(x).tolist() == [[6.0, 0.0], [0.0, 6.0]]


def test_a_function_with_more_than_its_number() -> None:
    (value, extra), gradient = cr.value_and_grad(lambda x: (x * x, {"double": 2 * x}), has_aux=True)(3.0)
    assert (value, extra, gradient) == (9.0, {"double": 6.0}, 6.0)


ASKING = {
    "grad": cr.grad,
    "value_and_grad": cr.value_and_grad,
    "elementwise_grad": cr.elementwise_grad,
    "jacobian": cr.jacobian,
    "hessian": cr.hessian,
    "vjp": lambda f: cr.vjp(f, 2.0),
    "jvp": lambda f: cr.jvp(f, 2.0, 1.0),
    "hvp": lambda f: cr.hvp(f, 2.0, 1.0),
    "trace": lambda f: cr.trace(f, 2.0),
    "check_grad": lambda f: cr.check_grad(f, 2.0),
    "gradient= of check_grad": lambda f: cr.check_grad(np.square, 2.0, gradient=f),
}


@pytest.mark.parametrize("name", ASKING)
def test_what_is_no_function(name: str) -> None:
    with pytest.raises(InputTypeError, match=rf"^{name} takes a function, not the .* write cr.formula\('x\*\*2'\)"):
        ASKING[name]("x**2")
    with pytest.raises(
        InputTypeError, match=rf"^{name} takes a function, not 3 of type int; write .* lambda x: x\*\*2"
    ):
        ASKING[name](3)


def test_pythons_integers_are_real_numbers_and_those_of_numpy_are_integers() -> None:
    assert cr.grad(lambda p: p["n"] * p["w"])({"n": 3, "w": 2.0}) == {"n": 2.0, "w": 3.0}
    assert cr.grad(lambda n: 2.5 * n)(3) == 2.5
    for n in (np.int64(3), np.array([3])):
        with pytest.raises(DifferentiationError, match="int64 and has no gradient"):
            cr.grad(lambda p: np.sum(p["n"]) * p["w"])({"n": n, "w": 2.0})


def test_a_function_without_return() -> None:
    with pytest.raises(DifferentiationError, match="the function returned nothing; end it with return"):
        cr.grad(lambda x: None)(3.0)
