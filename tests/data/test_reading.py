import os

import numpy as np
import pytest

from chainrule.data import read_table, reading
from chainrule.errors import DataError, DataNotFoundError


def test_files_are_read_by_suffix_and_bundled_names_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (tmp_path / "a.tsv").write_text("x\ty\n1\t2\n")
    (tmp_path / "a.data").write_text("x;y\n1;2\n")
    (tmp_path / "iris").write_text("x,y\n1,2\n")
    np.savez("a.NPZ.npz", x=[1.0], y=[2.0])
    os.rename("a.NPZ.npz", "a.NPZ")
    for name in ("a.csv", "a.tsv", "a.data", "./iris", "a.NPZ", tmp_path / "a.csv"):
        assert read_table(name).names == ("x", "y"), name
    assert len(read_table("iris")) == 150


def test_a_pipe_is_read(tmp_path):
    read_end, write_end = os.pipe()
    os.write(write_end, b"x,y\n1,2\n")
    os.close(write_end)
    assert read_table(f"/dev/fd/{read_end}").names == ("x", "y")
    os.close(read_end)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("digit", ["'digit'", "did you mean 'digits'"]),
        ("Breast-Cancer", ["did you mean 'breast_cancer'"]),
        ("nowhere/data.csv", ["'nowhere/data.csv'", "'iris'"]),
        ("", ["empty"]),
        ("a\0b", ["no file"]),
        (__file__ + "/x.csv", ["no file"]),
    ],
)
def test_what_is_not_there(name, words):
    with pytest.raises(DataNotFoundError) as error:
        read_table(name)
    assert isinstance(error.value, FileNotFoundError)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_what_cannot_be_read(tmp_path, monkeypatch):
    with pytest.raises(DataError, match="is a folder"):
        read_table(tmp_path)
    with pytest.raises(DataError, match="is a device"):
        read_table("/dev/zero")
    with pytest.raises(DataError, match="File name too long") as error:
        read_table("a" * 5000)
    assert len(str(error.value)) < 300
    file = tmp_path / "large.csv"
    file.write_text("x,y\n1,2\n")
    monkeypatch.setattr(reading, "MOST_BYTES", 7)
    with pytest.raises(DataError, match=r"8 bytes.* up to 7 bytes"):
        read_table(file)


def test_a_file_that_fails_while_it_is_read(tmp_path, monkeypatch):
    file = tmp_path / "a.csv"
    file.write_text("x,y\n1,2\n")

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(DataError, match=r"a\.csv' cannot be read: Permission denied"):
        read_table(file)
