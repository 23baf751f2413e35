"""Elementwise primitives in machine code: many in one module, since making a module takes longer than its code."""

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.interpret import value_of
from chainrule.execute.llvm.elementwise import emit, is_native
from chainrule.execute.llvm.machine_code import Library, load, object_code
from chainrule.execute.llvm.registers import INDEX
from chainrule.execute.llvm.registers import load as read
from chainrule.execute.llvm.registers import store as write
from chainrule.execute.llvm.targets import Target
from chainrule.graph.ops import OPS
from chainrule.graph.shapes import infer

FLOATS = [np.dtype(each) for each in (np.float32, np.float64)]
INTEGERS = [np.dtype(f"{kind}{size}") for size in (1, 2, 4, 8) for kind in "iu"]
DTYPES = [np.dtype(bool), *INTEGERS, *FLOATS]


@dataclass(frozen=True)
class Case:
    """A primitive for inputs of these dtypes."""

    op: str
    dtypes: tuple[np.dtype, ...]
    dtype: np.dtype

    def __str__(self) -> str:
        return f"{self.op}({', '.join(str(each) for each in self.dtypes)}) -> {self.dtype}"

    def lanes(self, target: Target) -> int:
        """As many as fit where they are widest."""
        return target.lanes(max(each.itemsize for each in (*self.dtypes, self.dtype)))


class Batch:
    """Machine code of cases: ``void f(x, ..., out, count, vectors)``, the first ``vectors`` numbers in vectors."""

    def __init__(self, cases: Sequence[Case], target: Target) -> None:
        module = ir.Module()
        names = {case: f"f{i}" for i, case in enumerate(cases)}
        for case, name in names.items():
            _write(module, name, case, target)
        self._library: Library = load(object_code(module, target), list(names.values()))
        self._names, self._target = names, target

    def __call__(self, case: Case, *inputs: np.ndarray, scalars: bool = False) -> np.ndarray:
        out = np.empty(inputs[0].size, case.dtype)
        lanes = case.lanes(self._target)
        arrays = [*(np.ascontiguousarray(x, t) for x, t in zip(inputs, case.dtypes, strict=True)), out]
        kind = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * len(arrays), ctypes.c_int64, ctypes.c_int64)
        vectors = 0 if scalars else out.size // lanes * lanes
        kind(self._library[self._names[case]])(*(each.ctypes.data for each in arrays), out.size, vectors)
        return out


@dataclass(frozen=True)
class _Typed:
    dtype: np.dtype
    shape: tuple[int, ...] = ()


def case(op: str, *dtypes: Any, params: dict[str, Any] | None = None) -> Case | None:
    """The case, or None where NumPy has none or it is not native."""
    kinds = tuple(np.dtype(each) for each in dtypes)
    given = params or {}
    try:
        value = value_of(op, [np.ones((), each) for each in kinds], given)
    except TypeError:
        return None
    _, dtype = infer(OPS[op], [_Typed(each) for each in kinds], given)
    assert dtype == value.dtype
    return Case(op, kinds, dtype) if is_native(op, kinds, dtype) else None


def loop(builder: ir.IRBuilder, start: Any, stop: Any, step: int, body: Callable[[Any], None]) -> None:
    """Call ``body`` for each index from ``start`` on, below ``stop``."""
    before, head, inside, after = builder.block, *(builder.append_basic_block() for _ in range(3))
    builder.branch(head)
    builder.position_at_end(head)
    index = builder.phi(INDEX)
    index.add_incoming(start, before)
    builder.cbranch(builder.icmp_signed("<", index, stop), inside, after)
    builder.position_at_end(inside)
    body(index)
    index.add_incoming(builder.add(index, INDEX(step)), builder.block)
    builder.branch(head)
    builder.position_at_end(after)


def _write(module: ir.Module, name: str, case: Case, target: Target) -> None:
    pointers = [ir.PointerType()] * (len(case.dtypes) + 1)
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [*pointers, INDEX, INDEX]), name)
    *inputs, out, count, vectors = function.args
    builder = ir.IRBuilder(function.append_basic_block())

    def body(lanes: int) -> Callable[[Any], None]:
        def run(index: Any) -> None:
            values = [read(builder, d, p, index, lanes) for d, p in zip(case.dtypes, inputs, strict=True)]
            write(builder, case.dtype, emit(builder, target, case.op, values, case.dtypes, case.dtype), out, index)

        return run

    loop(builder, INDEX(0), vectors, case.lanes(target), body(case.lanes(target)))
    loop(builder, vectors, count, 1, body(1))
    builder.ret_void()
