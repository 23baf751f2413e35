from llvmlite import ir

from chainrule.execute.llvm.sizes import INDEX, is_one, least, minus, plus, quotient, times


def test_known_sizes_are_computed_while_code_is_written() -> None:
    builder = ir.IRBuilder()
    assert (plus(builder, 2, 3), minus(builder, 2, 3), times(builder, 2, 3)) == (5, -1, 6)
    assert (quotient(builder, 7, 2), least(builder, 2, 3)) == (3, 2)


def test_what_changes_nothing_is_not_written() -> None:
    builder = ir.IRBuilder()
    (x,) = ir.Function(ir.Module(), ir.FunctionType(ir.VoidType(), [INDEX]), "f").args
    assert plus(builder, x, 0) is plus(builder, 0, x) is minus(builder, x, 0) is x
    assert times(builder, x, 1) is times(builder, 1, x) is x
    assert times(builder, x, 0) == times(builder, 0, x) == 0


def test_only_a_known_one_is_one() -> None:
    assert is_one(1)
    assert not is_one(INDEX(1))
