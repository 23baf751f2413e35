"""Products of vectors, matrices and stacks of them."""

from typing import Any

import numpy as np
import pytest

from compiled import assert_same, kinds_of
from kernels import TARGETS


def integers(*shape: int) -> Any:
    """Small integers, whose products have exact sums."""
    return ((np.arange(np.prod(shape)) * 37) % 11 - 5.0).reshape(shape)


PAIRS = [
    ((3, 4, 5), (3, 5, 6)), ((3, 4, 5), (5, 6)), ((4, 5), (2, 3, 5, 6)), ((5,), (2, 3, 5, 6)),
    ((2, 1, 4, 5), (3, 5, 6)),
    ((2, 3, 4, 5), (5,)), ((3, 4, 5), (5,)), ((7,), (7,)), ((4, 7), (7,)), ((7,), (7, 4)), ((3, 1), (1, 4)),
    ((0, 4, 5), (0, 5, 6)), ((3, 4, 0), (3, 0, 6)), ((3, 0), (0, 6)), ((2, 0, 3), (3, 4)), ((1, 1), (1, 1)),
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_shapes(target: str, dtype: str) -> None:
    arrays = [integers(*shape).astype(dtype) for pair in PAIRS for shape in pair]

    def f(*arrays: Any) -> Any:
        return tuple(a @ b for a, b in zip(arrays[::2], arrays[1::2], strict=True))

    assert_same(f, *arrays, target=TARGETS[target])


def test_what_follows_a_stack_of_products_is_computed_with_it() -> None:
    plan = assert_same(lambda a, b, c: (a @ b + c) * 2, integers(2, 3, 4, 5), integers(3, 5, 7), integers(7))
    assert kinds_of(plan) == [["matmul", "add", "multiply"]]


def test_transposed_stacks_and_constants() -> None:
    a, b = integers(3, 5, 40), integers(3, 60, 5)
    assert_same(lambda a, b: a.transpose(0, 2, 1) @ b.transpose(0, 2, 1), a, b)
    assert_same(lambda a: (np.ones(5) @ a, np.full((2, 5), 3.0) @ a, a @ np.ones((40, 2)), a @ np.zeros(40)), a)


def test_one_column_of_a_tall_matrix() -> None:
    x, r = integers(3000, 50), integers(3000)
    plan = assert_same(lambda x, r: x.T @ r, x, r)
    assert kinds_of(plan) == [["multiply", "sum"]]


def test_a_column_left_over_when_rows_are_packed() -> None:
    assert_same(lambda a, b: a.T @ b, integers(20000, 50), integers(20000, 3))
