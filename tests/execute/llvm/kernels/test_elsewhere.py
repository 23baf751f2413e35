"""Entries chosen by index arrays, and assignments through slices, inside of other kernels."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from chainrule import grad, trace
from chainrule.execute.llvm.native import NativeFunction
from compiled import Guarded, assert_same, kinds_of
from kernels import TARGETS

targets = pytest.mark.parametrize("target", TARGETS)

X = np.arange(35.0).reshape(7, 5)
Z = np.arange(4 * 5 * 6 * 3, dtype=np.float32).reshape(4, 5, 6, 3)
ROWS, COLUMNS = np.array([0, -1, 3, 6, 2, 2]), np.array([4, 0, -5, 1, 2, 3])
A, B = np.array([[0], [1]]), np.array([1, -1, 2])


@targets
def test_keys_of_arrays(target: str) -> None:
    def f(x: Any, z: Any, i: Any, j: Any, a: Any, b: Any) -> Any:
        return (
            x[i] * 2, x[i, j], x[:, j], x[i[:, None], None, 1:], x[i, 2], x[2, j], x.T[j], x[::-2][a, j[:3]],
            z[a, :, b], z[:, a, b], z[1:, a, ::-2, b], z[0, :, b], z[..., b], z[a, None, b], z[b], z[:, :, a, 0],
            x[i] + x[i[::-1]], x[x[0].astype(int) // 2],
        )  # fmt: skip

    assert_same(f, X, Z, ROWS, COLUMNS, A, B, target=TARGETS[target])


@targets
@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u4", "i8", "u8"])
def test_index_arrays_of_all_integers(target: str, dtype: str) -> None:
    i = np.array([5, 0, 3, 3, 6, 1, 2, 0, 0, 6, 4], dtype)
    assert_same(lambda x, i: (x[i], x[i, i[0] - i[0]], (x > 3)[i]), X, i, target=TARGETS[target])


def test_a_gather_is_part_of_the_kernel_that_uses_it() -> None:
    plan = assert_same(lambda x, i: np.sum((x[i + 1] * 2) ** 2), X, ROWS - 1)
    assert len(kinds_of(plan)) == 2  # i + 1 has a shape of its own
    plan = assert_same(lambda x, i: np.sum(x[i + 1, 2] ** 2), X, ROWS - 1)
    assert kinds_of(plan) == [["add", "index", "square", "sum"]]


@targets
@pytest.mark.parametrize("wrong", [7, -8, 2**62, -(2**63), 2**32])
def test_nothing_is_read_outside_and_it_is_reported(target: str, wrong: int) -> None:
    for place in range(0, 20, 3):
        i = np.zeros(20, np.int64)
        i[place] = wrong
        for f in (lambda x, i: x[i], lambda x, i: x[i, 0] * 2, lambda x, i: x[:, 1][i]):
            assert Guarded(trace(f, X, i * 0), (X, i), TARGETS[target]).has_fault


def test_who_calls_gets_the_error_of_numpy_and_can_go_on() -> None:
    function = NativeFunction(trace(lambda x, i: x[i] * 2, X, ROWS))
    with pytest.raises(IndexError, match="index 7 is out of bounds for axis 0 with size 7"):
        function((X, ROWS + 1))
    (found,) = function((X, ROWS))
    assert np.array_equal(found, X[ROWS] * 2)


def test_an_axis_without_entries() -> None:
    empty = np.zeros((0, 3))
    function = NativeFunction(trace(lambda x, i: x[i], empty, np.zeros(0, np.int64)))
    assert function((empty, np.zeros(0, np.int64)))[0].shape == (0, 3)


# --- windows --------------------------------------------------------------------------------------------------


def assigned(x: Any, v: Any) -> Any:
    y = x * 1.0
    y[1::2] = 0
    y[::-3, 1] += v[::-3, 0]
    y[2, :] = v[0]
    y[0, ::2] = 5
    y[-1] += 1
    y[3:5, 1:4] += v[:2, :3]
    y[1:6:3, ::-2] = v[:2, :3]
    y[4, 4] = 9
    y[None, 5, ..., 2:] = v[:1, 1:4]
    return y * 2


@targets
@pytest.mark.parametrize("dtype", ["f4", "f8", "i4", "i8", "u1", "?"])
def test_assignments_through_slices(target: str, dtype: str) -> None:
    def f(x: Any, v: Any) -> Any:
        y = x | x if x.dtype.kind == "b" else x * x
        y[1:, ::2] = v[1:, ::2]
        y[::-3] = v[::3]
        y[2, 1:3] = v[0, 2:4]
        if x.dtype.kind != "b":
            y[:, -1] += v[:, 0]
        return y

    assert_same(f, X.astype(dtype), X[::-1].astype(dtype), target=TARGETS[target])
    assert_same(assigned, X, X[::-1].copy(), target=TARGETS[target])


@targets
def test_arrays_joined(target: str) -> None:
    def f(x: Any, y: Any) -> Any:
        return (
            np.concatenate([x, x * 2, x[:, :2]], axis=1) + 1, np.stack([x, x + 1]), np.roll(x, 2, axis=0) * 2,
            np.pad(x, ((1, 2), (0, 3))), np.hstack([x, x]), np.concatenate([x[k] * k for k in range(7)] * 3),
            np.concatenate([x.T, y]), np.stack([x[0, k] * 2 for k in range(5)]), np.tile(x, (2, 2)),
            np.concatenate([x > 2, x < 9]), np.concatenate([y[:0], y, y[:, ::-1]]), np.diff(x, axis=0),
        )  # fmt: skip

    assert_same(f, X, X.T.astype(np.float32), target=TARGETS[target])


def test_gradients_of_slices_take_one_pass() -> None:
    def rosenbrock(x: Any) -> Any:
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    for n in (2, 3, 10, 33, 100):
        x = np.linspace(-1, 2, n)
        plan = assert_same(trace(grad(rosenbrock), x), x, ulps=4)
        assert n == 2 or len(plan.groups) == 1  # with two entries the slices are numbers


def test_a_roll_is_two_slices() -> None:
    x = np.linspace(0, 1, 60).reshape(6, 10)
    f = trace(lambda x: np.sum((np.roll(x, 1, 0) - x) ** 2), x)
    assert kinds_of(assert_same(f, x, ulps=4)) == [["index_set", "index_set", "subtract", "square", "sum"]]


# --- any key --------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.data())
def test_any_basic_key(data: st.DataObject) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=9))
    x = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    key = data.draw(hnp.basic_indices(shape, allow_newaxis=True))
    v = -1.0 - np.arange(np.size(x[key]), dtype=np.float64).reshape(np.shape(x[key]))

    def f(x: Any, v: Any) -> Any:
        put, added = x * 1.0, x * 1.0
        put[key] = v
        added[key] += v
        return put, added, x[key] * 2

    assert_same(f, x, v)


@settings(max_examples=25)
@given(st.data())
def test_any_key_of_arrays(data: st.DataObject) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=5))
    common = data.draw(hnp.array_shapes(min_dims=0, max_dims=2, min_side=1, max_side=4))
    key: list[Any] = []
    arrays: list[Any] = []
    for length in shape:
        kind = data.draw(st.sampled_from(["array", "array", "slice", "number", "new"]))
        if kind == "new":
            key.append(None)
        if kind == "array":
            arrays.append(data.draw(hnp.arrays(np.int64, common, elements=st.integers(-length, length - 1))))
            key.append(len(arrays) - 1)
        elif kind == "number":
            key.append(np.array(data.draw(st.integers(-length, length - 1))))
        else:
            key.append(data.draw(st.slices(length)))
    x = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)

    def with_arrays(arrays: Any) -> Any:
        return tuple(arrays[part] if isinstance(part, int) else part for part in key)

    chosen = x[with_arrays(arrays)]
    v = -1.0 - np.arange(chosen.size, dtype=np.float64).reshape(chosen.shape)

    def f(x: Any, v: Any, *arrays: Any) -> Any:
        whole = with_arrays(arrays)
        put, added = x * 1.0, x * 1.0
        put[whole] = 3.0
        np.add.at(added, whole, v)
        return x[whole], put, added

    assert_same(f, x, v, *arrays)
