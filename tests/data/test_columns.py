import math

import numpy as np
import pytest

from chainrule.data.columns import Column, as_number, listed, parse_cells, short


@pytest.mark.parametrize(
    ("cell", "number"), [("1", 1.0), ("-1.5e-3", -0.0015), ("+2", 2.0), ("5e-324", 5e-324), ("inf", math.inf)]
)
def test_numbers(cell, number):
    assert as_number(cell) == number


@pytest.mark.parametrize("cell", ["", "?", "NA", "n/a", "#N/A", "NaN", "-nan", "<NA>", "NULL"])
def test_missing_marks(cell):
    assert math.isnan(as_number(cell))


@pytest.mark.parametrize("cell", ["1_000", "1,5", "0x10", "one", "1 2", "--1"])
def test_text(cell):
    with pytest.raises(ValueError, match=r"^could not convert|^1_000$"):
        as_number(cell)


def test_text_rows_are_those_that_are_neither_numbers_nor_missing():
    assert Column("a", parse_cells(["1", "x", "", "2,5"]), "t").text_rows() == [1, 3]
    assert Column("a", parse_cells(["1", ""]), "t").text_rows() == []


def test_a_text_column_of_numbers_with_missing_cells_says_so():
    column = Column("a", np.array(["", "1"], dtype=np.dtypes.StringDType()), "t")
    assert "1 missing value" in (column.problem() or "")


def test_long_texts_are_cut():
    assert short("x" * 100) == "x" * 57 + "..."
    assert listed(["x" * 100]) == "'" + "x" * 56 + "..."
    assert "x" * 60 not in (Column("a", parse_cells(["x" * 100]), "t").problem() or "")
