"""The stable form: what it computes, that it is stable itself, that it stays small, and what it leaves alone."""

import re
import time
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

import chainrule as cr
from chainrule.execute.interpret import interpret
from chainrule.graph import Graph
from chainrule.transforms.identities import IDENTITIES
from chainrule.transforms.stabilize import stabilize

mpmath.mp.dps = 60


def stable(f: Callable[..., Any], *args: Any) -> Graph:
    return stabilize(cr.trace(f, *args)).graph


def ops(graph: Graph) -> list[str]:
    return [node.op.name for node in graph.nodes if node.op.name not in ("input", "constant")]


def numpy_text(formula: str) -> Callable[..., Any]:
    names = {name: getattr(np, name) for name in re.findall(r"[a-z]\w+", formula)}
    return eval(f"lambda x, y: {formula}", names)


ONE_OP = {
    "log(1 + exp(x))": "softplus",
    "log(exp(x) + 1)": "softplus",
    "1/(1 + exp(-x))": "sigmoid",
    "exp(x)/(1 + exp(x))": "sigmoid",
    "exp(x)/(exp(x) + 1)": "sigmoid",
    "exp(x) - 1": "expm1",
    "log(1 + x)": "log1p",
    "log(1 - exp(x))": "log1mexp",
    "log(exp(x) + exp(y))": "logaddexp",
    "(exp(x) - exp(-x))/2": "sinh",
    "0.5*(exp(x) + exp(-x))": "cosh",
    "(exp(x) - exp(-x))/(exp(x) + exp(-x))": "tanh",
    "sqrt(x*x)": "absolute",
    "sqrt(x**2 + y**2)": "hypot",
    "sqrt(x*x + 1)": "hypot",
    "x*log(x)": "xlogy",
    "log(x + sqrt(x**2 + 1))": "arcsinh",
    "log(x + sqrt(x*x - 1))": "arccosh",
    "0.5*log((1 + x)/(1 - x))": "arctanh",
}


@pytest.mark.parametrize("formula", ONE_OP)
def test_formulas_that_are_one_op(formula: str) -> None:
    assert ops(stable(numpy_text(formula), 0.3, 0.7)) == [ONE_OP[formula]]


@pytest.mark.parametrize("formula", ["x + y", "sin(x)*y - x/y", "log(x) + exp(y)", "sqrt(x) - y", "(x + y) - x"])
def test_what_is_stable_stays_as_it_is(formula: str) -> None:
    graph = cr.trace(numpy_text(formula), 0.3, 0.7)
    assert stabilize(graph).graph is graph


HARD = {  # formula: x, what is right there by mpmath
    "log(1 + exp(x))": (1000.0, lambda x: mpmath.log1p(mpmath.exp(x))),
    "log(exp(x) - 1)": (1000.0, lambda x: x),
    "log(1 - exp(x))": (-1e-20, lambda x: mpmath.log(-mpmath.expm1(x))),
    "1 - cos(x)": (1e-9, lambda x: 2 * mpmath.sin(x / 2) ** 2),
    "(1 - cos(x))/x**2": (1e-9, lambda x: 2 * mpmath.sin(x / 2) ** 2 / x**2),
    "sqrt(x + 1) - sqrt(x)": (1e15, lambda x: mpmath.sqrt(x + 1) - mpmath.sqrt(x)),
    "1/(x + 1) - 1/x": (1e12, lambda x: 1 / (x + 1) - 1 / x),
    "log(cosh(x))": (1000.0, lambda x: mpmath.log(mpmath.cosh(x))),
    "log(x + 1) - log(x)": (1e14, lambda x: mpmath.log1p(1 / x)),
    "tan(x + 1e-9) - tan(x)": (1.0, lambda x: mpmath.tan(x + mpmath.mpf(1e-9)) - mpmath.tan(x)),
    "arctan(x + 1) - arctan(x)": (1e9, lambda x: mpmath.atan(x + 1) - mpmath.atan(x)),
    "(x - sin(x))/(x - tan(x))": (1e-5, lambda x: (x - mpmath.sin(x)) / (x - mpmath.tan(x))),
    "1/x - 1/tan(x)": (1e-6, lambda x: 1 / x - 1 / mpmath.tan(x)),
    "(-x + sqrt(x**2 - 4))/2": (1e9, lambda x: (-x + mpmath.sqrt(x**2 - 4)) / 2),
    "(1 + x)**10 - 1": (1e-14, lambda x: (1 + x) ** 10 - 1),
    "log(2*exp(x) + 3*exp(2*x) + 1)": (1000.0, lambda x: 2 * x + mpmath.log(3)),
}


@pytest.mark.parametrize("formula", HARD)
def test_values_gradients_and_second_derivatives(formula: str) -> None:
    point, exact = HARD[formula]
    f = numpy_text(formula)
    found = [interpret(stable(f, point, 1.0), [point, 1.0])[0], cr.grad(f)(point, 1.0), cr.grad(cr.grad(f))(point, 1.0)]
    with mpmath.workdps(400):
        x = mpmath.mpf(point)
        truth = [exact(x), *(mpmath.diff(exact, x, k, h=x * mpmath.mpf(10) ** -150) for k in (1, 2))]
    for value, right in zip(found, truth, strict=True):
        np.testing.assert_allclose(value, float(right), rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("formula", [*ONE_OP, *HARD])
def test_the_stable_form_is_stable(formula: str) -> None:
    once = stable(numpy_text(formula), 0.3, 0.7)
    assert stabilize(once).rewrites == ()


@pytest.mark.parametrize("formula", HARD)
def test_the_stable_form_of_a_gradient_of_a_stable_form_is_stable(formula: str) -> None:
    f = numpy_text(formula)
    once = stable(cr.grad(f), 0.3, 0.7)
    assert stabilize(once).graph == once


def test_deterministic() -> None:
    f = numpy_text("(exp(x) - exp(-x))/(exp(x) + exp(-x)) + log(1 + exp(x*y)) - sqrt(x + 1) + sqrt(x)")
    assert stable(f, 0.3, 0.7) == stable(f, 0.3, 0.7)


def test_shared_parts_stay_shared() -> None:
    def f(x: Any) -> Any:
        e = np.exp(np.sin(x))
        return (e - 1) * np.log(1 + e)

    assert sorted(ops(stable(f, 0.3))) == ["expm1", "multiply", "sin", "softplus"]


def test_a_graph_grows_by_a_small_factor() -> None:
    def f(x: Any) -> Any:
        for _ in range(20):
            x = np.sqrt(x + 1) - np.sqrt(x) + (1 - np.cos(x)) / x
        return x

    graph = cr.trace(f, 0.3)
    assert len(stabilize(graph).graph.nodes) < 8 * len(graph.nodes) + 400


def test_cost() -> None:
    def f(x: Any) -> Any:
        for _ in range(10):
            x = np.log(1 + np.exp(x)) * np.sin(x) / (1 + x * x) - np.sqrt(x * x + 1)
        return x

    f(0.3)
    stable(f, 0.3)
    start = time.perf_counter()
    stable(f, 0.3)
    assert time.perf_counter() - start < 0.2  # ten times what it takes: the machine may be busy


def test_arrays_and_float32() -> None:
    x = np.array([-1000.0, 0.0, 1000.0], np.float32)
    (value,) = interpret(stable(lambda x: np.log(1 + np.exp(x)) - 0 * x, x), [x])
    assert value.dtype == np.float32
    np.testing.assert_allclose(value, [0, np.log(2), 1000], rtol=1e-6)


def test_shapes_that_broadcast() -> None:
    x, y = np.array([[800.0], [-800.0]]), np.array([799.0, 0.0, 1.0])
    f = lambda x, y: np.exp(x) / (np.exp(x) + np.exp(y))  # noqa: E731
    (value,) = interpret(stable(f, x, y), [x, y])
    np.testing.assert_allclose(value, 1 / (1 + np.exp(np.clip(y - x, -700, 700))), rtol=1e-14, atol=1e-300)


def test_a_choice_of_both_is_made_once() -> None:
    """The form as written within ``where`` is not written again."""
    graph = stable(lambda x: np.where(np.abs(x) < 1, np.sin(x) / x, x), 0.5)
    assert ops(graph).count("where") == 1


def test_a_gap_at_zero_is_filled() -> None:
    def f(x: Any) -> Any:
        return np.where(x != 0, np.sin(x) / x, 1)

    assert cr.grad(cr.grad(f))(0.0) == pytest.approx(-1 / 3, rel=1e-15)


def test_decisions_stay_as_they_are() -> None:
    def f(x: Any) -> Any:
        return np.log(1 + np.exp(x)) if 1 + np.exp(x) == 1 else np.exp(x) - 1

    graph = cr.trace(f, 0.5)
    assert stabilize(graph).graph.guards == graph.guards


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda identity: identity.name)
def test_every_identity_says_why(identity: Any) -> None:
    assert identity.name
    assert identity.why
