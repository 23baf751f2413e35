"""Functions around the matrix products of the native engine, so that NumPy can call them."""

import ctypes
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.machine_code import load, object_code
from chainrule.execute.llvm.product import (
    Operand,
    Panels,
    emit_pack,
    emit_product,
    fetch,
    packed_entries,
    scratch_entries,
)
from chainrule.execute.llvm.targets import Target

_INDEX = ir.IntType(64)
_POINTER = ir.PointerType()
_SCALARS = {"float32": ir.FloatType(), "float64": ir.DoubleType()}
_ARGUMENTS = ["begin", "end", "columns", "inner", "a.row", "a.column", "b.row", "b.column", "c.row"]

GUARD = 12345.0


class Product:
    """``void f(a, b, c, scratch, sizes and strides)`` around one product that stores its results in c.

    ``known`` says which of the sizes and strides are built into the code; the others are arguments.
    """

    def __init__(
        self, dtype: Any, target: Target, known: dict[str, int], scratch: bool, packed: bool, fetch: bool = False
    ) -> None:
        self.dtype, self.target, self.known, self.packed = np.dtype(dtype), target, known, packed
        self.module = ir.Module()
        self.consumers = 0
        function = ir.Function(self.module, ir.FunctionType(ir.VoidType(), [_POINTER] * 4 + [_INDEX] * 9), "f")
        self._write(ir.IRBuilder(function.append_basic_block()), scratch, fetch)
        self._library = load(object_code(self.module, target), ["f"])
        kind = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4, *[ctypes.c_int64] * 9)
        self._call = kind(self._library["f"])

    def _write(self, builder: ir.IRBuilder, scratch: bool, fetching: bool) -> None:
        a, b, c, room, *values = builder.function.args
        sizes = {name: self.known.get(name, value) for name, value in zip(_ARGUMENTS, values, strict=True)}
        scalar = _SCALARS[self.dtype.name]
        first = Operand(a, scalar, sizes["a.row"], sizes["a.column"])
        second: Operand | Panels = Operand(b, scalar, sizes["b.row"], sizes["b.column"])
        columns, inner = sizes["columns"], sizes["inner"]
        if self.packed:
            second = emit_pack(builder, self.target, second, columns, inner, room)

        def finish(builder: ir.IRBuilder, i: Any, j: Any, value: ir.Value, mask: ir.Value | None) -> None:
            self.consumers += 1
            offset = builder.add(builder.mul(i, values[-1]), j)
            _store(builder, value, builder.gep(c, [offset], source_etype=scalar), mask)

        def fetch_ahead(builder: ir.IRBuilder, i: Any, j: Any) -> None:
            offset = builder.add(builder.mul(i, values[-1]), j)
            fetch(builder, builder.gep(c, [offset], source_etype=scalar), writes=True)

        rows, extras = (sizes["begin"], sizes["end"]), (room if scratch else None, fetch_ahead if fetching else None)
        emit_product(builder, self.target, first, second, rows, columns, inner, finish, *extras)
        builder.ret_void()

    def __call__(self, a: np.ndarray, b: np.ndarray, begin: int = 0, end: int | None = None) -> np.ndarray:
        """The rows from begin to end of a @ b, in an array where everything else must stay as it was."""
        rows, inner, columns = a.shape[0], a.shape[1], b.shape[1]
        end = rows if end is None else end
        guarded = np.full((rows + 2, columns + 70), GUARD, self.dtype)
        c = guarded[1:-1, 35 : 35 + columns]
        entries = max(
            scratch_entries(self.target, _SCALARS[self.dtype.name], inner, transposed=True),
            packed_entries(self.target, _SCALARS[self.dtype.name], columns, inner),
        )
        room = np.full(entries + 64, GUARD, self.dtype)
        strides = [stride // self.dtype.itemsize for each in (a, b, c) for stride in each.strides][:5]
        values = dict(zip(_ARGUMENTS, [begin, end, columns, inner, *strides], strict=True))
        if a.size and b.size:  # else strides mean nothing
            assert values == values | self.known
        self._call(*(each.ctypes.data for each in (a, b, c, room[32:])), *values.values())
        assert (room[:32] == GUARD).all()
        assert (room[entries + 32 :] == GUARD).all()
        results = c[begin:end].copy()
        c[begin:end] = GUARD
        assert (guarded == GUARD).all()
        return results


@cache
def _product(
    dtype: Any, target: Target, known: tuple[tuple[str, int], ...], scratch: bool, packed: bool, fetch: bool
) -> Product:
    return Product(dtype, target, dict(known), scratch, packed, fetch)


def product(
    dtype: Any, target: Target, *, scratch: bool = True, packed: bool = False, fetch: bool = False, **known: int
) -> Product:
    """A product of these sizes; ``a_row=1`` is the stride that is called ``a.row``."""
    sizes = tuple((name.replace("_", "."), value) for name, value in known.items())
    return _product(dtype, target, sizes, scratch, packed, fetch)


LAYOUTS = {  # strides that are known; how to lay out a matrix so
    "NN": {"a_column": 1, "b_column": 1},
    "TN": {"a_row": 1, "b_column": 1},
    "NT": {"a_column": 1, "b_row": 1},
    "TT": {"a_row": 1, "b_row": 1},
    "any": {},
}


def factors(
    layout: str, rows: int, inner: int, columns: int, dtype: Any, gap: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Two matrices of small integers in a layout, with gaps between their rows."""
    rng = np.random.default_rng(rows * 10007 + inner * 101 + columns)
    step = 2 if layout == "any" else 1
    matrices = []
    for shape, transposed in (((rows, inner), layout[0] == "T"), ((inner, columns), layout[1] == "T")):
        height, width = shape[::-1] if transposed else shape
        memory = rng.integers(-8, 9, (height, step * (width + gap) + 1)).astype(dtype)
        part = memory[:, : step * width : step]
        matrices.append(part.T if transposed else part)
    return matrices[0], matrices[1]


def _store(builder: ir.IRBuilder, value: ir.Value, pointer: ir.Value, mask: ir.Value | None) -> None:
    scalar = value.type.element if isinstance(value.type, ir.VectorType) else value.type
    size = 4 if scalar == ir.FloatType() else 8
    if mask is None:
        builder.store(value, pointer, align=size)
        return
    name = f"llvm.masked.store.v{value.type.count}f{size * 8}.p0"
    kind = ir.FunctionType(ir.VoidType(), [value.type, _POINTER, ir.IntType(32), mask.type])
    function = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
    builder.call(function, [value, pointer, ir.IntType(32)(size), mask])
