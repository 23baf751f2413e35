"""elementwise_grad: right for what works entry by entry, an error for all else, and never a false alarm."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DifferentiationError, ShapeError

Function = Callable[..., Any]

X = np.array([0.3, 1.2, 2.0])


def filled_in_a_loop(x: Any) -> Any:
    y = np.zeros(x.shape, like=x)
    for i in range(3):
        y[i] = x[i] ** 2
    return y


def by_cases(x: Any) -> Any:
    y = x * 1
    y[x > 1] = np.exp(x[x > 1])
    return y


ENTRY_BY_ENTRY: list[Function] = [
    np.sin,
    cr.functions.gelu,
    cr.functions.sigmoid,
    lambda x: x * np.sum(np.ones(3)),
    lambda x: x * X[::-1] / np.linalg.norm(X),
    lambda x: np.where(x > x.mean(), x**2, -x),
    lambda x: np.piecewise(x, [x < 1], [np.sin, np.cos]),
    lambda x: x[::-1][::-1] * x,
    lambda x: np.sin(x[None].T).T[0],
    lambda x: np.concatenate([x[:1], x[1:] ** 2]),
    lambda x: np.polyval([1.0, 2.0, 3.0], x),
    lambda x: np.stack([x, x**2], -1) @ np.array([1.0, 2.0]),
    lambda x: np.exp(x[:, None] * np.arange(3)).sum(1),
    lambda x: np.einsum("i,i->i", x, x),
    lambda x: np.interp(x, [0.0, 5.0], [1.0, 7.0]),
    lambda x: cr.elementwise_grad(lambda y: y**3)(x),
    filled_in_a_loop,
    by_cases,
    lambda x: np.ones(3),
]


@pytest.mark.parametrize("f", ENTRY_BY_ENTRY)
def test_an_elementwise_function_has_the_diagonal_of_its_jacobian(f: Function) -> None:
    slopes = np.array([(f(X + 1e-6 * e) - f(X - 1e-6 * e)) @ e / 2e-6 for e in np.eye(3)])
    np.testing.assert_allclose(cr.elementwise_grad(f)(X), slopes, atol=1e-8)


@pytest.mark.parametrize(
    ("f", "entries"),
    [
        (np.cumsum, r"entries \[0\] to \[2\] of a"),
        (cr.functions.softmax, r"entries \[0\] to \[2\] of x"),
        (cr.functions.log_softmax, r"entries \[0\] to \[2\] of x"),
        (lambda x: x[::-1], r"entry \[2\] of x"),
        (lambda x: x[::-1] * x, r"entries \[0\] to \[2\] of x"),
        (lambda x: x - x.max(), r"entries \[0\] to \[2\] of x"),
        (lambda x: x - x.mean(), r"entries \[0\] to \[2\] of x"),
        (lambda x: x / np.linalg.norm(x), r"entries \[0\] to \[2\] of x"),
        (lambda x: np.roll(x, 1), r"entry \[2\] of x"),
        (lambda x: x @ np.ones((3, 3)), r"entries \[0\] to \[2\] of x"),
        (lambda x: np.exp(x - x.max()) / np.exp(x - x.max()).sum(), r"entries \[0\] to \[2\] of x"),
    ],
)
def test_a_function_that_mixes_entries(f: Function, entries: str) -> None:
    with pytest.raises(ShapeError, match=rf"mixes entries: entry \[0\] of its value depends on {entries}.*jacobian"):
        cr.elementwise_grad(f)(X)


def saturated(x: Any) -> Any:
    shifted = x - np.max(x)
    return np.exp(shifted)


def test_mixing_is_found_where_its_slopes_vanish_and_names_the_line() -> None:
    line = saturated.__code__.co_firstlineno + 1
    with pytest.raises(ShapeError, match=rf"^{__file__}:{line}: saturated mixes entries"):
        cr.elementwise_grad(saturated)(np.array([-1e4, 1e4]))


@pytest.mark.parametrize(
    ("f", "x", "shapes"),
    [
        (np.sum, X, r"a has shape \[3\] and its value \[\]"),
        (lambda x: x * np.ones(3), 2.0, r"x has shape \[\] and its value \[3\]"),
        (lambda x: x + np.ones((2, 3)), X, r"x has shape \[3\] and its value \[2, 3\]"),
        (lambda x: x[:2], X, r"x has shape \[3\] and its value \[2\]"),
    ],
)
def test_a_value_of_another_shape(f: Function, x: Any, shapes: str) -> None:
    with pytest.raises(ShapeError, match=f"does not work entry by entry: {shapes}; write cr.jacobian"):
        cr.elementwise_grad(f)(x)


def test_several_arguments() -> None:
    by_x, by_y = cr.elementwise_grad(lambda x, y: x * y**2, wrt=(0, "y"))(X, 2 * X)
    np.testing.assert_allclose(by_x, 4 * X**2)
    np.testing.assert_allclose(by_y, 4 * X**2)
    assert cr.elementwise_grad(lambda x, y: x * y)(X, 2.0).tolist() == [2.0, 2.0, 2.0]
    with pytest.raises(ShapeError, match=r"y has shape \[\] and its value \[3\]"):
        cr.elementwise_grad(lambda x, y: x * y, wrt=(0, 1))(X, 2.0)


def test_what_has_no_derivative() -> None:
    with pytest.raises(DifferentiationError, match="the function returned bool"):
        cr.elementwise_grad(lambda x: x > 1)(X)
    with pytest.raises(DifferentiationError, match=r"x is int64 and has no gradient; write x.astype\(float\)"):
        cr.elementwise_grad(lambda x: x**2)(np.arange(3))
    with pytest.raises(
        DifferentiationError, match="the function returned 2 arrays; an elementwise function returns one"
    ):
        cr.elementwise_grad(lambda x: (x, x))(X)


def test_within_other_functions() -> None:
    assert cr.grad(lambda x: np.sum(cr.elementwise_grad(lambda y: y**3)(x)))(X).tolist() == (6 * X).tolist()
    assert cr.elementwise_grad(lambda x: cr.elementwise_grad(lambda y: y * x**2)(x))(X).tolist() == (2 * X).tolist()
    with pytest.raises(ShapeError, match="mixes entries"):
        cr.grad(lambda x: np.sum(cr.elementwise_grad(np.cumsum)(x)))(X)


@pytest.mark.parametrize("x", [np.float64(2.0), 2.0, np.ones(0), np.ones((0, 2)), np.float32([1.0, 2.0])])
def test_numbers_empty_arrays_and_dtypes(x: Any) -> None:
    slopes = cr.elementwise_grad(np.square)(x)
    assert np.array_equal(slopes, 2 * np.asarray(x))
    assert slopes.dtype == np.asarray(x).dtype
