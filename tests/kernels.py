"""Loops over arrays around the builders of the native engine, so that NumPy can call what they write."""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.elementary import elementary
from chainrule.execute.llvm.elementary.lanes import Lanes, Unit
from chainrule.execute.llvm.machine_code import Library, load, object_code
from chainrule.execute.llvm.targets import AVX2, SSE2, Target, host, runs_here

Builder = Callable[..., Any]

DTYPES = (np.float32, np.float64)

TARGETS = {"host": host()} | {
    name: target
    for name, target in {"AVX2": AVX2, "SSE2": SSE2}.items()
    if runs_here(target) and target.vector_bytes < host().vector_bytes
}

_INDEX = ir.IntType(64)
_POINTER = ir.PointerType()
_SCALARS = {"float32": ir.FloatType(), "float64": ir.DoubleType()}


class Kernel:
    """``void f(const T *x, ..., T *out, int64_t n)`` around one builder, called with arrays.

    Pointers need not be aligned. What does not fill a vector is done by the same formula for scalars.
    """

    def __init__(self, build: Builder, dtype: Any, target: Target, lanes: int, arity: int = 1) -> None:
        self.dtype = np.dtype(dtype)
        self._library: Library = load(object_code(_module(build, self.dtype, lanes, arity), target), ["f"])
        pointers = [ctypes.c_void_p] * (arity + 1)
        self._call = ctypes.CFUNCTYPE(None, *pointers, ctypes.c_int64)(self._library["f"])

    def __call__(self, *inputs: Any) -> np.ndarray:
        arrays = [np.ascontiguousarray(each, self.dtype) for each in inputs]
        out = np.empty_like(arrays[0])
        self.run(*arrays, out)
        return out

    def run(self, *arrays: np.ndarray) -> None:
        """Inputs and output as they are, also where they are not aligned."""
        self._call(*(each.ctypes.data for each in arrays), arrays[-1].size)


def widest(dtype: Any, target: Target) -> int:
    """How many numbers fill a register."""
    return target.lanes(np.dtype(dtype).itemsize)


def lanes_kernel(function: Callable[..., Lanes], dtype: Any, target: Target, arity: int = 1) -> Kernel:
    """A formula in ``Lanes``, in vectors of full width."""

    def build(builder: ir.IRBuilder, *inputs: ir.Value) -> ir.Value:
        unit = Unit(builder, target, inputs[0].type)
        return function(*(Lanes(unit, each) for each in inputs)).value

    return Kernel(build, dtype, target, widest(dtype, target), arity)


@cache
def elementary_kernel(name: str, dtype: Any, target: Target, arity: int = 1) -> Kernel:
    """An elementary function in vectors of full width."""
    return Kernel(elementary(name, target), dtype, target, widest(dtype, target), arity)


def host_kernel(name: str, dtype: Any, arity: int = 1) -> Kernel:
    """An elementary function as it would be compiled for this processor."""
    return elementary_kernel(name, dtype, host(), arity)


def check_values(name: str, *columns: Any) -> None:
    """Compare the values (the last column) at special inputs in all formats, the sign of zero included."""
    for dtype in DTYPES:
        *inputs, expected = (np.tile(np.array(column, dtype), 16) for column in columns)  # enough for vectors
        y = host_kernel(name, dtype, len(inputs))(*inputs)
        np.testing.assert_array_equal(y, expected, err_msg=f"{name}, {dtype.__name__}")
        number = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(y[number]), np.signbit(expected[number]))


def _module(build: Builder, dtype: np.dtype, lanes: int, arity: int) -> ir.Module:
    module = ir.Module()
    kind = ir.FunctionType(ir.VoidType(), [*[_POINTER] * (arity + 1), _INDEX])
    function = ir.Function(module, kind, "f")
    scalar = _SCALARS[dtype.name]
    builder = ir.IRBuilder(function.append_basic_block())
    done: Any = _INDEX(0)
    if lanes > 1:
        done = _loop(builder, build, done, lanes, ir.VectorType(scalar, lanes))
    _loop(builder, build, done, 1, scalar)
    builder.ret_void()
    return module


def _loop(builder: ir.IRBuilder, build: Builder, start: Any, step: int, type: Any) -> Any:
    """From ``start`` on, as long as ``step`` numbers are left; returns where it stopped."""
    *pointers, count = builder.function.args
    before, head, body, after = builder.block, *(builder.append_basic_block() for _ in range(3))
    builder.branch(head)
    builder.position_at_end(head)
    index = builder.phi(_INDEX)
    index.add_incoming(start, before)
    following = builder.add(index, _INDEX(step))
    builder.cbranch(builder.icmp_signed("<=", following, count), body, after)
    builder.position_at_end(body)
    scalar = type.element if step > 1 else type
    *inputs, out = (builder.gep(each, [index], source_etype=scalar) for each in pointers)
    value = build(builder, *(builder.load(each, typ=type, align=1) for each in inputs))
    builder.store(value, out, align=1)
    index.add_incoming(following, builder.block)
    builder.branch(head)
    builder.position_at_end(after)
    return index
