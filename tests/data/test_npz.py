import io
import zipfile

import numpy as np
import pytest

from chainrule.data import npz
from chainrule.data.npz import parse_npz
from chainrule.errors import DataError

X = np.arange(6.0).reshape(3, 2)


def saved(save=np.savez, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


def with_header(shape, descr, data=b"", method=zipfile.ZIP_DEFLATED):
    """An .npz file with one array whose header may declare anything."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": descr, "fortran_order": False, "shape": shape})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("X.npy", header.getvalue() + data)
    return file.getvalue()


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_features_and_target(save):
    table = parse_npz(saved(save, X=X, y=np.array([0, 1, 0])), "t.npz")
    assert table.names == ("X1", "X2", "y")
    assert np.array_equal(table.features(["X1", "X2"]), X)
    assert table.split_target("y").task.classes == (0, 1)


def test_given_names_of_features_and_classes():
    arrays = {
        "X": X,
        "y": np.array([1, 0, 1], dtype=np.uint64),
        "feature_names": ["a", "b"],
        "target_names": ["u", "v"],
    }
    table = parse_npz(saved(**arrays), "t.npz")
    assert table.names == ("a", "b", "y")
    assert table.columns["y"].tolist() == ["v", "u", "v"]


def test_one_array_for_each_column_of_any_dtype():
    arrays = {
        "bool": np.array([True, False]),
        "half": np.array([1.5, -0.0], dtype=np.float16),
        "big": np.array([1, 2], dtype=">i4"),
        "text": np.array(["x", "y"]),
        "bytes": np.array([b"x", "é".encode()]),
        "digits": np.array(["1", "2.5"]),
        "single": np.array([[3], [4]]),
        "images": np.asfortranarray(np.arange(8).reshape(2, 2, 2)),
    }
    table = parse_npz(saved(**arrays), "t.npz")
    assert table.names == (*list(arrays)[:7], "images1", "images2", "images3", "images4")
    assert table.columns["bool"].tolist() == [1.0, 0.0]
    assert np.signbit(table.columns["half"][1])
    assert table.columns["big"].tolist() == [1.0, 2.0]
    assert table.columns["text"].tolist() == ["x", "y"]
    assert table.columns["bytes"].tolist() == ["x", "é"]
    assert table.columns["digits"].tolist() == [1.0, 2.5]
    assert (
        table.features(["images1", "images2", "images3", "images4"]).tolist() == arrays["images"].reshape(2, 4).tolist()
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ["cannot be read"]),
        (b"garbage", ["cannot be read"]),
        (saved(), ["no arrays"]),
        (saved(X=X)[:-40], ["cannot be read"]),
        (saved(X=np.array([1, None])), ["'X'", "Python objects"]),
        (saved(X=X, y=np.ones(2)), ["'X1' has 3 rows", "'y' has 2"]),
        (saved(X=X.astype(complex)), ["complex128"]),
        (saved(X=np.array(["2020-01-01"], dtype="M8[D]")), ["datetime64"]),
        (saved(X=np.zeros(2, dtype=[("a", "f8")])), ["dtype"]),
        (saved(X=np.float64(1)), ["shape ()"]),
        (saved(X=np.ones((0, 3))), ["shape (0, 3)"]),
        (saved(X=X, X1=np.ones(3)), ["'X1'", "more than one"]),
        (saved(X=X, feature_names=["a"]), ["2 columns", "1 different"]),
        (saved(X=X, feature_names=["a", "a"]), ["2 columns", "1 different"]),
        (saved(X=X, y=np.array([0, 1, 2]), target_names=["u", "v"]), ["0 to 2", "2 names"]),
        (saved(X=X, y=np.array([0, -1, 1]), target_names=["u", "v"]), ["-1 to 1", "2 names"]),
        (with_header((2,), "<f8", bytes(16), zipfile.ZIP_LZMA), ["compressed"]),
        (with_header((3,), "<f8", bytes(16)), ["does not fill"]),
        (with_header((10**15,), "<f8", bytes(16)), ["does not fill"]),
        (with_header((-1, -2), "<f8", bytes(16)), ["cannot be read"]),
        (with_header((0, 10**12), "<f8"), ["shape (0, 1000000000000)"]),
        (with_header((1, 2**20 + 1), "|u1", bytes(2**20 + 1)), ["1,048,577 columns"]),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else " ".join(value),
)
def test_what_is_not_a_table_is_said(data, words):
    with pytest.raises(DataError) as error:
        parse_npz(data, "t.npz")
    assert all(word in str(error.value) for word in ["t.npz", *words]), str(error.value)


def test_declared_sizes_are_refused_before_they_are_unpacked(monkeypatch):
    monkeypatch.setattr(np.lib.format, "read_array", lambda *_, **__: pytest.fail("unpacked"))
    monkeypatch.setattr(npz, "MOST_BYTES", 799)
    bomb = saved(np.savez_compressed, X=np.zeros((20, 4)), text=np.array(["x" * 40]))
    with pytest.raises(DataError, match=r"would take 800 bytes or more in memory; at most 799"):
        parse_npz(bomb, "t.npz")


def test_nothing_is_unpickled():
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    with pytest.raises(DataError, match="never unpickled"):
        parse_npz(saved(X=np.array([Bomb()])), "t.npz")


def test_damaged_files_never_raise_anything_else():
    whole = saved(np.savez_compressed, X=X, y=np.array(["u", "v", "u"]), target_names=["a"])
    random = np.random.default_rng(0)
    outcomes = set()
    for _ in range(300):
        data = bytearray(whole)
        data[random.integers(len(data))] ^= 1 << random.integers(8)
        try:
            outcomes.add(len(parse_npz(bytes(data), "t.npz")))
        except DataError as error:
            outcomes.add(type(error))
    assert DataError in outcomes
