from typing import Any

import pytest
from llvmlite import ir

from chainrule.execute.llvm.product import Operand
from chainrule.execute.llvm.product.columns import vector_unit
from chainrule.execute.llvm.product.strategy import ROW_BLOCK, Strategy
from chainrule.execute.llvm.sizes import INDEX
from chainrule.execute.llvm.targets import AVX2, AVX512, SSE2, Target

FUNCTION = ir.Function(ir.Module(), ir.FunctionType(ir.VoidType(), [ir.PointerType(), INDEX]), "f")
POINTER, UNKNOWN = FUNCTION.args


def decide(
    a: tuple[Any, Any], b: tuple[Any, Any], rows: Any, columns: Any, inner: Any, target: Target = AVX512
) -> Strategy:
    builder = ir.IRBuilder(FUNCTION.append_basic_block())
    unit = vector_unit(builder, target, ir.FloatType(), columns)
    factors = (Operand(POINTER, ir.FloatType(), *strides) for strides in (a, b))
    return Strategy.of(unit, *factors, (0, rows), columns, inner, scratch=True)


@pytest.mark.parametrize("target", [AVX512, AVX2, SSE2])
def test_heights_make_up_every_number_of_rows(target: Target) -> None:
    for rows in range(1, 60):
        known = decide((64, 1), (32, 1), rows, 32, 64, target).heights
        left = rows
        for height in known:
            assert left >= height
            left %= height
        assert left == 0
    assert decide((64, 1), (32, 1), 0, 32, 64, target).heights == ()
    heights = decide((64, 1), (32, 1), UNKNOWN, 32, 64, target).heights
    assert heights[-1] == 1
    assert ROW_BLOCK % heights[0] == 0


PACKED = {  # strides of the factors, rows, columns, inner -> whether they are packed
    "small": (((64, 1), (128, 1), UNKNOWN, 128, 64), (False, False)),
    "large": (((784, 1), (512, 1), UNKNOWN, 512, 784), (False, True)),
    "large, few rows": (((784, 1), (512, 1), 4, 512, 784), (False, False)),
    "transposed second factor": (((128, 1), (1, 128), UNKNOWN, 64, 128), (False, True)),
    "transposed first factor": (((1, 64), (128, 1), 64, 128, UNKNOWN), (False, False)),
    "transposed, rows far apart": (((1, 784), (512, 1), 784, 512, UNKNOWN), (True, True)),
    "one column": (((1, 784), (1, 1), 784, 1, UNKNOWN), (False, False)),
}


@pytest.mark.parametrize("case", PACKED)
def test_factors_are_packed_where_they_lie_badly(case: str) -> None:
    arguments, expected = PACKED[case]
    strategy = decide(*arguments)
    assert (strategy.pack_a, strategy.pack_b) == expected


def test_one_column() -> None:
    assert decide((256, 1), (1, 1), UNKNOWN, 1, 256).along_inner
    assert decide((1, 256), (1, 1), 256, 1, UNKNOWN).along_rows
    assert not decide((UNKNOWN, UNKNOWN), (1, 1), 256, 1, UNKNOWN).along_rows


def test_only_large_products_get_loops_of_their_own() -> None:
    assert decide((784, 1), (512, 1), UNKNOWN, 512, 784).special
    assert decide((1, 784), (512, 1), 784, 512, UNKNOWN).special
    assert not decide((64, 1), (128, 1), UNKNOWN, 128, 64).special
    assert not decide((UNKNOWN, 1), (512, 1), UNKNOWN, 512, 784).special
