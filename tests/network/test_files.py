"""Networks as files: the same bits again, or an error that names the file."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ModelFileError
from chainrule.export import weights
from chainrule.network.files import network_header, read_model
from chainrule.training.history import Epoch, History


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "net.chainrule"


def trained(dtype: str = "float32", **settings: Any) -> cr.Network:
    net = cr.Network([4, 5, 3], "tanh", "softmax", seed=7, dtype=dtype, **settings)
    X = np.random.default_rng(0).normal(size=(20, 4))
    net.fit(X, np.arange(20) % 3, epochs=3, validation=0.2, progress=False)
    return net


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_all_bits_come_back(path: Path, dtype: str) -> None:
    net = trained(dtype)
    net.b[1] = [-0.0, 1e-45 if dtype == "float32" else 5e-324, 3e38, -1.1, 0.1]
    net.save(path)
    loaded = cr.load(path)
    assert isinstance(loaded, cr.Network)
    assert repr(loaded) == repr(net)
    assert list(loaded.params) == list(net.params)
    for name, array in net.params.items():
        assert loaded.params[name].dtype == dtype
        assert loaded.params[name].tobytes() == array.tobytes()
    assert loaded.history == net.history
    X = np.random.default_rng(1).normal(size=(5, 4))
    assert loaded.predict(X).tobytes() == net.predict(X).tobytes()


def test_a_loaded_network_can_be_written_and_trained(path: Path) -> None:
    trained().save(str(path))
    loaded = cr.load(str(path))
    loaded.W[1][0, 0] = 5
    loaded.fit(np.ones((3, 4)), [0, 1, 2], epochs=1, progress=False)
    assert loaded.history["epoch"] == [1, 2, 3, 4]


def test_a_network_without_history_and_one_with_figures_that_are_not_finite(path: Path) -> None:
    net = cr.Network([1, 1])
    net.save(path)
    assert cr.load(path).history == History()
    net.history = History((Epoch(1, np.inf, np.nan, {"accuracy": 0.5}, 0.1), Epoch(2, 1.0)))
    net.save(path)
    loaded = cr.load(path).history
    assert loaded["loss"] == [np.inf, 1.0]
    assert np.isnan(loaded["validation_loss"][0])
    assert loaded["accuracy"] == [0.5, None]


def test_saving_replaces_the_file_whole_or_not_at_all(path: Path, monkeypatch: Any) -> None:
    net = trained()
    net.save(path)
    before = path.read_bytes()

    def full_disk(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full_disk)
    net.W[1][:] = 0
    with pytest.raises(ModelFileError, match="No space left"):
        net.save(path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_folders_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        cr.Network([1, 1]).save(tmp_path / "no" / "net")
    with pytest.raises(FileNotFoundError, match="no model file"):
        cr.load(tmp_path / "net")
    with pytest.raises(ModelFileError):
        cr.load(tmp_path)


# --- files that hold no network ---------------------------------------------------------------------------


def header(**changes: Any) -> dict[str, Any]:
    net = cr.Network([2, 3, 1])
    made = {**network_header(net.architecture, net.seed, net.history), **changes}
    return {name: value for name, value in made.items() if value != "left out"}


def arrays(**changes: Any) -> dict[str, Any]:
    made = {**cr.Network([2, 3, 1]).params, **changes}
    return {name: value for name, value in made.items() if value is not None}


HISTORY = {"epoch": [1], "loss": [0.5], "seconds": [0.1]}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        *[
            ({name: "left out"}, f"it has no '{name}'")
            for name in ("widths", "activation", "output", "seed", "history")
        ],
        ({"kind": "left out"}, "holds None, which is neither a network nor a table model"),
        ({"kind": "table model"}, "does not describe a table model"),
        ({"kind": ["network"]}, r"holds \['network'\]"),
        ({"widths": [2, 10**12, 1]}, "the arrays do not have the shapes that widths"),
        ({"widths": [2, 10**400, 1]}, "shapes that widths"),
        ({"widths": [1] * 100_000}, "100000 widths and 4 arrays do not fit each other"),
        ({"widths": [2, 1]}, "2 widths and 4 arrays"),
        ({"widths": []}, "0 widths and 4 arrays"),
        ({"widths": [2, 0, 1]}, r"widths=\[2, 0, 1\]"),
        ({"widths": [2, -3, 1]}, r"widths=\[2, -3, 1\]"),
        ({"widths": [2, 3.0, 1]}, r"widths=\[2, 3.0, 1\]"),
        ({"widths": [2, True, 1]}, r"widths=\[2, True, 1\]"),
        ({"widths": ["2", "3", "1"]}, "widths="),
        ({"widths": "231"}, "widths="),
        ({"widths": 3}, "not iterable"),
        ({"widths": None}, "not iterable"),
        ({"widths": {"a": 1, "b": 2, "c": 3}}, "widths="),
        ({"activation": "__import__"}, "there is no activation function '__import__'"),
        ({"activation": ["relu"]}, "there is no activation function"),
        ({"activation": "softmax"}, "mixes the units"),
        ({"output": None}, "there is no activation function None"),
        ({"output": "softmax"}, "a single unit is always 1"),
        ({"seed": -1}, "seed=-1"),
        ({"seed": 0.5}, "seed=0.5"),
        ({"seed": None}, "seed=None"),
        ({"history": [1, 2]}, "not the figures of a history"),
        ({"history": None}, "not the figures of a history"),
        ({"history": "x"}, "not the figures of a history"),
        ({"history": {**HISTORY, "loss": ["x"]}}, "not the figures of a history"),
        ({"history": {**HISTORY, "loss": [[1]]}}, "not the figures of a history"),
        ({"history": {**HISTORY, "loss": [0.5, 0.4]}}, "not the figures of a history"),
        ({"history": {**HISTORY, "epoch": ["1"]}}, "not the figures of a history"),
        ({"history": {**HISTORY, "epoch": [1.5]}}, "not the figures of a history"),
        ({"history": {**HISTORY, "accuracy": [{}]}}, "not the figures of a history"),
        ({"history": {"loss": [0.5]}}, "not the figures of a history"),
        ({"history": {"epoch": "12", "loss": "34"}}, "not the figures of a history"),
    ],
)
def test_headers_that_describe_no_network(path: Path, changes: Any, said: str) -> None:
    weights.write(path, arrays(), header(**changes))
    with pytest.raises(ModelFileError, match=said) as caught:
        cr.load(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"W2": None}, "3 widths and 3 arrays do not fit each other"),
        ({"W3": np.zeros((1, 1), np.float32)}, "3 widths and 5 arrays"),
        ({"W2": None, "W9": np.zeros((1, 3), np.float32)}, "do not have the shapes"),
        ({"W1": np.zeros((2, 3), np.float32)}, r"do not have the shapes that widths \[2, 3, 1\] want"),
        ({"b1": np.zeros((3, 1), np.float32)}, "do not have the shapes"),
        ({"b1": np.zeros(3)}, "the parameters are float32, float64 and must be all float32 or all float64"),
        ({name: array.astype(np.float16) for name, array in arrays().items()}, "the parameters are float16 and must"),
        ({name: array.astype(np.int64) for name, array in arrays().items()}, "the parameters are int64 and must"),
    ],
)
def test_arrays_that_are_not_those_of_the_header(path: Path, changes: Any, said: str) -> None:
    weights.write(path, arrays(**changes), header())
    with pytest.raises(ModelFileError, match=said) as caught:
        cr.load(path)
    assert str(path) in str(caught.value)


def test_arrays_in_another_order_are_the_same_network(path: Path) -> None:
    weights.write(path, dict(reversed(arrays().items())), header())
    assert list(cr.load(path).params) == ["W1", "b1", "W2", "b2"]


def test_no_byte_can_be_missing_or_changed(path: Path) -> None:
    cr.Network([2, 3, 1]).save(path)
    whole = path.read_bytes()
    for cut in [0, 1, 7, 8, 9, len(whole) // 2, len(whole) - 1]:
        path.write_bytes(whole[:cut])
        with pytest.raises(ModelFileError):
            cr.load(path)
    for at in [0, 8, 20, len(whole) // 2, len(whole) - 1]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(ModelFileError):
            cr.load(path)


class Trap:
    def __reduce__(self) -> Any:
        return (pytest.fail, ("loading ran code",))


def test_foreign_files_and_pickles_are_refused_and_never_run(path: Path) -> None:
    for foreign in (pickle.dumps(Trap()), b"PK\x03\x04 a zip", b"\x89HDF\r\n", b'{"kind": "network"}', bytes(100)):
        path.write_bytes(foreign)
        with pytest.raises(ModelFileError):
            cr.load(path)


def test_a_file_says_its_kind(path: Path) -> None:
    trained().save(path)
    found, said = read_model(path, "network")
    assert set(found) == {"W1", "b1", "W2", "b2"}
    assert said["widths"] == [4, 5, 3]
    with pytest.raises(ModelFileError, match=r"holds a network and not a perceptron; chainrule\.load reads both"):
        read_model(path, "perceptron")
