"""Sums over uses: many picked entries together are the same sum."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.graph import constant
from chainrule.transforms.sums import MANY, added, united

SQUARE = np.arange(1.0, 26.0).reshape(5, 5)


def entries_and_more(x: Any) -> Any:
    picked = sum(x[i, j] ** 2 for i in range(5) for j in range(5))
    rows = sum(np.sum(x[i]) for i in range(-5, 5))
    return picked + rows + np.sum(x * 3) + x[0, 0] * x[0, 0]


def repeated(x: Any) -> Any:
    return sum(x[2, 2] * i for i in range(2 * MANY))


CORNER = np.zeros((5, 5))
CORNER[0, 0] = 2.0
MIDDLE = np.zeros((5, 5))
MIDDLE[2, 2] = sum(range(2 * MANY))


@pytest.mark.parametrize(
    ("f", "gradient"), [(entries_and_more, 2 * SQUARE + 5 + CORNER), (repeated, MIDDLE)], ids=["mixed", "repeated"]
)
def test_gradients_by_many_picks(f: Callable[[Any], Any], gradient: Any) -> None:
    np.testing.assert_array_equal(cr.grad(f)(SQUARE), gradient)
    np.testing.assert_array_equal(cr.grad(f)(SQUARE.astype(np.float32)), gradient)


def test_many_picks_take_one_array_of_the_whole_size() -> None:
    def graph(n: int) -> int:
        step = cr.trace(lambda x: cr.grad(lambda x: sum(x[i] * x[i + 1] for i in range(n)))(x), np.ones(50))
        return sum(node.op.name == "index_add" for node in step.nodes)

    assert graph(40) == 1
    assert graph(MANY // 2 - 1) == 2 * (MANY // 2 - 1)


def test_few_parts_are_added_as_they_are() -> None:
    a, b, c = (constant(value) for value in (1.0, 2.0, 3.0))
    assert added([a]) is a
    assert added([a, b, c]).inputs[1] is c
    assert united([a]) is a
