import numpy as np
import pytest

import chainrule as cr
from faithful import check_expression, check_slope, check_values, function_of, lines

SMOOTH = lines("""
    np.reshape(A, (4, 3))
    np.reshape(A, (-1, 2))
    np.reshape(A, -1, order="F")
    np.reshape(A, (2, 6), copy=True)
    np.reshape(A.T, -1, order="A")
    A.reshape(2, -1)
    A.reshape((6, 2), order="F")
    np.reshape(E, (-1, 3, 5))
    np.ravel(A)
    np.ravel(A.T, order="A")
    np.ravel(A, order="F")
    A.ravel()
    A.flatten()
    A.flatten("F")
    np.squeeze(A[None, :, :, None])
    np.squeeze(A[None], 0)
    A[:, None].squeeze(1)
    np.expand_dims(A, (0, -1))
    np.atleast_1d(s)
    np.atleast_1d(s, A)
    np.atleast_2d(v)
    np.atleast_2d(A)
    np.atleast_3d(A)
    np.atleast_3d(v)
    np.transpose(T)
    np.transpose(T, (1, -1, 0))
    np.permute_dims(A)
    np.matrix_transpose(T)
    np.linalg.matrix_transpose(T)
    A.T
    T.mT
    T.transpose(2, 0, 1)
    T.transpose((2, 0, 1))
    np.swapaxes(T, 0, -1)
    T.swapaxes(1, 2)
    np.moveaxis(T, 0, -1)
    np.moveaxis(T, (0, 1), (-1, -2))
    np.flip(T)
    np.flip(T, -1)
    np.flip(T, (0, 2))
    np.fliplr(A)
    np.flipud(A)
    np.roll(A, 2)
    np.roll(A, -1, axis=1)
    np.roll(A, (1, 2), axis=(0, 1))
    np.roll(A, 1, axis=(0, 1))
    np.broadcast_to(A, (2, 3, 4))
    np.broadcast_to(s, (3,))
    np.broadcast_to(s, 2)
    np.broadcast_arrays(A, B)
    [each * 1 for each in np.broadcast_arrays(A, v)]
    np.tile(A, 2)
    np.tile(A, (2, 1, 3))
    np.tile(v, (2, 3))
    np.tile(v, 1)
    np.tile(s, 3)
    np.tile(E, (2, 1))
    np.repeat(A, 2)
    np.repeat(A, [1, 0, 2], axis=0)
    np.repeat(A, 3, axis=-1)
    A.repeat(2, 0)
    np.resize(A, (5, 4))
    np.resize(A, 3)
    np.resize(E, 3)
    np.pad(A, 1)
    np.pad(A, ((1, 2), (0, 3)), constant_values=2)
    np.pad(v, (1, 0))
    np.pad(A, 2, mode="edge")
    np.pad(A, ((1, 0), (2, 1)), mode="reflect")
    np.pad(A, 2, mode="symmetric")
    np.pad(A, ((0, 4), (2, 0)), mode="wrap")
    np.meshgrid(u, v)
    np.meshgrid(u, v, s)
    np.meshgrid(u, v, indexing="ij", sparse=True)
    np.copy(A)
    A.copy()
""")

STEPS = lines("""
    np.shape(A)
    np.ndim(T)
""")


@pytest.mark.parametrize("expression", [*SMOOTH, *STEPS])
def test_values_are_those_of_numpy(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))


@pytest.mark.parametrize("axis", range(-3, 3))
@pytest.mark.parametrize("start", range(-3, 4))
def test_rollaxis(axis: int, start: int) -> None:
    x = np.zeros((2, 3, 4))
    graph = cr.trace(lambda x: np.rollaxis(x, axis, start), x)
    assert graph.outputs[0].shape == np.rollaxis(x, axis, start).shape


@pytest.mark.parametrize("turns", range(-1, 5))
@pytest.mark.parametrize("axes", [(0, 1), (1, 0), (-1, 0)])
def test_rot90(turns: int, axes: tuple[int, int]) -> None:
    check_values(lambda x: np.rot90(x, turns, axes), [np.arange(24.0).reshape(2, 3, 4)])


def test_counts_may_be_traced_integers() -> None:
    def f(x: np.ndarray, n: int) -> tuple[np.ndarray, ...]:
        return np.repeat(x, n), np.roll(x, n), np.tile(x, n), np.zeros((n,), like=x), x.reshape(n, -1)

    check_values(f, [np.arange(6.0), 2])


@pytest.mark.parametrize("shape", [(5,), (-1, 5)])
def test_reshaping_to_another_number_of_entries_is_an_error(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="cannot reshape"):
        cr.trace(lambda x: x.reshape(shape), np.zeros(6))


def test_axes_out_of_range_are_an_error_as_in_numpy() -> None:
    for f in (np.sum, np.flip, np.squeeze):
        with pytest.raises(np.exceptions.AxisError):
            cr.trace(lambda x, f=f: f(x, axis=5), np.zeros((2, 1)))
