"""Reductions against NumPy, and long sums against exact ones."""

import ctypes
import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from llvmlite import ir

from chainrule.execute.interpret import value_of
from chainrule.execute.llvm.machine_code import Library, load, object_code
from chainrule.execute.llvm.reductions import BLOCK, CHAINS, REDUCTIONS, Accumulator, accumulated_dtype, is_native
from chainrule.execute.llvm.registers import INDEX, store, tail_mask
from chainrule.execute.llvm.registers import load as read
from chainrule.execute.llvm.targets import Target, host
from chainrule.graph.ops import OPS
from elementwise_cases import DTYPES, FLOATS, INTEGERS, loop
from kernels import TARGETS

SOME = [np.dtype(each) for each in (bool, np.int8, np.uint32, np.int64, *FLOATS)]

every = pytest.mark.parametrize("op", REDUCTIONS)
targets = pytest.mark.parametrize("target", TARGETS)
floats = pytest.mark.parametrize("dtype", FLOATS, ids=str)


class Reducer:
    """``void f(x, out, count, period)``: entry i is ``x[i & period]``, so that a little memory makes a long sum."""

    def __init__(self, target: Target, dtypes: list[np.dtype]) -> None:
        module = ir.Module()
        names = [(op, dtype, wide) for op in REDUCTIONS for dtype in dtypes for wide in (False, True)]
        for name in names:
            _write(module, str(name), *name, target)
        self._library: Library = load(object_code(module, target), [str(name) for name in names])

    def __call__(self, op: str, x: np.ndarray, count: int | None = None, *, wide: bool = True) -> Any:
        out = np.empty(1, np.int64 if REDUCTIONS[op].has_position else accumulated_dtype(op, x.dtype))
        kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
        period = -1 if count is None else x.size - 1
        count = x.size if count is None else count
        kind(self._library[str((op, x.dtype, wide))])(x.ctypes.data, out.ctypes.data, count, period)
        return out[0]


def _write(module: ir.Module, name: str, op: str, dtype: np.dtype, wide: bool, target: Target) -> None:
    pointers = [ir.PointerType()] * 2
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [*pointers, INDEX, INDEX]), name)
    x, out, count, period = function.args
    builder = ir.IRBuilder(function.append_basic_block())
    lanes = target.lanes(accumulated_dtype(op, dtype).itemsize) if wide else 1
    accumulator = Accumulator(builder, target, op, dtype, lanes)

    def take(index: Any, mask: Any = None) -> None:
        entries = read(builder, dtype, x, builder.and_(index, period), lanes, mask=mask)
        accumulator.take(entries, mask=mask, position=index)

    def block(start: Any) -> None:
        def step(index: Any) -> None:
            for chain in range(CHAINS):
                take(builder.add(index, INDEX(chain * lanes)))

        loop(builder, start, builder.add(start, INDEX(BLOCK * lanes)), CHAINS * lanes, step)
        accumulator.close_block()

    accumulator.start()
    in_blocks, in_vectors = (builder.sub(count, builder.srem(count, INDEX(n))) for n in (BLOCK * lanes, lanes))
    loop(builder, INDEX(0), in_blocks, BLOCK * lanes, block)
    loop(builder, in_blocks, in_vectors, lanes, take)
    if lanes > 1:
        with builder.if_then(builder.icmp_signed("<", in_vectors, count)):
            take(in_vectors, tail_mask(builder, builder.sub(count, in_vectors), lanes))
    result = np.dtype(np.int64) if REDUCTIONS[op].has_position else accumulated_dtype(op, dtype)
    store(builder, result, accumulator.finish(), out, INDEX(0))
    builder.ret_void()


@cache
def reducer(target: str) -> Reducer:
    return Reducer(TARGETS[target], DTYPES if TARGETS[target] == host() else SOME)


def numpy_value(op: str, x: np.ndarray) -> Any:
    return value_of(op, [x], {"axes": (0,), "keepdims": False})


def assert_same(ours: Any, theirs: Any, op: str, context: object = None) -> None:
    assert ours.dtype == theirs.dtype
    if op in ("sum", "prod") and ours.dtype.kind == "f":
        np.testing.assert_allclose(ours, theirs, rtol=300 * np.finfo(ours.dtype).eps, err_msg=str(context))
    else:
        np.testing.assert_array_equal(ours, theirs, err_msg=str(context))


def entries(dtype: np.dtype, count: int) -> np.ndarray:
    rng = np.random.default_rng(count)
    if dtype.kind == "b":
        return rng.random(count) < 0.9
    if dtype.kind == "f":
        return np.exp(rng.uniform(-0.2, 0.2, count)).astype(dtype)  # a long product neither grows nor shrinks
    return np.frombuffer(rng.bytes(count * dtype.itemsize), dtype)


@every
@targets
@pytest.mark.parametrize("wide", [False, True])
def test_numpy_gives_the_same(op: str, target: str, wide: bool) -> None:
    for dtype in DTYPES if TARGETS[target] == host() else SOME:
        for count in (1, 2, 15, 16, 67, 64 * BLOCK + 77):
            x = entries(dtype, count)
            assert_same(reducer(target)(op, x, wide=wide), numpy_value(op, x), op, (dtype, count))


@pytest.mark.parametrize("op", ["sum", "prod", "any", "all"])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_no_entries(op: str, dtype: np.dtype) -> None:
    x = np.empty(0, dtype)
    for wide in (False, True):
        assert_same(reducer("host")(op, x, wide=wide), numpy_value(op, x), op)


@every
@floats
@targets
def test_special_numbers_at_any_place(op: str, dtype: np.dtype, target: str) -> None:
    infinite, nan = np.inf, np.nan
    rows = [[nan], [infinite], [-infinite], [infinite, -infinite], [nan, infinite], [infinite, nan], [nan, nan], [0.0]]
    size = 2 * BLOCK * TARGETS[target].lanes(dtype.itemsize) + 5  # two blocks, no whole vector, and an end
    for row in rows:
        for places in ([0, 1], [3, 1], [size - 1, size - 2], [size // 2, 7], [40, size - 1]):
            x = np.ones(size, dtype) * (-1 if op == "argmin" else 1)
            for value, place in zip(row, places, strict=False):
                x[place] = value
            with np.errstate(all="ignore"):
                assert_same(reducer(target)(op, x), numpy_value(op, x), op, (row, places))


@every
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_all_entries_the_same(op: str, dtype: np.dtype) -> None:
    """Also where they are the identity."""
    if dtype.kind == "f":
        numbers = [np.inf, -np.inf, np.nan, 0.0]
    elif dtype.kind == "b":
        numbers = [False, True]
    else:
        numbers = [np.iinfo(dtype).min, np.iinfo(dtype).max, 1]
    for number in numbers:
        x = np.full(147, number, dtype)
        for wide in (False, True):
            assert_same(reducer("host")(op, x, wide=wide), numpy_value(op, x), op, number)


@every
def test_lanes_that_are_not_there_do_not_count(op: str) -> None:
    for dtype in DTYPES:
        memory = np.zeros(200, dtype) if op in ("min", "all", "prod", "argmin") else np.full(200, 100, dtype)
        memory[:19] = 1
        assert_same(reducer("host")(op, memory[:19]), numpy_value(op, memory[:19]), op)


@settings(max_examples=10)
@given(st.data())
@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_any_integers(dtype: np.dtype, data: st.DataObject) -> None:
    x = data.draw(arrays(dtype, st.integers(1, 200)))
    for op in REDUCTIONS:
        assert_same(reducer("host")(op, x), numpy_value(op, x), op)


# --- accuracy -----------------------------------------------------------------------------------------------


def error(ours: Any, exact: float) -> float:
    """In units in the last place."""
    return abs(float(ours) - exact) / float(np.spacing(ours.dtype.type(abs(exact))))


@floats
@targets
@pytest.mark.parametrize("values", ["0.1", "uniform", "exponential"])
def test_a_hundred_million_entries(dtype: np.dtype, target: str, values: str) -> None:
    rng = np.random.default_rng(0)
    period = 2**16
    draws = {"0.1": np.full(period, 0.1), "uniform": rng.random(period), "exponential": rng.exponential(1.0, period)}
    x = draws[values].astype(dtype)
    repeats = 1500
    exact = math.fsum(x.tolist()) * repeats
    assert (
        error(reducer(target)("sum", x, repeats * period), exact) <= 8
    )  # equal entries are the worst: all roundings go one way


@floats
def test_cancellation_across_blocks(dtype: np.dtype) -> None:
    """What the great numbers swallow comes back when they are gone."""
    lanes = host().lanes(dtype.itemsize)
    block = BLOCK * lanes
    x = np.ones(3 * block, dtype)
    x[:block], x[2 * block :] = 2.0 ** (np.finfo(dtype).nmant + 1), -(2.0 ** (np.finfo(dtype).nmant + 1))
    assert reducer("host")("sum", x) == block


@floats
def test_overflow_is_infinite(dtype: np.dtype) -> None:
    x = np.full(3 * BLOCK * host().lanes(dtype.itemsize), np.finfo(dtype).max, dtype)
    assert reducer("host")("sum", x) == np.inf
    assert reducer("host")("sum", -x) == -np.inf
    assert reducer("host")("sum", np.full(10**5, 1e-45, np.float32)) == math.fsum([float(np.float32(1e-45))] * 10**5)


# --- the interface ------------------------------------------------------------------------------------------


@every
@targets
def test_a_value_for_each_lane(op: str, target: str) -> None:
    """Rows come one after the other; the lanes are columns."""
    dtype, lanes, rows = np.dtype(np.float32), 4, 2 * BLOCK + 3
    module = ir.Module()
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [ir.PointerType()] * 2), "f")
    x, out = function.args
    builder = ir.IRBuilder(function.append_basic_block())
    accumulator = Accumulator(builder, TARGETS[target], op, dtype, lanes, chains=1)

    def take(row: Any) -> None:
        entries = read(builder, dtype, x, builder.mul(row, INDEX(lanes)), lanes)
        accumulator.take(entries, position=row)

    accumulator.start(INDEX(0))
    loop(builder, INDEX(0), INDEX(2 * BLOCK), 1, take)
    accumulator.close_block()
    loop(builder, INDEX(2 * BLOCK), INDEX(rows), 1, take)
    result = np.dtype(np.int64) if REDUCTIONS[op].has_position else accumulated_dtype(op, dtype)
    store(builder, result, accumulator.finish(join_lanes=False), out, INDEX(0))
    builder.ret_void()
    code = load(object_code(module, TARGETS[target]), ["f"])
    table = entries(dtype, rows * lanes).reshape(rows, lanes)
    values = np.empty(lanes, result)
    ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(code["f"])(table.ctypes.data, values.ctypes.data)
    for lane in range(lanes):
        assert_same(values[lane], numpy_value(op, table[:, lane]), op)


def test_rows_are_reductions_in_order() -> None:
    names = [op.name for op in OPS.values() if op.kind == "reduction"]
    assert list(REDUCTIONS) == [name for name in names if name != "logsumexp"]


def test_what_is_not_native() -> None:
    assert is_native("sum", np.dtype(bool))
    assert not is_native("sum", np.dtype(np.float16))
    assert not is_native("logsumexp", np.dtype(np.float32))
