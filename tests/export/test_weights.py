import json
import os
import stat
import struct

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from chainrule.errors import InputError, ModelFileError, ModelFileNotFoundError
from chainrule.export import weights

DTYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]
NAMES = st.text('abW_é" ', min_size=1, max_size=3)
ARRAY = hnp.arrays(st.sampled_from(DTYPES), hnp.array_shapes(min_dims=0, min_side=0, max_dims=3, max_side=3))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def same(one, other):
    return (
        list(one) == list(other)
        and all(one[name].dtype == other[name].dtype for name in one)
        and all(one[name].shape == other[name].shape for name in one)
        and all(one[name].tobytes() == other[name].tobytes() for name in one)
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return tmp_path_factory.mktemp("models") / "model"


@given(st.dictionaries(NAMES, ARRAY, max_size=4), st.dictionaries(st.text(max_size=3), JSON, max_size=3))
@settings(derandomize=True, max_examples=80, deadline=None)
def test_arrays_and_header_come_back(shared, arrays, header):
    weights.write(shared, arrays, header)
    found, found_header = weights.read(shared)
    assert same(found, arrays)
    assert found_header == header
    assert list(found_header) == list(header)


def test_every_bit_survives(path):
    payloads = np.array([0x7FF8000000000123, 0xFFF0000000000001, 0x8000000000000000, 1], dtype=np.uint64)
    arrays = {
        "z": payloads.view(np.float64),
        "half": np.arange(2**16, dtype=np.uint16).view(np.float16),
        "a": np.array(-0.0, dtype=np.float32),
        "columns": np.arange(12.0).reshape(3, 4)[:, ::-2],
        "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
        "big": np.array([1, 2**40], dtype=">i8"),
        "empty": np.empty((0, 3), dtype=np.float16),
        "yes": np.array([True, False]),
    }
    weights.write(path, arrays, {})
    found, _ = weights.read(path)
    assert found["big"].dtype == np.dtype("<i8")
    assert same(found, {name: np.array(array, array.dtype.newbyteorder("<")) for name, array in arrays.items()})
    found["z"][0] = 1.0  # and they are the caller's own


def test_other_programs_can_read_the_arrays_and_equal_models_are_equal_files(path, tmp_path):
    arrays = {"W1": np.eye(3, dtype=np.float32), "b1": np.zeros(3)}
    weights.write(path, arrays, {"widths": [3, 3]})
    assert same(dict(sorted(safetensors.numpy.load_file(path).items())), arrays)
    weights.write(tmp_path / "again", arrays, {"widths": [3, 3]})
    assert path.read_bytes() == (tmp_path / "again").read_bytes()


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"a": np.array(["text"])}, "'a' has dtype <U4"),
        ({"a": np.array([None])}, "'a' has dtype object"),
        ({"a": np.array([1j])}, "'a' has dtype complex128"),
        ({"__metadata__": np.ones(1)}, "__metadata__"),
        ({"a\ud800": np.ones(1)}, "printable"),
        ({1: np.ones(1)}, "printable"),
    ],
)
def test_arrays_that_a_file_cannot_hold(path, arrays, words):
    with pytest.raises(InputError, match=words):
        weights.write(path, arrays, {})
    assert not path.exists()


@pytest.mark.parametrize(
    "header",
    [
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": (1, 2)},
        {1: 2},
        {"a": np.float32(1)},
        {"a": b"x"},
        {"a": 10**5000},
    ],
)
def test_headers_that_are_not_json(path, header):
    with pytest.raises(InputError, match="must be JSON"):
        weights.write(path, {}, header)


def test_headers_that_are_too_deep_or_too_long(path, monkeypatch):
    deep = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(InputError, match="must be JSON"):
        weights.write(path, {}, deep)
    while deep:  # taken apart by hand, since Python would recurse
        deep = deep.pop("a")
    monkeypatch.setattr(weights, "MOST_HEADER_BYTES", 100)
    with pytest.raises(InputError, match="at most 100"):
        weights.write(path, {}, {"a": "x" * 100})


def test_what_cannot_be_written(tmp_path, monkeypatch):
    with pytest.raises(ModelFileNotFoundError, match=r"nowhere.* no such folder"):
        weights.write(tmp_path / "nowhere" / "model", {}, {})
    with pytest.raises(ModelFileError, match="not a regular file"):
        weights.write(tmp_path, {}, {})

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ModelFileError, match="No space left on device"):
        weights.write(tmp_path / "model", {}, {})
    assert os.listdir(tmp_path) == []


def foreign(header, rest=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + rest


def ours(text):
    return foreign({"__metadata__": {"chainrule": text}})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", r"0 bytes\) is not a model file"),
        (b"short", r"5 bytes\) is not a model file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is not a model file"),
        (struct.pack("<Q", 2**63) + bytes(100), "is not a model file"),
        (foreign(b"garbage"), "is not a model file"),
        (foreign(b"\xff\xfe"), "is not a model file"),
        (foreign([]), "not a JSON object"),
        (foreign(b"[" * 100_000), "is not a model file"),
        (foreign(b'{"a": NaN}'), "NaN is not JSON"),
        (foreign(b'{"a": ' + b"1" * 5000 + b"}"), "is not a model file"),
        (safetensors.numpy.save({"a": np.ones(2)}), "not one that chainrule wrote"),
        (foreign({"__metadata__": []}), "not one that chainrule wrote"),
        (foreign({"__metadata__": {"chainrule": 1}}), "not one that chainrule wrote"),
        (ours("{}"), "does not say 'chainrule model'"),
        (ours("[" * 100_000), "header is damaged"),
        (ours('{"format": "chainrule model", "version": -Infinity}'), "-Infinity is not JSON"),
        (ours('{"format": "chainrule model", "version": true}'), "does not say"),
        (ours('{"format": "chainrule model", "version": 0}'), "does not say"),
        (ours('{"format": "chainrule model", "version": 2}'), r"later version .*format 2; .* up to 1.*pip install"),
        (ours('{"format": "chainrule model", "version": 1}'), "no list of arrays"),
        (ours('{"format": "chainrule model", "version": 1, "arrays": [], "header": {}}'), "damaged"),
        (ours('{"format": "chainrule model", "version": 1, "arrays": ["a"], "header": {}}'), "damaged"),
        (ours('{"format": "chainrule model", "version": 1, "arrays": [[]], "header": {}}'), "damaged"),
    ],
    ids=range(23),
)
def test_what_is_not_a_model_file_is_said(path, data, words):
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match=words) as error:
        weights.read(path)
    assert str(path) in str(error.value)
    assert len(str(error.value)) < 400


def test_what_is_not_there_or_not_a_file(tmp_path):
    with pytest.raises(ModelFileNotFoundError, match=r"no model file .*nowhere") as error:
        weights.read(tmp_path / "nowhere")
    assert isinstance(error.value, FileNotFoundError)
    with pytest.raises(ModelFileError, match="Is a directory"):
        weights.read(tmp_path)
    with pytest.raises(ModelFileError, match="is not a file"):
        weights.read("/dev/zero")


ARRAYS = {"W1": np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3), "b1": np.zeros(4), "n": np.array(7)}
HEADER = {"widths": [3, 4], "classes": ["a", "ß"], "scale": 0.1}


def outcome(path, data):
    """True when the file still says what was written, and False when it is refused; nothing else is allowed."""
    path.write_bytes(data)
    try:
        arrays, header = weights.read(path)
    except ModelFileError:
        return False
    assert same(arrays, ARRAYS)
    assert header == HEADER
    return True


def test_truncated_files_are_refused(path):
    weights.write(path, ARRAYS, HEADER)
    whole = path.read_bytes()
    assert not any(outcome(path, whole[:size]) for size in [*range(0, len(whole), 37), len(whole) - 1])
    assert not outcome(path, whole + b"\0")
    assert outcome(path, whole)


def test_no_flipped_bit_is_read_as_another_model(path):
    weights.write(path, ARRAYS, HEADER)
    whole = path.read_bytes()
    data_start = 8 + int.from_bytes(whole[:8], "little")
    random = np.random.default_rng(0)
    for place in random.integers(len(whole), size=200):
        data = bytearray(whole)
        data[place] ^= random.integers(1, 256)
        assert not outcome(path, bytes(data)) or place < data_start
    for place in range(data_start, len(whole)):
        data = bytearray(whole)
        data[place] ^= 1
        assert not outcome(path, bytes(data))


def test_a_new_file_is_readable_by_its_group_as_any_other(path, tmp_path):
    weights.write(path, {}, {})
    (tmp_path / "plain").touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)
