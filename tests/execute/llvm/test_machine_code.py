import ctypes

import numpy as np
import pytest
from llvmlite import ir

from chainrule.execute.llvm.machine_code import assembly, load, object_code
from chainrule.execute.llvm.targets import host
from kernels import host_kernel

SQUARE_PLUS = """
define double @f(double %x, double %y) {
    %square = fmul double %x, %x
    %sum = fadd double %square, %y
    ret double %sum
}
"""


def test_text_becomes_a_function() -> None:
    library = load(object_code(SQUARE_PLUS, host()), ["f"])
    function = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double, ctypes.c_double)(library["f"])
    assert function(3.0, 1.0) == 10.0


def test_a_product_and_a_sum_are_not_contracted() -> None:
    assert "fma" not in assembly(SQUARE_PLUS, host())


def test_the_same_code_can_be_loaded_twice() -> None:
    code = object_code(SQUARE_PLUS, host())
    first, second = load(code, ["f"]), load(code, ["f"])
    assert first["f"] != second["f"]


@pytest.mark.parametrize("length", [0, 10, 200, -1])
def test_broken_object_code_is_an_error(length: int) -> None:
    with pytest.raises(RuntimeError):
        load(object_code(SQUARE_PLUS, host())[:length], ["f"])


def test_a_missing_name_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="g"):
        load(object_code(SQUARE_PLUS, host()), ["g"])


def test_invalid_code_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="expected"):
        object_code("define double", host())
    module = ir.Module()
    ir.Function(module, ir.FunctionType(ir.VoidType(), []), "f").append_basic_block()
    with pytest.raises(RuntimeError):
        object_code(module, host())


def test_the_floating_point_state_of_the_process_stays() -> None:
    host_kernel("exp", np.float64)(np.linspace(-800, 800, 99))
    assert np.float64(1e-310) * np.float64(0.5) == 5e-311
    assert np.float32(1.0) + np.float32(2**-24) == 1.0
