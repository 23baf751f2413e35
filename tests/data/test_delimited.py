import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.data.delimited import parse_delimited
from chainrule.errors import DataError


def parse(text):
    return parse_delimited(text if isinstance(text, bytes) else text.encode(), "t.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_delimiters_line_ends_and_byte_order_marks(delimiter, end, mark):
    lines = [["Größe", "kind"], ["1.5", "ä"], ["-2e3", "b"]]
    table = parse(mark + end.join(delimiter.join(line) for line in lines).encode())
    assert table.names == ("Größe", "kind")
    assert table.columns["Größe"].tolist() == [1.5, -2000.0]
    assert table.columns["kind"].tolist() == ["ä", "b"]
    assert list(table.lines) == [2, 3]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a;b\n1,5;2\n", ("a", "b")),  # a decimal comma does not make the comma the delimiter
        ("a;b;c\n1,5;2,5;3,5\n", ("a", "b", "c")),
        ('"x, y"\tb\n1\t2\n', ("x, y", "b")),
        ('"x;y;z",b\n1,2\n', ("x;y;z", "b")),
        ("a, b , c\n1 , 2,3\n", ("a", "b", "c")),
        ("lone\n1\n2\n", ("lone",)),
        ("\n" * 70_000 + "a;b\n1;2\n", ("a", "b")),
    ],
)
def test_the_delimiter_is_the_one_that_splits_the_header_and_the_rows_alike(text, names):
    assert parse(text).names == names


def test_quoted_cells_keep_delimiters_quotes_and_line_ends_and_rows_keep_their_lines():
    table = parse('a,b\n\n"x, ""y""\nz",1\n"u",2\n')
    assert table.columns["a"].tolist() == ['x, "y"\nz', "u"]
    assert list(table.lines) == [3, 5]


@given(st.lists(st.tuples(*[st.text(st.characters(codec="utf-8", exclude_characters="\0"))] * 2), min_size=1))
@settings(derandomize=True, max_examples=50, deadline=None)
def test_text_written_by_the_csv_module_comes_back_up_to_blanks_and_missing_marks(rows):
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "row"), *((f"<{one}>", f"<{two}>", "r") for one, two in rows)])
    table = parse(file.getvalue())
    assert list(zip(table.columns["a"], table.columns["b"], strict=True)) == [(f"<{a}>", f"<{b}>") for a, b in rows]


@given(st.lists(st.floats(allow_nan=False), min_size=1))
@settings(derandomize=True, max_examples=50, deadline=None)
def test_floats_come_back_bit_for_bit(numbers):
    column = parse("a\n" + "\n".join(map(repr, numbers))).columns["a"]
    assert column.tobytes() == np.array(numbers).tobytes()


def test_missing_cells_are_nan_among_numbers_and_empty_among_text():
    table = parse("a,b\n1,x\n,?\nNA,null\nnan,n/a\n")
    assert [math.isnan(cell) for cell in table.columns["a"]] == [False, True, True, True]
    assert table.columns["b"].tolist() == ["x", "", "", ""]


def test_an_underscore_makes_a_cell_text():
    assert parse("a\n1_000\n").columns["a"].tolist() == ["1_000"]


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("1,2.5\n3,4\n", ("col1", "col2"), 2),
        ("0,1\n1,1\n", ("col1", "col2"), 2),
        ("1,2,\n3,4,\n", ("col1", "col2"), 2),
        ("0,1,2\n5,6,7\n", ("0", "1", "2"), 1),  # the header that pandas writes
        (",0,1,2\n0,5,6,7\n", ("col1", "0", "1", "2"), 1),
        ("a,,b\n1,2,3\n", ("a", "col2", "b"), 1),
        ("a,b,\n1,2,\n", ("a", "b"), 1),
    ],
)
def test_headers(text, names, rows):
    table = parse(text)
    assert table.names == names
    assert len(table) == rows


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["empty"]),
        (" \n\t\n", ["empty"]),
        ('""\n', ["empty"]),
        (b"\xef\xbb\xbf", ["empty"]),
        ("a,b\n", ["header", "no rows"]),
        ("a,b\n1,2\n3\n4,5,6\n", ["line 3", "1 cells", "line 1 has 2", "2 of 4"]),
        ('a,b\n"1\n1",2\n3,4,5\n', ["line 4", "3 cells"]),
        ("a,b,a\n1,2,3\n", ["'a'", "columns 1 and 3"]),
        ('a,b\n1,"2\n3,4\n', ["line 2", "quote"]),
        ('a,b\n1,"2"2\n', ["line 2", "quote"]),
        ("a,b\n1," + "x" * 200_000, ["line 2", "field"]),
        (b"PK\x03\x04\x00\x00", ["not text", "byte 4"]),
        ("a,b\n1,é\n".encode("latin-1"), ["UTF-8", "0xe9", "line 2"]),
        ("a,b\n1,é\n".encode("utf-16"), ["UTF-16"]),
        (",\n,\n", ["no columns"]),
    ],
)
def test_what_is_not_a_table_is_said_with_its_place(text, words):
    with pytest.raises(DataError) as error:
        parse(text)
    assert all(word in str(error.value) for word in words), str(error.value)
    assert "\n" not in str(error.value)


@given(st.binary(max_size=60) | st.text('a1;,\t"\r\n ', max_size=60).map(str.encode))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_any_bytes_are_a_table_or_a_data_error(data):
    try:
        outcome = repr(len(parse(data)))
    except DataError as error:
        outcome = str(error)
    assert outcome.isdigit() or "t.csv" in outcome
