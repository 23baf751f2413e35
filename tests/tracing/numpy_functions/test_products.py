import numpy as np
import pytest

import chainrule as cr
from faithful import check_expression, check_slope, function_of, lines

SMOOTH = lines("""
    np.dot(A, v)
    np.dot(v, v)
    np.dot(A, B.T)
    np.dot(s, A)
    np.dot(A, T.mT)
    np.dot(T, T.mT)
    A.dot(v)
    A @ v
    T @ v
    u @ A
    A @ T.mT
    E @ S
    E.T @ E
    np.ones((2, 3)) @ A
    np.matmul(A, B.T)
    np.linalg.matmul(A, B.T)
    np.vdot(A, B)
    np.inner(A, B)
    np.inner(v, v)
    np.inner(T, A)
    np.inner(s, v)
    np.outer(u, v)
    np.outer(A, v)
    np.linalg.outer(u, v)
    np.multiply.outer(u, A)
    np.tensordot(A, B)
    np.tensordot(A, B.T, axes=([0, 1], [1, 0]))
    np.tensordot(u, v, 0)
    np.tensordot(T, A, axes=(-1, -1))
    np.linalg.tensordot(A, v, axes=1)
    np.kron(A, B)
    np.kron(u, A)
    np.kron(s, A)
    np.cross(S, S.T)
    np.cross(A, B, axis=0)
    np.cross(S, u)
    np.cross(S, S, axisb=0, axisc=0)
    np.linalg.cross(S, S.T)
    np.vecdot(A, v)
    np.linalg.vecdot(A, B, axis=0)
    np.linalg.multi_dot([A, B.T, u])
    np.einsum("ij,jk->ik", A, B.T)
    np.einsum("ij,jk", A, B.T)
    np.einsum("ij->", A)
    np.einsum("ij -> ji", A)
    np.einsum("i,j->ij", u, v)
    np.einsum("ii", S)
    np.einsum("ii->i", S)
    np.einsum("iij->j", np.stack([S, S, S]))
    np.einsum("...j,j->...", T, v)
    np.einsum("...ij,...jk->...ik", T, T.mT)
    np.einsum("b...->...b", T)
    np.einsum("ij,kj,lj->ikl", A, B, A)
    np.einsum("i,->i", u, s)
    np.einsum("ij,ij->i", A[:1], B)
    np.einsum("ij,j", A, v)
    np.einsum("ij,ij->j", E, E)
""")

STEPS = lines("""
    np.vecdot(A > 0, B > 0)
""")


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


def test_products_that_do_not_fit_are_errors_that_name_the_shapes() -> None:
    with pytest.raises(cr.errors.ShapeError, match=r"\[3\] and \[2, 2\]: 3 columns meet 2 rows"):
        cr.trace(lambda x: x @ np.ones((2, 2)), np.ones(3))
    with pytest.raises(ValueError, match="shape-mismatch"):
        cr.trace(lambda x: np.tensordot(x, x, 1), np.ones((2, 3)))
    with pytest.raises(cr.errors.ShapeError, match="axis j is 3 long and 2 long"):
        cr.trace(lambda x: np.einsum("ij,jk", x, x), np.ones((2, 3)))


def test_forms_that_are_not_traced_say_what_to_write() -> None:
    with pytest.raises(cr.errors.TraceError, match=r"write x\[0\] \* y\[1\]"):
        cr.trace(lambda x: np.cross(x, x), np.ones(2))
    with pytest.raises(cr.errors.TraceError, match="subscripts as text"):
        cr.trace(lambda x: np.einsum(x, [0], x, [0]), np.ones(2))
