import math
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.execute.llvm.machine_code import assembly
from chainrule.execute.llvm.product.strategy import ROW_BLOCK
from kernels import DTYPES, TARGETS, widest
from products import LAYOUTS, Product, factors, product

dtypes = pytest.mark.parametrize("dtype", DTYPES)
targets = pytest.mark.parametrize("target", TARGETS)
layouts = pytest.mark.parametrize("layout", LAYOUTS)


@targets
@dtypes
@layouts
@settings(max_examples=20)
@given(rows=st.integers(0, 40), inner=st.integers(0, 40), columns=st.integers(0, 70), data=st.data())
def test_sizes_that_are_not_known(
    target: str, dtype: Any, layout: str, rows: int, inner: int, columns: int, data: Any
) -> None:
    a, b = factors(layout, rows, inner, columns, dtype, gap=data.draw(st.integers(0, 3)))
    begin = data.draw(st.integers(0, rows))
    end = data.draw(st.integers(begin, rows))
    kernel = product(dtype, TARGETS[target], **LAYOUTS[layout])
    np.testing.assert_array_equal(kernel(a, b, begin, end), (a @ b)[begin:end])


def some_columns(dtype: Any, target: str) -> list[int]:
    lanes = widest(dtype, TARGETS[target])
    return [0, 1, 3, lanes - 1, lanes, lanes + 1, 5 * lanes - 1]


@targets
@dtypes
@layouts
def test_columns_that_are_known(target: str, dtype: Any, layout: str) -> None:
    for columns in some_columns(dtype, target):
        kernel = product(dtype, TARGETS[target], columns=columns, **LAYOUTS[layout])
        for rows in (0, 1, 7, 9, 29, 67):
            for inner in (0, 1, 5, 37):
                a, b = factors(layout, rows, inner, columns, dtype)
                np.testing.assert_array_equal(kernel(a, b), a @ b)


@targets
@dtypes
@layouts
@pytest.mark.parametrize("shape", [(4, 2, 8), (1, 70, 33), (8, 8, 1), (3, 0, 5), (0, 3, 3)])
def test_all_sizes_known(target: str, dtype: Any, layout: str, shape: tuple[int, int, int]) -> None:
    rows, inner, columns = shape
    a, b = factors(layout, rows, inner, columns, dtype)
    sizes = {"begin": 0, "end": rows, "inner": inner, "columns": columns}
    np.testing.assert_array_equal(product(dtype, TARGETS[target], **sizes, **LAYOUTS[layout])(a, b), a @ b)


@targets
@dtypes
@pytest.mark.parametrize("layout", ["NN", "TN", "NT", "any"])
@pytest.mark.parametrize("columns", [1, 10, 70])
def test_a_row_has_the_same_bits_wherever_it_is_computed(target: str, dtype: Any, layout: str, columns: int) -> None:
    a, b = irrational(*factors(layout, 101, 37, columns, dtype))
    kernel = product(dtype, TARGETS[target], columns=columns, **LAYOUTS[layout])
    whole = kernel(a, b)
    for begin, end in [(0, 1), (3, 101), (7, 8), (8, 30), (50, 100), (100, 101)]:
        assert bits(kernel(a, b, begin, end)) == bits(whole[begin:end])
    alone = product(dtype, TARGETS[target], begin=5, end=6, inner=37, columns=columns, **LAYOUTS[layout])
    assert bits(alone(a, b, 5, 6)) == bits(whole[5:6])


@targets
@dtypes
def test_packing_does_not_change_bits(target: str, dtype: Any) -> None:
    a, b = irrational(*factors("NN", 50, 37, 70, dtype))
    far = np.zeros((2, 70, 2100), dtype)  # rows so far apart that both factors are packed
    far[0, :37, :50], far[1, :37, :70] = a.T, b
    strides = {"a_row": 1, "a_column": 2100, "b_row": 2100, "b_column": 1}
    packed = product(dtype, TARGETS[target], columns=70, **strides)(far[0, :37, :50].T, far[1, :37, :70])
    plain = product(dtype, TARGETS[target], scratch=False, columns=70, **LAYOUTS["NN"])(a, b)
    assert bits(packed) == bits(plain)


@targets
@dtypes
@layouts
@pytest.mark.parametrize("columns", [0, 1, 70, None])
def test_a_factor_can_be_packed_once(target: str, dtype: Any, layout: str, columns: int | None) -> None:
    known = LAYOUTS[layout] | ({} if columns is None else {"columns": columns})
    kernel = product(dtype, TARGETS[target], scratch=False, packed=True, **known)
    for inner in (0, 1, 3, 20):
        a, b = factors(layout, 13, inner, 41 if columns is None else columns, dtype)
        np.testing.assert_array_equal(kernel(a, b), a @ b)


@targets
@dtypes
def test_more_rows_than_are_packed_at_once(target: str, dtype: Any) -> None:
    a, b = factors("TN", 2 * ROW_BLOCK + 19, 3, 33, dtype)
    kernel = product(dtype, TARGETS[target], columns=33, a_row=1, a_column=a.shape[0] + 1, b_row=34, b_column=1)
    a = np.pad(a.T, ((0, 0), (0, 1)))[:, :-1].T  # another row is another distance
    np.testing.assert_array_equal(kernel(a, np.pad(b, ((0, 0), (0, 1)))[:, :-1]), a @ b)


@targets
@dtypes
@pytest.mark.parametrize("layout", ["NN", "TN"])
def test_errors_are_those_of_one_rounding_each(target: str, dtype: Any, layout: str) -> None:
    for columns in (1, 20):
        a, b = irrational(*factors(layout, 9, 50, columns, dtype))
        result = product(dtype, TARGETS[target], columns=columns, **LAYOUTS[layout])(a, b)
        bound = 50 * np.finfo(dtype).eps * (abs(a).astype(float) @ abs(b).astype(float))
        exact = [
            [
                math.fsum(
                    x * y
                    for x, y in zip(map(Fraction, map(float, row)), map(Fraction, map(float, column)), strict=True)
                )
                for column in b.T
            ]
            for row in a
        ]
        assert (abs(result - np.array(exact)) <= bound).all()


@targets
@dtypes
@pytest.mark.parametrize("columns", [1, 20])
def test_not_a_number_and_infinity(target: str, dtype: Any, columns: int) -> None:
    a, b = np.ones((9, 30), dtype), np.ones((30, columns), dtype)
    a[0, 3], a[1, 4], a[2, 5], a[4, 29] = np.nan, np.inf, -np.inf, np.inf
    b[29] = 0
    result = product(dtype, TARGETS[target], columns=columns, **LAYOUTS["NN"])(a, b)
    expected = np.full((9, columns), 29, dtype)
    expected[[0, 1, 2, 4]] = np.array([[np.nan], [np.inf], [-np.inf], [np.nan]])
    np.testing.assert_array_equal(result, expected)


@targets
@dtypes
@pytest.mark.parametrize("columns", [16, 20, 40, 70, None])
def test_the_consumer_is_written_at_most_twice(target: str, dtype: Any, columns: int | None) -> None:
    known = LAYOUTS["NN"] | ({} if columns is None else {"columns": columns})
    assert 1 <= product(dtype, TARGETS[target], **known).consumers <= 2


def test_a_factor_that_must_be_packed_needs_room() -> None:
    with pytest.raises(ValueError, match="scratch"):
        Product(np.float32, TARGETS["host"], {"columns": 20, "b.row": 1, "a.column": 1}, scratch=False, packed=False)


def test_a_tile_keeps_its_sums_in_registers() -> None:
    kernel = product(np.float32, TARGETS["host"], columns=64, **LAYOUTS["NN"])
    loops = re.findall(
        r"^(\.LBB\d+_\d+):((?:(?!^\S).*\n)*?)\s+j\w+\s+\1$", assembly(kernel.module, TARGETS["host"]), re.M
    )
    inner = [body for _, body in loops if len(re.findall("vfmadd", body)) > 8]
    assert inner
    assert all("(%rsp)" not in body for body in inner)


def test_what_is_needed_next_is_fetched_where_much_is_computed() -> None:
    strides = {"a_row": 513, "a_column": 1, "b_row": 71, "b_column": 1}
    a, b = irrational(*factors("NN", 40, 512, 70, np.float32))
    large = product(np.float32, TARGETS["host"], fetch=True, columns=70, **strides)
    assert assembly(large.module, TARGETS["host"]).count("prefetch") > 4  # of the second factor, and of C
    assert bits(large(a, b)) == bits(product(np.float32, TARGETS["host"], columns=70, **LAYOUTS["NN"])(a, b))
    small = product(np.float32, TARGETS["host"], fetch=True, columns=70, **strides | {"a_row": 64})
    assert "prefetch" not in assembly(small.module, TARGETS["host"])


def irrational(*matrices: np.ndarray) -> list[np.ndarray]:
    """Numbers of the same layout whose products are rounded."""
    for each in matrices:
        each[...] = np.sin(each + np.arange(each.size).reshape(each.shape))
    return list(matrices)


def bits(x: np.ndarray) -> bytes:
    return x.tobytes()
