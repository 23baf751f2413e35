"""Every elementwise primitive for every dtype against the interpreter, in vectors and in scalars."""

import itertools
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chainrule.execute.interpret import value_of
from chainrule.execute.llvm.elementary import ELEMENTARY
from chainrule.execute.llvm.elementwise import INSTRUCTIONS, is_native
from chainrule.execute.llvm.targets import Target, host
from chainrule.graph.ops import OPS
from elementwise_cases import DTYPES, FLOATS, INTEGERS, Batch, Case, case
from kernels import TARGETS

DEFINED = [name for name in INSTRUCTIONS if name not in ELEMENTARY and name != "astype"]
SOME = [np.dtype(each) for each in (bool, np.int8, np.uint32, np.int64, *FLOATS)]
MIXED = [("int32", "float32"), ("uint8", "int8"), ("bool", "int64"), ("float32", "float64"), ("uint64", "float32")]

every = pytest.mark.parametrize("op", DEFINED)
targets = pytest.mark.parametrize("target", TARGETS)


def numbers(dtype: np.dtype) -> np.ndarray:
    """Special numbers of a dtype and some others."""
    if dtype.kind == "b":
        return np.array([False, True])
    if dtype.kind == "f":
        limits = np.finfo(dtype)
        positive = [0.0, limits.smallest_subnormal, limits.tiny, 0.3, 0.5, 0.7, 1.0, 1.5, 2.5, 3.0, 1e9, limits.max]
        great = [2.0 ** (limits.nmant - 1) + 0.5, 2.0**limits.nmant - 0.5, 2.0**limits.nmant + 1, np.inf, np.nan]
        return np.array([sign * x for x in (*positive, *great) for sign in (1, -1)], dtype)
    limits = np.iinfo(dtype)
    some = [limits.min, limits.min + 1, -7, -3, -2, -1, 0, 1, 2, 3, 7, limits.bits - 1, limits.bits, limits.max]
    return np.array([x for x in some if x >= limits.min], dtype)


def combinations(dtypes: tuple[np.dtype, ...]) -> list[np.ndarray]:
    """Each number of one input with each of the others, the last ones repeated until vectors are full."""
    columns = [each.ravel() for each in np.meshgrid(*(numbers(dtype) for dtype in dtypes), indexing="ij")]
    return [np.tile(each, 1 + 99 // each.size) for each in columns]


def dtypes_for(target: Target) -> list[np.dtype]:
    return DTYPES if target == host() else SOME


@cache
def batch(target: Target) -> tuple[Batch, tuple[Case, ...]]:
    """The cases with inputs of one dtype each, and some with inputs of two."""
    dtypes = [(each,) * 3 for each in dtypes_for(target)]
    pairs = [(np.dtype(a), np.dtype(b)) for a, b in MIXED] if target == host() else []
    rows = [(op, kinds[: OPS[op].arity]) for op in DEFINED for kinds in dtypes]
    rows += [(op, kinds) for op in ("subtract", "maximum", "less", "logical_and") for kinds in pairs]
    cases = tuple(found for op, kinds in rows if (found := case(op, *kinds)))
    return Batch(cases, target), cases


def assert_same(ours: np.ndarray, theirs: np.ndarray, case: Case, inputs: list[np.ndarray]) -> None:
    """The same bits, except that a NaN is a NaN and that processors differ in the maximum of two zeros."""
    assert ours.dtype == theirs.dtype, case
    same = ours == theirs
    if ours.dtype.kind == "f":
        zeros_count = case.op not in ("maximum", "minimum")
        same = same & ~(zeros_count & (np.signbit(ours) != np.signbit(theirs))) | (np.isnan(ours) & np.isnan(theirs))
    wrong = np.flatnonzero(~same)[:5]
    assert wrong.size == 0, (str(case), [x[wrong] for x in inputs], ours[wrong], theirs[wrong])


def check(batch: Batch, case: Case, inputs: list[np.ndarray], **params: Any) -> None:
    theirs = np.asarray(value_of(case.op, inputs, params))
    for scalars in (False, True):
        assert_same(batch(case, *inputs, scalars=scalars), theirs, case, inputs)


def test_every_elementwise_primitive_has_a_row_in_order() -> None:
    assert list(INSTRUCTIONS) == [op.name for op in OPS.values() if op.kind == "elementwise"]


@every
@targets
def test_the_same_bits_as_the_interpreter(op: str, target: str) -> None:
    machine_code, cases = batch(TARGETS[target])
    chosen = [each for each in cases if each.op == op]
    assert chosen
    for each in chosen:
        check(machine_code, each, combinations(each.dtypes))


@targets
def test_astype(target: str) -> None:
    pairs = itertools.product(dtypes_for(TARGETS[target]), repeat=2)
    cases = {pair: case("astype", pair[0], params={"dtype": pair[1]}) for pair in pairs}
    machine_code = Batch([each for each in cases.values() if each], TARGETS[target])
    for (source, dtype), each in cases.items():
        assert each
        x = np.tile(numbers(source), 9)
        if source.kind == "f" and dtype.kind in "iu":
            limits = np.iinfo(dtype)  # the float nearest to the greatest integer may be greater
            machine_code(each, x)  # what is out of range has no defined value, and stops nothing
            x = x[(x >= limits.min) & (x <= limits.max) & (x < 2.0 ** (limits.bits - (dtype.kind == "i")))]
        check(machine_code, each, [x], dtype=dtype)


@pytest.mark.parametrize("op", ELEMENTARY)
def test_elementary_functions_of_integers(op: str) -> None:
    found = case(op, *["float32", "int16"][-OPS[op].arity :])  # type: ignore[operator]
    assert found
    inputs = [np.tile(np.array([1, 2, 3, 1], each), 9) for each in found.dtypes]
    with np.errstate(all="ignore"):
        expected = value_of(op, inputs, {})
    np.testing.assert_allclose(Batch([found], host())(found, *inputs), expected, rtol=1e-6)


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_the_second_one_of_two_zeros_and_the_first_one_of_two_nan(dtype: np.dtype) -> None:
    machine_code, cases = batch(host())
    for op in ("maximum", "minimum"):
        each = next(each for each in cases if each.op == op and each.dtypes == (dtype, dtype))
        x, y = (
            np.tile(np.array(column, dtype), 9)
            for column in ([0.0, -0.0, np.nan, -np.nan], [-0.0, 0.0, -np.nan, np.nan])
        )
        np.testing.assert_array_equal(np.signbit(machine_code(each, x, y)), np.tile([True, False, False, True], 9))


@pytest.mark.parametrize("op", ["negative", "absolute", "where"])
@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_the_sign_of_nan(op: str, dtype: np.dtype) -> None:
    machine_code, cases = batch(host())
    x = np.tile(np.array([np.nan, -np.nan], dtype), 9)
    if op == "where":
        each = case("where", dtype, dtype, dtype)
        assert each
        assert machine_code(each, x * 0 + 1, x, -x).tobytes() == x.tobytes()
        return
    each = next(each for each in cases if each.op == op and each.dtypes == (dtype,))
    assert machine_code(each, x).tobytes() == value_of(op, [x], {}).tobytes()


@settings(max_examples=15)
@given(st.data())
@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_any_integers(dtype: np.dtype, data: st.DataObject) -> None:
    machine_code, cases = batch(host())
    inputs = [data.draw(arrays(dtype, 70)) for _ in range(2)]
    for each in cases:
        if each.dtypes == (dtype, dtype):
            check(machine_code, each, inputs)


@every
def test_what_is_not_native(op: str) -> None:
    half, double = np.dtype(np.float16), np.dtype(np.float64)
    arity = OPS[op].arity or 1
    assert not is_native(op, [half] * arity, half)
    assert not is_native(op, [double.newbyteorder()] * arity, double)
    assert not is_native(op, [np.dtype(np.longdouble)] * arity, double)


def test_powers_of_integers_and_lossless_comparisons_are_not_native() -> None:
    signed, unsigned, answer = np.dtype(np.int64), np.dtype(np.uint64), np.dtype(bool)
    assert not is_native("power", [signed, signed], signed)
    assert not is_native("less", [signed, unsigned], answer)
    assert not is_native("sum", [signed], signed)
    assert is_native("less", [signed, np.dtype(np.float32)], answer)
