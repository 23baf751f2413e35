import ctypes
from functools import cache

import numpy as np
import pytest
from llvmlite import ir

from chainrule.execute.llvm.machine_code import Library, load, object_code
from chainrule.execute.llvm.shuffle import emit_permutation
from chainrule.execute.llvm.targets import host
from chainrule.functions.random import permutation


@cache
def library() -> Library:
    module = ir.Module()
    word = ir.IntType(64)
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [ir.PointerType(), word, word, word]), "f")
    builder = ir.IRBuilder(function.append_basic_block())
    emit_permutation(builder, *function.args)
    emit_permutation(builder, *function.args)  # a module may have it in several places
    builder.ret_void()
    return load(object_code(module, host()), ["f"])


def native(n: int, seed: int, stream: int) -> np.ndarray:
    order = np.full(n + 1, -7, np.int64)
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_uint64, ctypes.c_uint64)(library()["f"])
    call(order.ctypes.data, n, seed, stream)
    assert order[n] == -7  # nothing is written behind the end
    return order[:n]


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 64, 1797, 100_001])
@pytest.mark.parametrize(("seed", "stream"), [(0, 0), (7, 2**32 + 1), (2**64 - 1, 2**64 - 1), (2**32, 2**63)])
def test_the_same_bits_as_numpy(n, seed, stream):
    np.testing.assert_array_equal(native(n, seed, stream), permutation(n, seed, stream))
