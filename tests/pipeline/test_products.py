"""Products with Jacobians and Hessians: forward and reverse mode agree with each other and with differences."""

import math
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import InputError, ShapeError

X, Y = np.array([0.3, -1.2, 2.0]), np.array([[1.0], [0.5]])


def mixed(x: Any, y: Any) -> Any:
    z = np.tanh(x * y) + np.exp(-(x**2))
    return {"rows": np.sum(z, axis=1), "pair": (np.max(z), x[::-1] * 2.0)}


def leaves(result: Any) -> list[Any]:
    return [result["rows"], *result["pair"]]


def test_forward_and_reverse_mode_are_transposes_of_each_other() -> None:
    rng = np.random.default_rng(0)
    tx, ty = rng.normal(size=X.shape), rng.normal(size=Y.shape)
    value, moved = cr.jvp(mixed, (X, Y), (tx, ty))
    upstream = {"rows": rng.normal(size=2), "pair": (0.7, rng.normal(size=3))}
    again, pullback = cr.vjp(mixed, X, Y)
    gx, gy = pullback(upstream)
    assert (gx.shape, gy.shape) == (X.shape, Y.shape)
    through = sum(np.sum(a * b) for a, b in zip(leaves(moved), leaves(upstream), strict=True))
    np.testing.assert_allclose(np.sum(gx * tx) + np.sum(gy * ty), through, rtol=1e-13)
    for one, two, three in zip(leaves(value), leaves(again), leaves(mixed(X, Y)), strict=True):
        np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(one, three)


def test_a_directional_derivative_is_a_difference_quotient() -> None:
    h = 1e-6
    moved = cr.jvp(mixed, (X, Y), (X, Y))[1]
    above, below = mixed(X + h * X, Y + h * Y), mixed(X - h * X, Y - h * Y)
    for one, up, down in zip(leaves(moved), leaves(above), leaves(below), strict=True):
        np.testing.assert_allclose(one, (up - down) / (2 * h), rtol=1e-8, atol=1e-9)


def test_a_pullback_can_be_called_many_times() -> None:
    _, pullback = cr.vjp(lambda x: x**2, X)
    for scale in (1.0, -2.0, 0.0):
        np.testing.assert_array_equal(pullback(np.full(3, scale))[0], 2 * X * scale)


def test_arguments_that_are_not_real_have_no_gradient() -> None:
    value, pullback = cr.vjp(lambda x, n, how: x[n] * 2.0, X, np.array([0, 0, 2]), "fast")
    gx, gn, how = pullback(np.ones(3))
    assert gx.tolist() == [4.0, 0.0, 2.0]
    assert (gn, how) == (None, None)
    assert value.tolist() == [0.6, 0.6, 4.0]


def test_the_pullback_holds_at_the_arguments_as_they_were() -> None:
    x, n, p = np.array([1.0, 2.0]), np.array([3, 4]), {"w": np.array([5.0, 6.0])}
    _, pullback = cr.vjp(lambda x, n, p: x**2 * n * p["w"], x, n, p)
    before = pullback(np.ones(2))
    x[:], n[:], p["w"][:] = 100.0, 100, 100.0
    p["more"] = np.zeros(2)
    for now in (pullback(np.ones(2)), before):
        assert now[0].tolist() == [30.0, 96.0]
        assert now[2]["w"].tolist() == [3.0, 16.0]


def test_the_pullback_of_a_traced_array_holds_at_what_it_was() -> None:
    def f(x: Any) -> Any:
        y = x * 1.0
        _, pullback = cr.vjp(np.square, y)
        y[:] = 100.0
        return np.sum(pullback(np.ones(2))[0])

    assert f(np.array([1.0, 2.0])) == 6.0
    assert cr.grad(f)(np.array([1.0, 2.0])).tolist() == [2.0, 2.0]


def test_one_argument_needs_no_tuple() -> None:
    assert cr.jvp(np.square, 3.0, 1.0) == (9.0, 6.0)
    assert cr.jvp(np.square, (3.0,), (1.0,)) == (9.0, 6.0)
    value, moved = cr.jvp(lambda p: p["a"] * p["b"], {"a": 2.0, "b": 3.0}, {"a": 1.0, "b": 10.0})
    assert (value, moved) == (6.0, 23.0)


def test_a_function_that_does_not_depend_on_its_argument() -> None:
    value, moved = cr.jvp(lambda x: np.ones(2), X, X)
    assert (value.tolist(), moved.tolist()) == ([1.0, 1.0], [0.0, 0.0])
    assert cr.vjp(lambda x: np.ones(2), X)[1](np.ones(2))[0].tolist() == [0.0, 0.0, 0.0]


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def test_the_product_with_the_hessian_is_the_hessian_times_the_vector() -> None:
    v = np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(cr.hvp(rosenbrock, X, v), cr.hessian(rosenbrock)(X) @ v, rtol=1e-13)


def test_products_with_the_hessian_of_several_arguments() -> None:
    def f(x: Any, y: Any) -> Any:
        return np.sum(x) ** 2 * y**3

    vx, vy = cr.hvp(f, (X, 2.0), (np.ones(3), 1.0))
    s = np.sum(X)
    np.testing.assert_allclose(vx, np.full(3, 2 * 3 * 8 + 2 * s * 12), rtol=1e-14)
    np.testing.assert_allclose(vy, 2 * s * 12 * 3 + s**2 * 12, rtol=1e-14)


def test_directions_and_upstream_gradients_have_to_fit() -> None:
    with pytest.raises(ShapeError, match=r"the tangent has shape \[2\] where \[3\] is needed"):
        cr.jvp(np.sin, X, np.ones(2))
    with pytest.raises(InputError, match="the tangent has 1 arrays where 2 are needed"):
        cr.jvp(np.multiply, (X, X), (X,))
    with pytest.raises(ShapeError, match=r"the upstream gradient has shape \[\] where \[3\] is needed"):
        cr.vjp(np.sin, X)[1](1.0)


def test_a_direction_in_which_nothing_moves_may_still_meet_an_infinity() -> None:
    assert math.isinf(cr.jvp(np.sqrt, 0.0, 1.0)[1])
    assert math.isnan(cr.jvp(np.sqrt, 0.0, 0.0)[1])
