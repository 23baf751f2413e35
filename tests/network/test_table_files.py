"""Files of table models whose header says something else than their arrays, or nothing of use."""

import copy

import numpy as np
import pytest

import chainrule as cr
from chainrule.data import Table
from chainrule.errors import ModelFileError
from chainrule.export import weights
from chainrule.network.table_model import TableModel


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    """Arrays and header of a model of each kind."""
    folder = tmp_path_factory.mktemp("models")
    x = np.arange(20.0)
    targets = {"classes": ["a", "b"] * 10, "quantity": x / 7}
    for name, y in targets.items():
        TableModel.train(Table({"x": x, "y": y}, name), "y", hidden=(3,), epochs=1, progress=False).save(folder / name)
    return {name: weights.read(folder / name) for name in targets}


def changed(value, path, new):
    """The same nested dict with another entry at the path; None takes the entry away."""
    value = copy.deepcopy(value)
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    if new is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = new
    return value


HEADERS = [
    (("source",), None),
    (("target",), None),
    (("features",), None),
    (("features",), ["x", "z"]),
    (("features",), [5]),
    (("features",), "x"),
    (("task",), None),
    (("task",), []),
    (("task", "kind"), "magic"),
    (("task", "kind"), []),
    (("task", "classes"), ["a"]),
    (("task", "classes"), [["a"], ["b"]]),
    (("task", "classes"), 7),
    (("task", "more"), 7),
    (("evaluation",), {"kind": "magic"}),
    (("evaluation",), 5),
    (("network",), None),
    (("network",), []),
    (("network", "widths"), [1, 3, 3]),
    (("network", "widths"), "many"),
    (("network", "activation"), "os.system"),
    (("network", "activation"), []),
    (("network", "output"), "identity_"),
    (("network", "seed"), -1),
    (("network", "seed"), None),
    (("network", "history"), 5),
    (("network", "history"), {"epoch": [1]}),
    (("network", "history"), {"epoch": [1], "loss": ["x"]}),
    (("network", "history"), {"epoch": [1, 2], "loss": [1.0]}),
    (("kind",), "magic"),
    (("kind",), []),
    (("kind",), None),
]


@pytest.mark.parametrize("name", ["classes", "quantity"])
@pytest.mark.parametrize(("path", "new"), HEADERS, ids=str)
def test_a_damaged_header_is_a_model_file_error(contents, tmp_path, name, path, new):
    arrays, header = contents[name]
    weights.write(tmp_path / "model", arrays, changed(header, path, new))
    with pytest.raises(ModelFileError, match="model"):
        cr.load(tmp_path / "model")


ARRAYS = [
    ("W1", None),
    ("W1", np.zeros((3, 2), np.float32)),
    ("W1", np.zeros((3, 1), np.float64)),
    ("W9", np.zeros((3, 1), np.float32)),
    ("features.mean", None),
    ("features.mean", np.zeros(2)),
    ("features.mean", np.array([np.nan])),
    ("features.scale", np.array([0.0])),
    ("features.scale", np.array([-1.0])),
    ("features.scale", np.array([np.inf])),
]


@pytest.mark.parametrize("name", ["classes", "quantity"])
@pytest.mark.parametrize(("array", "new"), ARRAYS, ids=str)
def test_damaged_arrays_are_a_model_file_error(contents, tmp_path, name, array, new):
    arrays, header = contents[name]
    weights.write(tmp_path / "model", changed(arrays, (array,), new), header)
    with pytest.raises(ModelFileError, match="does not describe a"):
        cr.load(tmp_path / "model")


@pytest.mark.parametrize("array", ["quantity.mean", "quantity.scale"])
def test_the_scale_of_a_quantity_cannot_be_missing(contents, tmp_path, array):
    arrays, header = contents["quantity"]
    weights.write(tmp_path / "model", changed(arrays, (array,), None), header)
    with pytest.raises(ModelFileError, match="it has no 'quantity"):
        cr.load(tmp_path / "model")


def test_networks_and_table_models_are_told_apart(contents, tmp_path):
    arrays, header = contents["classes"]
    weights.write(tmp_path / "table", arrays, header)
    network = cr.load(tmp_path / "table").network
    network.save(tmp_path / "network")
    assert isinstance(cr.load(tmp_path / "network"), cr.Network)
    with pytest.raises(ModelFileError, match=r"holds a network and not a table model; chainrule\.load"):
        TableModel.load(tmp_path / "network")
    with pytest.raises(ModelFileError, match=r"holds a table model and not a network; chainrule\.load"):
        cr.Network.load(tmp_path / "table")
