"""Networks that were saved by themselves, as models for a table."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.data import Table
from chainrule.errors import DataError, InputError
from chainrule.network.bare import model_of

ROWS = np.array([[0.5, -1.0], [2.0, 3.0], [-4.0, 0.25]])
TABLE = Table({"a": ROWS[:, 0], "b": ROWS[:, 1], "y": [0.0, 1.0, 1.0]}, "a table")


def network(*widths, output):
    return cr.Network(widths, "tanh", output, seed=3, dtype="float64")


def test_softmax_outputs_are_numbered_classes():
    net = network(2, 4, 3, output="softmax")
    model = model_of(net, TABLE, "y")
    assert model.predict(TABLE) == net.classify(ROWS).tolist()
    assert np.array_equal(model.probabilities(TABLE), net.predict(ROWS))
    assert model.evaluate(TABLE).loss == pytest.approx(net.loss(ROWS, [0, 1, 1]))


def test_a_sigmoid_output_says_no_or_yes():
    net = network(2, 4, 1, output="sigmoid")
    model = model_of(net, TABLE, "y")
    yes = net.predict(ROWS)[:, 0]
    assert model.predict(TABLE) == net.classify(ROWS).tolist()
    assert np.array_equal(model.probabilities(TABLE), np.stack([1 - yes, yes], axis=1))
    assert model.evaluate(TABLE).loss == pytest.approx(net.loss(ROWS, [0, 1, 1]))


def test_another_single_output_is_a_quantity():
    net = network(2, 4, 1, output="identity")
    model = model_of(net, TABLE, "y")
    assert np.array_equal(model.predict(TABLE), net.predict(ROWS)[:, 0])
    assert model.evaluate(TABLE).rmse == pytest.approx(np.sqrt(np.mean((net.predict(ROWS)[:, 0] - [0, 1, 1]) ** 2)))


def test_without_a_target_all_columns_are_features():
    model = model_of(network(3, 1, output="identity"), TABLE)
    assert (model.feature_names, model.target) == (("a", "b", "y"), "prediction")


@pytest.mark.parametrize(
    ("net", "target", "error", "message"),
    [
        (network(3, 1, output="identity"), "y", DataError, "3 inputs, and a table has 2 columns besides 'y'"),
        (network(2, 1, output="identity"), None, DataError, "2 inputs, and a table has 3 columns: give a table with"),
        (network(2, 1, output="identity"), "z", DataError, "a table has no column 'z'"),
        (network(2, 3, output="identity"), "y", InputError, r"3 outputs \(identity\), and a table has one target"),
        (network(2, 3, output="sigmoid"), "y", InputError, r"3 outputs \(sigmoid\)"),
    ],
)
def test_what_does_not_fit_is_said(net, target, error, message):
    with pytest.raises(error, match=message):
        model_of(net, TABLE, target)


def test_labels_that_the_network_cannot_know_are_refused():
    table = Table({"a": ROWS[:, 0], "b": ROWS[:, 1], "y": ["no", "yes", "yes"]}, "a table")
    with pytest.raises(DataError, match="'no' on row 1, which is none of the known classes 0, 1"):
        model_of(network(2, 1, output="sigmoid"), table, "y").evaluate(table)
