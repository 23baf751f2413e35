"""The loop: which samples make a batch, and figures that are means over all of them."""

from typing import Any

import numpy as np
import pytest

from chainrule.layers.dense import Architecture
from chainrule.layers.initializers import initial_parameters
from chainrule.training import loop
from chainrule.training.loop import Trainer, batches
from chainrule.training.objective import objective_for
from chainrule.training.optimizers import GradientDescent
from chainrule.training.samples import Samples

RNG = np.random.default_rng(4)


@pytest.mark.parametrize(("n", "size", "lengths"), [(10, 4, [4, 4, 2]), (8, 4, [4, 4]), (3, 4, [3]), (1, 1, [1])])
def test_each_sample_is_in_one_batch(n: int, size: int, lengths: list[int]) -> None:
    found = list(batches(n, size, seed=0, epoch=1))
    assert [len(rows) for rows in found] == lengths
    assert sorted(np.concatenate(found)) == list(range(n))


def test_seed_and_epoch_decide_the_order() -> None:
    def order(seed: int, epoch: int) -> Any:
        return np.concatenate(list(batches(50, 8, seed, epoch))).tolist()

    assert order(0, 1) == order(0, 1)
    assert len({tuple(order(seed, epoch)) for seed in (0, 1, 2**64 - 1) for epoch in (1, 2, 3)}) == 9


def test_positions_are_drawn_evenly() -> None:
    firsts = [int(next(batches(5, 5, seed=0, epoch=epoch))[0]) for epoch in range(1, 1001)]
    assert np.bincount(firsts).min() > 150


def trainer(rate: float = 0.1, **settings: Any) -> tuple[Trainer, Samples]:
    architecture = Architecture((4, 5, 3), "tanh", "softmax")
    params = initial_parameters(architecture, 0, np.dtype(np.float64))
    samples = Samples(RNG.normal(size=(23, 4)), RNG.integers(0, 3, 23))
    return Trainer(architecture, objective_for(architecture), GradientDescent(rate), params, 0, **settings), samples


@pytest.mark.parametrize("batch_size", [1, 5, 23])
def test_figures_of_an_epoch_are_means_over_the_samples(batch_size: int) -> None:
    made, samples = trainer(rate=0.0)
    made.run(samples, 1, batch_size, samples)
    (epoch,) = made.history
    assert epoch.validation_loss is not None
    assert epoch.loss == pytest.approx(epoch.validation_loss, rel=1e-13)
    assert epoch.metrics["accuracy"] == epoch.metrics["validation_accuracy"]
    assert epoch.metrics["accuracy"] * 23 == pytest.approx(round(epoch.metrics["accuracy"] * 23))


def test_blocks_of_any_size_are_evaluated_alike(monkeypatch: Any) -> None:
    made, samples = trainer()
    whole = made.evaluate(samples)
    monkeypatch.setattr(loop, "BLOCK", 5)
    parts = made.evaluate(samples)
    assert parts.loss == pytest.approx(whole.loss, rel=1e-13)
    assert parts.accuracy == whole.accuracy


def test_epochs_go_on_from_those_before() -> None:
    once, samples = trainer()
    once.run(samples, 4, 5)
    first, _ = trainer()
    first.run(samples, 3, 5)
    second = Trainer(
        Architecture((4, 5, 3), "tanh", "softmax"),
        objective_for(Architecture((4, 5, 3), "tanh", "softmax")),
        GradientDescent(0.1),
        first.params,
        0,
        past=3,
    )
    second.run(samples, 1, 5)
    assert all(np.array_equal(second.params[name], theta) for name, theta in once.params.items())
    assert [epoch.epoch for epoch in second.history] == [1]
