import numpy as np
import pytest

import chainrule as cr
from faithful import check_expression, check_slope, function_of, lines

SMOOTH = lines("""
    np.concatenate([A, B])
    np.concatenate((A, B), axis=-1)
    np.concatenate([A, v], axis=None)
    np.concatenate([E, S])
    np.stack([A, B])
    np.stack([A, B], axis=-1)
    np.stack([s, 2, 3.5])
    np.stack([A[0], [1, 2, 3, 4]])
    np.vstack([A, v])
    np.hstack([A, B])
    np.hstack([u, v])
    np.dstack([A, B])
    np.column_stack([A, u])
    np.block([[A, B], [B, A]])
    np.block([u, v])
    np.block([[S, u[:, None]], [u, s]])
    np.append(A, v)
    np.append(A, B, axis=0)
    np.append(v, 3)
    np.insert(v, 1, 5.0)
    np.insert(v, -1, s)
    np.insert(A, 1, u, axis=1)
    np.insert(A, [0, 2], A[:2], axis=0)
    np.insert(v, [1, 1, 3], [1.0, 2.0, 3.0])
    np.insert(A, 2, A[:1], axis=0)
    np.insert(v, slice(0, 2), s)
    np.insert(A, 3, s)
    np.delete(A, 1, axis=0)
    np.delete(v, [0, 2])
    np.delete(v, slice(0, 2))
    np.delete(A, -1)
    np.split(A, 2, axis=1)
    np.split(A, [1, 3], axis=1)
    np.array_split(v, 3)
    np.array_split(v, [2, 1, 9])
    np.hsplit(A, 2)
    np.hsplit(v, 2)
    np.vsplit(A, 3)
    np.dsplit(T, 2)
    np.unstack(A, axis=1)
""")

STEPS = lines("""
    np.concatenate([A, B], dtype=np.float32)
    np.stack([A, B], dtype=np.float16)
""")


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


def test_unequal_splits_are_an_error() -> None:
    with pytest.raises(ValueError, match="equal division"):
        cr.trace(lambda x: np.split(x, 4), np.zeros(6))


def test_unequal_shapes_are_an_error() -> None:
    with pytest.raises(ValueError, match="same shape"):
        cr.trace(lambda x: np.stack([x, x[1:]]), np.zeros(6))
    with pytest.raises(cr.errors.ShapeError, match="cannot join"):
        cr.trace(lambda x: np.concatenate([x, x[None]]), np.zeros(6))
