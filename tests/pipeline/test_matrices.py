"""Jacobians and Hessians: shapes of all kinds, by rows and by columns, against differences."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DifferentiationError

A = np.array([[1.0, -2.0, 0.5], [0.3, 0.7, -1.1]])
X = np.array([0.4, -0.8, 1.3])


def differences(f: Any, x: Any) -> Any:
    """The Jacobian by central differences."""
    x = np.asarray(x, dtype=float)
    h = 1e-6
    columns = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size).reshape(x.size, *x.shape)]
    value = np.shape(f(x))
    return np.stack(columns, axis=-1).reshape((*value, *x.shape)) if columns else np.zeros((*value, *x.shape))


CASES: list[tuple[Any, Any]] = [
    (lambda x: A @ x, X),
    (lambda x: A.T @ x, np.array([0.3, 0.9])),
    (lambda x: np.sum(np.sin(x)), X),
    (np.sin, 0.3),
    (lambda x: x * np.array([1.0, 2.0, 3.0]), 0.3),
    (lambda x: np.exp(x) * x[0, 0], A),
    (lambda x: np.stack([x, x**2, x**3]), X),
    (lambda x: x[:0], X),
    (lambda x: np.ones(2), X),
    (lambda x: np.sum(x) * np.ones(2), np.zeros(0)),
    (cr.functions.softmax, X),
]


@pytest.mark.parametrize(("f", "x"), CASES)
def test_jacobians(f: Any, x: Any) -> None:
    jacobian = cr.jacobian(f)(x)
    expected = differences(f, x)
    assert jacobian.shape == expected.shape
    np.testing.assert_allclose(jacobian, expected, rtol=1e-8, atol=1e-9)


def test_trees_of_jacobians() -> None:
    def f(p: Any, y: Any) -> Any:
        return {"product": p["a"] * y, "sum": p["b"] + y[0]}

    jacobian = cr.jacobian(f, wrt=("p", "y"))({"a": 2.0, "b": 3.0}, np.array([5.0, 7.0]))
    by_p, by_y = jacobian["product"]
    assert by_p["a"].tolist() == [5.0, 7.0]
    assert by_p["b"].tolist() == [0.0, 0.0]
    assert by_y.tolist() == [[2.0, 0.0], [0.0, 2.0]]
    by_p, by_y = jacobian["sum"]
    assert by_p == {"a": 0.0, "b": 1.0}
    assert by_y.tolist() == [1.0, 0.0]


def test_hessians() -> None:
    def f(x: Any) -> Any:
        return np.exp(x[0] * x[1]) * np.sin(x[2]) + np.sum(x**3)

    np.testing.assert_allclose(cr.hessian(f)(X), differences(cr.grad(f), X), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(cr.hessian(f)(X), cr.hessian(f)(X).T, rtol=1e-14)
    third = cr.jacobian(cr.hessian(f))(X)
    np.testing.assert_allclose(third, differences(cr.hessian(f), X), rtol=1e-7, atol=1e-7)


def test_hessian_of_a_matrix_argument_and_of_several_arguments() -> None:
    assert cr.hessian(lambda W: np.sum(W**2))(A).shape == (2, 3, 2, 3)
    blocks = cr.hessian(lambda x, y: x**2 * y**3, wrt=(0, 1))(2.0, 3.0)
    assert blocks == ((54.0, 108.0), (108.0, 72.0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_kept(dtype: Any) -> None:
    assert cr.jacobian(np.sin)(X.astype(dtype)).dtype == dtype
    assert cr.jacobian(lambda x: np.concatenate([x, x]))(X.astype(dtype)).dtype == dtype
    assert cr.hessian(lambda x: np.sum(x**3))(X.astype(dtype)).dtype == dtype


def test_jacobians_by_integers_do_not_exist() -> None:
    with pytest.raises(DifferentiationError, match="has no gradient"):
        cr.jacobian(np.sin)(np.array([1, 2]))


def test_derivatives_of_numbers_by_numbers_are_numbers() -> None:
    found = [cr.jacobian(lambda x: x * x)(3.0), cr.hessian(lambda x: x**3)(3.0), cr.grad(lambda x: x * x)(3.0)]
    found += [each for row in cr.hessian(lambda x, y: x * y, wrt=(0, 1))(1.0, 2.0) for each in row]
    assert [type(each) for each in found] == [np.float64] * 7
    assert found == [6.0, 18.0, 6.0, 0.0, 1.0, 1.0, 0.0]
    assert cr.jacobian(lambda x: x * np.ones((2, 1)))(3.0).shape == (2, 1)
    assert cr.jacobian(lambda x: np.sum(x))(np.ones((2, 1))).shape == (2, 1)
