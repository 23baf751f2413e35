import dataclasses

import numpy as np
import pytest

from chainrule.data import Table
from chainrule.data.delimited import parse_delimited
from chainrule.errors import DataError


def table(text):
    return parse_delimited(text.encode(), "t.csv")


def test_a_table_is_immutable():
    column = np.array([1.0, 2.0])
    given = Table({"a": column}, "t")
    column[0] = 5.0
    assert given.columns["a"].tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        given.columns["a"][0] = 3.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        given.source = "u"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "no columns"),
        ({"a": []}, "no rows"),
        ({"a": [1, 2], "b": [1]}, "column 'a' has 2 rows, but column 'b' has 1"),
        ({"a": [[1, 2]]}, r"column 'a' has shape \(1, 2\)"),
        ({"a": [1j]}, "column 'a' has dtype complex128"),
        ({"a": np.array([None])}, "column 'a' has dtype object"),
    ],
)
def test_what_is_no_table(columns, words):
    with pytest.raises(DataError, match=words):
        Table(columns, "t")


def test_rows_are_taken_with_their_lines():
    table = Table({"x": [1.0, 2.0, 3.0], "y": ["a", "b", "c"]}, "t", lines=[2, 4, 5], default_target="y")
    part = table.take(np.array([2, 0]))
    assert (part.columns["x"].tolist(), part.columns["y"].tolist()) == ([3.0, 1.0], ["c", "a"])
    assert (part.lines, part.source, part.default_target) == ([5, 2], "t", "y")
    with pytest.raises(DataError, match="no rows"):
        table.take(np.array([], dtype=int))


def test_features_are_taken_by_name_and_others_are_ignored():
    X = table("a,b,c\n1,2,x\n3,4,\n").features(["b", "a"])
    assert X.tolist() == [[2, 1], [4, 3]]
    assert X.dtype == np.float64
    assert X.flags.c_contiguous
    assert X.flags.writeable


def test_samples_for_classes():
    samples = table("a,kind,b\n1,v,2\n3,u,4\n5,v,6\n").split_target("kind")
    assert samples.X.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert samples.feature_names == ("a", "b")
    assert samples.task.classes == ("u", "v")
    assert samples.y.tolist() == [1, 0, 1]
    assert samples.y.dtype == np.int64


def test_samples_for_quantities():
    samples = table("a,y\n1,0.5\n3,1\n").split_target("y")
    assert samples.task.kind == "regression"
    assert samples.y.tolist() == [0.5, 1.0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b,y\n1,2,u\n3,x,v\n", ["t.csv", "column 'b'", "'x' on line 3", "text in 1 of 2 rows"]),
        ("a;b;y\n1;2;u\n3;2,5;v\n", ["'2,5' on line 3", "as in 2.5"]),
        ("a,b,y\n1,2,u\n3,,v\n3,NA,v\n", ["column 'b'", "2 missing values in 3 rows", "line 3"]),
        ("a,b,y\n1,2,u\n3,-inf,v\n", ["column 'b'", "1 infinite value in 2 rows", "line 3"]),
        ("a,b,y\n1,2,u\n3,1e999,v\n", ["infinite"]),
        ("a,b,c,y\nx,,1,u\nx,1,1,v\n", ["column 'a'", "text in 2 of 2", "nor can 'b' be used"]),
        ("a,b,Y\n1,2,u\n3,4,v\n", ["no column 'y'", "'a', 'b', 'Y'"]),
        ("a,b,yy\n1,2,u\n3,4,v\n", ["no column 'y'", "did you mean 'yy'?"]),
        ("1,2\n3,4\n", ["no column 'y'", "'col1', 'col2'", "only numbers"]),
        ("y\nu\nv\n", ["only the target"]),
        ("a,y\n1,u\n2,u\n", ["'y'", "'u'", "all of its 2 rows"]),
        ("a,y\n1,u\n2,\n", ["target", "1 missing value", "line 3"]),
    ],
)
def test_what_cannot_be_learned_from_is_said_in_one_sentence(text, words):
    with pytest.raises(DataError) as error:
        table(text).split_target("y")
    assert all(word in str(error.value) for word in words), str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_needs_the_name_of_its_target():
    with pytest.raises(DataError, match=r"name the column of t\.csv .* 'a', 'y'"):
        table("a,y\n1,2\n").split_target()


def test_missing_features_are_named():
    with pytest.raises(DataError, match=r"t\.csv lacks 2 of 3 features, 'b', 'c'; it has the columns 'a', 'd'$"):
        table("a,d\n1,2\n").features(["a", "b", "c"])


def test_rows_of_tables_that_are_not_text_are_counted_from_1():
    with pytest.raises(DataError, match="first on row 2"):
        Table({"a": [1.0, np.nan]}, "t").features(["a"])
