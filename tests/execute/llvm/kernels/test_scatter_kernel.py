"""Assignments through index arrays."""

from typing import Any

import numpy as np
import pytest

from chainrule import grad, trace
from chainrule.execute.llvm.native import NativeFunction
from compiled import Guarded, assert_same
from kernels import TARGETS

targets = pytest.mark.parametrize("target", TARGETS)

X = np.arange(7 * 37.0).reshape(7, 37)
ROWS = np.array([0, -1, 3, 6, 2, 2])
COLUMNS = np.array([4, 0, -5, 1, 4, 4])


@targets
@pytest.mark.parametrize("dtype", ["f4", "f8", "i2", "u8"])
def test_sets_and_additions(target: str, dtype: str) -> None:
    def f(x: Any, i: Any, j: Any, v: Any) -> Any:
        one, two, three, four = (x * 1 for _ in range(4))
        one[i] = v[:6]
        one[:, j] = v[:, :6]
        np.add.at(two, (i, j), v[0, :6])
        np.add.at(two, (slice(1, None, 2), i[:2]), v[:3, :2])
        np.add.at(three, i, v[:6])
        three[i, ::-2] = 7
        np.add.at(four, (i[:, None], j[:3]), 1)
        four[i[0], j] = v[0, :6]
        return one, two, three, four

    x = X.astype(dtype)
    assert_same(f, x, ROWS, COLUMNS, (x[::-1] // 2).astype(dtype), target=TARGETS[target])


def test_the_last_of_several_values_stays_and_all_are_added_in_order() -> None:
    def f(x: Any, i: Any, v: Any) -> Any:
        last, added = x * 1, x * 1
        last[i] = v
        np.add.at(added, i, v)
        return last, added

    i = np.array([1, 1, 1, 0, 0, 1])
    v = np.array([1e16, 1.0, -1e16, 3.0, 4.0, 0.5])  # another order gives another sum
    assert_same(f, np.zeros(3), i, v)


@targets
def test_nothing_is_written_outside_and_it_is_reported(target: str) -> None:
    def f(x: Any, i: Any) -> Any:
        y = x * 1
        y[i] = 0
        np.add.at(y, (slice(None), i), 1.0)
        return y

    for wrong in (7, -8, 2**60):
        i = np.array([0, wrong, 1])
        assert Guarded(trace(f, X, i * 0), (X, i), TARGETS[target]).has_fault


def test_who_calls_gets_the_error_of_numpy() -> None:
    def f(x: Any, i: Any) -> Any:
        y = x * 1
        y[i] = 0
        return y

    function = NativeFunction(trace(f, X, ROWS))
    with pytest.raises(IndexError, match="index 9 is out of bounds"):
        function((X, ROWS + 3))
    assert np.array_equal(function((X, ROWS))[0], f(X, ROWS))


def test_the_gradient_of_a_table_of_vectors() -> None:
    table = np.linspace(-1, 1, 50 * 5).reshape(50, 5)
    numbers = (np.arange(60).reshape(6, 10) * 7) % 50
    assert_same(trace(grad(lambda t: np.sum(np.tanh(t[numbers]) ** 2)), table), table, ulps=8)
