"""Reading and writing: every dtype, any stride, any number of lanes at the end, and nothing beside it."""

import ctypes
import mmap
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from llvmlite import ir

from chainrule.execute.llvm.machine_code import Library, load, object_code
from chainrule.execute.llvm.registers import (
    INDEX,
    constant,
    gather,
    has_registers,
    lanes_of,
    register_type,
    scatter,
    splat,
    store,
    tail_mask,
)
from chainrule.execute.llvm.registers import load as read
from elementwise_cases import DTYPES
from kernels import TARGETS

KINDS = [np.dtype(each) for each in (bool, np.int8, np.uint16, np.float32, np.int64, np.float64)]
GUARD = 40  # entries on both sides that must stay
STRIDES: dict[str, Any] = {"1": 1, "0": 0, "3": 3, "-1": -1, "-2": -2, "run time": None}

targets = pytest.mark.parametrize("target", TARGETS)


def name(dtype: np.dtype, stride: str, lanes: int, masked: bool, stores: bool) -> str:
    return f"{dtype} by {stride} in {lanes}{' masked' * masked}{' store' * stores}"


@cache
def library(target: str) -> Library:
    """``void f(x, out, index, stride, count)``: reads one value with the stride or, if it stores, writes it so."""
    module, names = ir.Module(), []
    for dtype in KINDS:
        wide = TARGETS[target].lanes(dtype.itemsize)
        for stride in STRIDES:
            for lanes, masked in ((1, False), (wide, False), (wide, True)):
                for stores in (False, True):
                    if stores and stride == "0":
                        continue
                    names.append(name(dtype, stride, lanes, masked, stores))
                    write(module, names[-1], dtype, STRIDES[stride], lanes, masked, stores)
    return load(object_code(module, TARGETS[target]), names)


def write(
    module: ir.Module, name: str, dtype: np.dtype, known: int | None, lanes: int, masked: bool, stores: bool
) -> None:
    kind = ir.FunctionType(ir.VoidType(), [ir.PointerType(), ir.PointerType(), INDEX, INDEX, INDEX])
    function = ir.Function(module, kind, name)
    x, out, index, stride, count = function.args
    builder = ir.IRBuilder(function.append_basic_block())
    step = stride if known is None else known
    mask = tail_mask(builder, count, lanes) if masked else None
    strides = (1, step) if stores else (step, 1)
    value = read(builder, dtype, x, INDEX(0) if stores else index, lanes, stride=strides[0], mask=mask)
    assert lanes_of(value) == lanes
    store(builder, dtype, value, out, index if stores else INDEX(0), stride=strides[1], mask=mask)
    builder.ret_void()


def call(address: int, x: np.ndarray, out: np.ndarray, index: int, stride: int, count: int) -> None:
    kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int64] * 3)
    kind(address)(x.ctypes.data, out.ctypes.data, index, stride, count)


def memory(dtype: np.dtype, entries: int, byte: int) -> np.ndarray:
    """Entries that are not aligned."""
    return np.full(entries * dtype.itemsize + 1, byte, np.uint8)[1:].view(dtype)


@targets
@pytest.mark.parametrize("stride", STRIDES)
def test_reads_exactly_the_lanes_that_are_there(target: str, stride: str) -> None:
    step = 5 if STRIDES[stride] is None else STRIDES[stride]
    for dtype, lanes, masked, count in variants(target):
        x = entries(dtype, lanes)
        index = x.size // 2
        ours, theirs = memory(dtype, lanes + GUARD, 1), memory(dtype, lanes + GUARD, 1)
        theirs[:count] = x[index + step * np.arange(count)]
        call(library(target)[name(dtype, stride, lanes, masked, False)], x, ours, index, step, count)
        np.testing.assert_array_equal(ours, theirs)


@targets
@pytest.mark.parametrize("stride", [each for each in STRIDES if each != "0"])
def test_writes_exactly_the_lanes_that_are_there(target: str, stride: str) -> None:
    step = 5 if STRIDES[stride] is None else STRIDES[stride]
    for dtype, lanes, masked, count in variants(target):
        x = entries(dtype, lanes)
        index = x.size // 2
        ours, theirs = memory(dtype, x.size, 1), memory(dtype, x.size, 1)
        theirs[index + step * np.arange(count)] = x[:count]
        call(library(target)[name(dtype, stride, lanes, masked, True)], x, ours, index, step, count)
        np.testing.assert_array_equal(ours, theirs)


def variants(target: str) -> Iterator[tuple[np.dtype, int, bool, int]]:
    """dtype, lanes, whether there is a mask, and how many lanes count."""
    for dtype in KINDS:
        wide = TARGETS[target].lanes(dtype.itemsize)
        yield dtype, 1, False, 1
        yield dtype, wide, False, wide
        yield from ((dtype, wide, True, count) for count in (1, wide - 1, wide))


def entries(dtype: np.dtype, lanes: int) -> np.ndarray:
    """Different numbers on both sides of the middle, as far as the strides go."""
    x = memory(dtype, 12 * lanes + 2 * GUARD, 0)
    x[:] = np.arange(x.size) % (2 if dtype.kind == "b" else 127)
    return x


@targets
@pytest.mark.parametrize("stride", ["1", "3"])
def test_nothing_is_touched_where_nothing_may_be(target: str, stride: str) -> None:
    """The last entry lies at the end of a page, and the page after it can be neither read nor written."""
    pages = mmap.mmap(-1, 2 * mmap.PAGESIZE)
    start = np.frombuffer(pages, np.uint8).ctypes.data
    protect = ctypes.CDLL(None).mprotect
    protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    assert protect(start + mmap.PAGESIZE, mmap.PAGESIZE, 0) == 0
    try:
        for dtype, lanes, masked, count in variants(target):
            used = (count - 1) * int(stride) + 1
            x = np.frombuffer(pages, dtype, used, mmap.PAGESIZE - used * dtype.itemsize)
            other = memory(dtype, lanes, 1)
            call(library(target)[name(dtype, stride, lanes, masked, False)], x, other, 0, 0, count)
            call(library(target)[name(dtype, stride, lanes, masked, True)], other, x, 0, 0, count)
            np.testing.assert_array_equal(x[:: int(stride)], other[:count])
    finally:
        protect(start + mmap.PAGESIZE, mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_WRITE)


@targets
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_known_number_of_lanes_made_narrower(target: str, count: int) -> None:
    """LLVM 22 writes one lane in the width that it had before."""
    pairs = [(wide, narrow) for wide in ("i8", "i4", "i2") for narrow in ("i4", "i2", "i1") if narrow < wide]
    module = ir.Module()
    for wide, narrow in pairs:
        function = ir.Function(module, ir.FunctionType(ir.VoidType(), [ir.PointerType()] * 2), wide + narrow)
        builder = ir.IRBuilder(function.append_basic_block())
        x, out = function.args
        lanes = TARGETS[target].lanes(int(wide[1]))
        value = read(builder, np.dtype(wide), x, INDEX(0), lanes)
        short = builder.trunc(value, register_type(np.dtype(narrow), lanes))
        store(builder, np.dtype(narrow), short, out, INDEX(0), mask=tail_mask(builder, INDEX(count), lanes))
        builder.ret_void()
    functions = load(object_code(module, TARGETS[target]), [wide + narrow for wide, narrow in pairs])
    for wide, narrow in pairs:
        x, out = np.full(64, -2, wide), np.zeros(64, narrow)
        written = min(count, TARGETS[target].lanes(x.itemsize))
        kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
        kind(functions[wide + narrow])(x.ctypes.data, out.ctypes.data)
        assert out.tolist() == [-2] * written + [0] * (64 - written), (wide, narrow)


@targets
def test_entries_at_any_places(target: str) -> None:
    dtype, lanes = np.dtype(np.float32), 4
    module = ir.Module()
    kind = ir.FunctionType(ir.VoidType(), [ir.PointerType()] * 3)
    for each in ("gather", "scatter"):
        function = ir.Function(module, kind, each)
        x, out, places = function.args
        builder = ir.IRBuilder(function.append_basic_block())
        indices = read(builder, np.dtype(np.int64), places, INDEX(0), lanes)
        if each == "gather":
            store(builder, dtype, gather(builder, dtype, x, indices), out, INDEX(0))
        else:
            scatter(builder, dtype, read(builder, dtype, x, INDEX(0), lanes), out, indices)
        builder.ret_void()
    code = load(object_code(module, TARGETS[target]), ["gather", "scatter"])
    run = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3)
    x, places = np.arange(10, dtype=dtype), np.array([7, 2, 7, 0])
    out = np.zeros(4, dtype)
    run(code["gather"])(x.ctypes.data, out.ctypes.data, places.ctypes.data)
    np.testing.assert_array_equal(out, x[places])
    out = np.zeros(10, dtype)
    run(code["scatter"])(x[3:].ctypes.data, out.ctypes.data, places.ctypes.data)
    np.testing.assert_array_equal(out, [6, 0, 4, 0, 0, 0, 0, 5, 0, 0])


def test_which_dtypes_have_registers() -> None:
    assert all(has_registers(each) for each in DTYPES)
    assert not any(has_registers(np.dtype(each)) for each in ("f2", "g", "c8", "U3", "O", "M8[s]", ">f4", ">i8"))


def test_booleans_are_bytes_in_memory_and_bits_in_registers() -> None:
    assert str(register_type(np.dtype(bool), 8)) == "<8 x i1>"
    assert str(register_type(np.dtype(np.float32), 1)) == "float"
    assert str(constant(np.dtype(np.uint8), 4, 255)) == "<4 x i8> splat (i8 255)"
    assert str(constant(np.dtype(bool), 1, True)) == "i1 1"


def test_any_byte_but_0_is_true() -> None:
    code = library("host")[name(np.dtype(bool), "1", 1, False, False)]
    for byte in (0, 1, 2, 128):
        out = np.full(1, 7, np.uint8)
        call(code, np.array([byte], np.uint8), out, 0, 1, 1)
        assert out[0] == (byte != 0)


def test_splat_of_one_lane_is_the_number() -> None:
    number = constant(np.dtype(np.int8), 1, 3)
    assert splat(ir.IRBuilder(), number, 1) is number


def test_a_splat_is_written_without_a_word_for_each_lane() -> None:
    function = ir.Function(ir.Module(), ir.FunctionType(ir.VoidType(), [ir.FloatType()]), "f")
    spread = splat(ir.IRBuilder(function.append_basic_block()), function.args[0], 16)
    first = spread.operands[0]
    assert "poison" in str(first)
    assert "splat (i32 0)" in str(spread)
