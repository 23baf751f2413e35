"""Settings of a training that are refused, with what to write instead."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import InputError

X, Y = np.eye(3), [0, 1, 2]


def fit(**settings: Any) -> cr.Network:
    net = cr.Network([3, 3], output="softmax")
    net.fit(X, Y, **{"epochs": 1, "progress": False, **settings})
    return net


@pytest.mark.parametrize("name", ["epochs", "batch_size", "threads"])
@pytest.mark.parametrize("value", [0, -1, 2.0, "3", True, np.nan])
def test_counts_are_whole_numbers_from_1(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=f"{name}={value!r}: give a whole number, at least 1"):
        fit(**{name: value})


@pytest.mark.parametrize("name", ["epochs", "batch_size"])
def test_none_is_no_count(name: str) -> None:
    with pytest.raises(InputError, match=f"{name}=None: give a whole number"):
        fit(**{name: None})


def test_numpy_integers_are_counts() -> None:
    assert len(fit(epochs=np.int32(2), batch_size=np.int64(2), threads=np.int8(1)).history) == 2


@pytest.mark.parametrize("seed", [-1, 2**64, 0.5, "0", None])
def test_seeds(seed: Any) -> None:
    with pytest.raises(InputError, match=r"seed=.*: give a whole number"):
        fit(seed=seed, validation=0.4)


@pytest.mark.parametrize("validation", [True, "0.2", (X, Y, Y), (X,), np.eye(3), object(), {"X": X, "y": Y}])
def test_validation_is_a_pair_or_a_share(validation: Any) -> None:
    with pytest.raises(InputError, match=r"validation takes a pair \(X, y\) .*, or a share between 0 and 1"):
        fit(validation=validation)


def test_what_is_wrong_with_validation_data_is_said_of_them() -> None:
    with pytest.raises(InputError, match=r"^validation: the network tells 3 classes apart, 0 to 2, and y goes from"):
        fit(validation=(np.ones((2, 3)), [0, 3]))
    with pytest.raises(cr.errors.ShapeError, match=r"^validation: X is \[2, 4\]"):
        fit(validation=(np.ones((2, 4)), [0, 1]))


@pytest.mark.parametrize("callbacks", [print, [3], 3, None, ["a"], "ab"])
def test_callbacks_are_a_list_of_functions(callbacks: Any) -> None:
    with pytest.raises(InputError, match=r"give a list of functions of the history, such as \[f\]"):
        fit(callbacks=callbacks)


@pytest.mark.parametrize("optimizer", ["Adam", cr.optimizers.Adam, None, 0.1])
def test_optimizers(optimizer: Any) -> None:
    with pytest.raises(InputError, match="optimizer"):
        fit(optimizer=optimizer)


def test_a_refused_training_changes_nothing() -> None:
    net = cr.Network([3, 3], output="softmax")
    before = net.W[1]
    for settings in ({"epochs": 0}, {"optimizer": "x"}, {"validation": 2}, {"callbacks": 1}, {"threads": 0}):
        with pytest.raises(InputError):
            net.fit(X, Y, progress=False, **settings)
    assert net.W[1] is before
    assert len(net.history) == 0
