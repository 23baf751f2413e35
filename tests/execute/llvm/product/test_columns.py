import pytest
from llvmlite import ir

from chainrule.execute.llvm.product.columns import WIDEST, Columns, vector_unit
from chainrule.execute.llvm.targets import AVX2, AVX512, SSE2

TARGETS = {"AVX512": (AVX512, 16), "AVX2": (AVX2, 8), "SSE2": (SSE2, 4)}


@pytest.mark.parametrize("target", TARGETS)
def test_blocks_cover_all_columns_once(target: str) -> None:
    processor, lanes = TARGETS[target]
    for count in range(lanes + 1, 300):
        unit = vector_unit(ir.IRBuilder(), processor, ir.FloatType(), count)
        kinds = Columns.of(unit, count).kinds
        ends = [0, *(kind.end for kind in kinds)]
        for kind, begin in zip(kinds, ends, strict=False):
            assert 1 <= kind.width <= WIDEST
            assert kind.end > begin
            assert (kind.end - begin) % (kind.width * lanes) == 0
        assert 0 <= ends[-1] - count < lanes
        assert [kind.masked for kind in kinds] == [False] * (len(kinds) - 1) + [count % lanes > 0]


@pytest.mark.parametrize(("columns", "lanes"), [(1, 1), (2, 2), (3, 4), (8, 8), (10, 16), (16, 16), (100, 16)])
def test_vectors_are_no_longer_than_the_columns_need(columns: int, lanes: int) -> None:
    assert vector_unit(ir.IRBuilder(), AVX512, ir.FloatType(), columns).lanes == lanes


def test_no_columns() -> None:
    unit = vector_unit(ir.IRBuilder(), AVX512, ir.FloatType(), 0)
    assert Columns.of(unit, 0).kinds == ()
