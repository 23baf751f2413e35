"""The competitors that are always there train alike, step by step."""

import numpy as np
import pytest

from chainrule.benchmarks.cases import Net, Training
from chainrule.benchmarks.data import prepared
from chainrule.benchmarks.subject import subject
from chainrule.benchmarks.training import by_hand, ours, scikit_learn

CASES = {
    "softmax-adam": Training(Net((6, 8, 5, 3)), 40, 16, "adam", 0.01),
    "sigmoid-sgd": Training(Net((2, 4, 1), "tanh", "sigmoid", "xor"), 8, 4, "sgd", 0.5),
    "identity-momentum": Training(Net((5, 7, 1), output="identity"), 30, 8, "momentum", 0.01),
}


@pytest.mark.parametrize("name", CASES)
def test_parameters_by_hand_are_those_of_chainrule_after_steps_on_one_batch(name):
    case = CASES[name]
    arrays = prepared(case)
    batch = {**arrays, "X": arrays["X"][: case.batch_size], "y": arrays["y"][: case.batch_size]}
    trainers = [module.trainer(case, batch, 1) for module in (ours, by_hand)]
    for trainer in trainers:
        trainer.epochs(20)
    expected, found = (trainer.params() for trainer in trainers)
    for key, array in expected.items():
        assert np.max(np.abs(array - arrays[key])) > 1e-3, "nothing was learnt"
        np.testing.assert_allclose(found[key], array, atol=1e-5)


@pytest.mark.parametrize("name", ["softmax-adam", "sigmoid-sgd"])
def test_scikit_learn_starts_from_the_given_weights_and_trains_alike(name):
    case = CASES[name]
    arrays = prepared(case)
    losses = [subject(case, arrays, each, 1).results["loss after 5 steps"] for each in ("chainrule", "scikit-learn")]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_scikit_learn_does_not_stop_early():
    case = CASES["softmax-adam"]
    trainer = scikit_learn.trainer(case, prepared(case), 1)
    trainer.epochs(300)
    before = trainer.params()["W1"].copy()
    trainer.epochs(1)
    assert not np.array_equal(trainer.params()["W1"], before)


@pytest.mark.parametrize("competitor", ["chainrule", "numpy", "scikit-learn"])
def test_the_last_incomplete_batch_is_trained_too(competitor):
    case = CASES["identity-momentum"]  # 30 rows in batches of 8
    arrays = prepared(case)
    results = subject(case, arrays, competitor, 1).results
    assert np.isfinite(list(results.values())).all()
    assert results["loss after an epoch"] < results["loss after 5 steps"] * 5


@pytest.mark.parametrize("module", [ours, by_hand, scikit_learn])
def test_training_leaves_the_arrays_of_the_case_as_they_are(module):
    case = CASES["sigmoid-sgd"]
    arrays = prepared(case)
    module.trainer(case, arrays, 1).epochs(2)
    assert all(np.array_equal(array, arrays[name]) for name, array in prepared(case).items())
