import dataclasses
import itertools
import json
import math
import pickle

import numpy as np
import pytest

from chainrule.errors import InputError
from chainrule.training.history import Epoch, History


def history(*losses):
    return History(tuple(Epoch(number, loss, seconds=0.25) for number, loss in enumerate(losses, start=1)))


def test_columns_length_and_epochs():
    run = History((Epoch(1, 2.0, 2.5, {"accuracy": 0.5}, 0.1), Epoch(2, 1.0, 1.5, {"accuracy": 0.75}, 0.2)))
    assert run.names == ["epoch", "loss", "validation_loss", "accuracy", "seconds"]
    assert [run[name] for name in run.names] == [[1, 2], [2.0, 1.0], [2.5, 1.5], [0.5, 0.75], [0.1, 0.2]]
    assert len(run) == 2
    assert [epoch.loss for epoch in run] == run["loss"]


def test_histories_do_not_change():
    run = history(1.0)
    longer = run.plus(Epoch(2, 0.5))
    assert (len(run), len(longer)) == (1, 2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.epochs = ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.epochs[0].loss = 0.0
    longer["loss"].append(9.0)
    assert longer["loss"] == [1.0, 0.5]


def test_histories_can_be_pickled_and_hold_their_own_metrics():
    metrics = {"accuracy": 0.5}
    run = History((Epoch(1, 1.0, metrics=metrics),))
    metrics["accuracy"] = 1.0
    assert run["accuracy"] == [0.5]
    assert pickle.loads(pickle.dumps(run)) == run


def test_figures_that_some_epochs_lack_are_none_and_those_that_all_lack_are_left_out():
    run = History((Epoch(1, 1.0), Epoch(2, 0.5, 0.6), Epoch(3, 0.4, metrics={"accuracy": 1.0})))
    assert run["validation_loss"] == [None, 0.6, None]
    assert run["accuracy"] == [None, None, 1.0]
    assert history(1.0).names == ["epoch", "loss", "seconds"]
    assert str(run).splitlines()[1].split() == ["1", "1", "0"]


def test_a_figure_that_is_not_there_is_named():
    with pytest.raises(InputError, match="no figure 'los'; it has epoch, loss, seconds"):
        history(1.0)["los"]
    with pytest.raises(InputError, match="no epochs yet"):
        History()["loss"]


def test_numpy_numbers_become_python_numbers():
    epoch = Epoch(1, np.float32(0.5), np.array(0.25), {"accuracy": np.float64(1)})
    assert {type(figure) for figure in epoch.figures().values()} == {int, float}


def test_json_survives_what_is_not_finite():
    run = history(1.0, math.nan, math.inf, -math.inf)
    text = json.dumps(run.to_dict(), allow_nan=False)
    assert json.loads(text)["loss"] == [1.0, "nan", "inf", "-inf"]
    assert History().to_dict() == {}


def test_a_history_comes_back_from_json():
    run = History((Epoch(1, math.inf), Epoch(2, 0.5, 0.6, seconds=0.1), Epoch(3, 0.4, metrics={"accuracy": 1.0})))
    assert History.from_dict(json.loads(json.dumps(run.to_dict(), allow_nan=False))) == run
    assert History.from_dict({}) == History()


@pytest.mark.parametrize(
    "figures", [{"epoch": [1]}, {"epoch": [1], "loss": [1.0, 2.0]}, {"epoch": [1], "loss": ["low"]}, {"loss": 3}, [1]]
)
def test_what_is_not_a_history_in_json(figures):
    with pytest.raises(InputError, match="not the figures of a history"):
        History.from_dict(figures)


def test_a_later_history_is_counted_on():
    both = history(3.0, 2.0).followed_by(history(1.0))
    assert both["epoch"] == [1, 2, 3]
    assert both["loss"] == [3.0, 2.0, 1.0]
    assert History().followed_by(both) == both


def test_the_table_is_aligned():
    lines = str(history(0.123456, 1e-9, math.nan, 12345678.0)).splitlines()
    assert lines[0].split() == ["epoch", "loss", "seconds"]
    assert [line.split()[1] for line in lines[1:]] == ["0.1235", "1e-09", "nan", "1.235e+07"]
    assert len({len(line) for line in lines}) == 1
    assert str(History()) == "no epochs yet"


@pytest.mark.parametrize("count", [1, 9, 10, 11, 12, 13, 50, 1000])
def test_long_tables_show_the_start_some_of_the_middle_and_the_end(count):
    lines = str(history(*np.linspace(1, 0, count))).splitlines()[1:]
    rows = [int(line.split()[0]) for line in lines if line != "..."]
    assert rows == sorted(set(rows))
    assert rows[:3] == list(range(1, count + 1))[:3]
    assert rows[-3:] == list(range(1, count + 1))[-3:]
    assert len(rows) == min(count, 10)
    gaps = [upper - lower for lower, upper in itertools.pairwise(rows)]
    assert lines.count("...") == sum(gap > 1 for gap in gaps)
    assert "..." not in (lines[0], lines[-1])
