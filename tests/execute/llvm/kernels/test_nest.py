"""Loops over entries, and reductions."""

import itertools
from typing import Any

import numpy as np
import pytest

from compiled import assert_same
from kernels import TARGETS

SHAPES = [(), (1,), (5,), (3, 4), (2, 3, 4), (1, 1, 1), (2, 1, 40), (65, 3), (3, 65), (0,), (3, 0), (0, 3)]
targets = pytest.mark.parametrize("target", TARGETS)


def some(shape: tuple[int, ...], dtype: str) -> Any:
    numbers = (np.arange(np.prod(shape)) * 37) % 5 - 2
    return numbers.reshape(shape).astype(dtype)


def reductions(x: Any) -> list[Any]:
    found: list[Any] = []
    for axes in (c for r in range(x.ndim + 1) for c in itertools.combinations(range(x.ndim), r)):
        ops = [np.sum, np.prod, np.any, np.all] + ([] if 0 in x.shape else [np.max, np.min])
        found += [op(x, axis=axes, keepdims=keepdims) for op in ops for keepdims in (False, True)]
    if x.ndim and 0 not in x.shape:
        found += [op(x, axis=axis) for op in (np.argmax, np.argmin) for axis in (None, 0, -1)]
    return found


@pytest.mark.parametrize(
    ("target", "dtype"),
    [*[(target, "f4") for target in TARGETS], *[("host", dtype) for dtype in ("f8", "i4", "u1", "?")]],
)
def test_reductions_over_all_axes(target: str, dtype: str) -> None:
    arrays = [some(shape, dtype) for shape in SHAPES]
    assert_same(lambda *arrays: tuple(each for x in arrays for each in reductions(x)), *arrays, target=TARGETS[target])


def test_reductions_of_views() -> None:
    arrays = [some(shape, "f8") for shape in ((2, 3, 9), (3, 65), (65, 3))]
    views = (lambda x: x.T, lambda x: x[..., ::-2])
    assert_same(lambda *arrays: tuple(each for x in arrays for view in views for each in reductions(view(x))), *arrays)


@targets
@pytest.mark.parametrize("shape", [(1200, 13), (1200, 50), (2, 1100, 9), (5000, 3)])
def test_few_columns_of_many_rows(target: str, shape: tuple[int, ...]) -> None:
    x = some(shape, "f8")
    assert_same(
        lambda x: (np.sum(x, axis=-2), np.max(x, axis=-2), np.sum(x.T, axis=-1), np.sum(x * 2, axis=-1)),
        x,
        target=TARGETS[target],
    )


@targets
@pytest.mark.parametrize("dtype", ["f8", "f4", "i2"])
@pytest.mark.parametrize("shape", [(67, 129), (3, 70, 80)])
def test_transposed_copies(target: str, dtype: str, shape: tuple[int, ...]) -> None:
    x = some(shape, dtype)
    assert_same(
        lambda x, y: (x.T * 2, x.T + y, (x.T + y).sum(), np.swapaxes(x, -1, -2).reshape(-1) + 1),
        x,
        x.T.copy(),
        target=TARGETS[target],
    )
