"""The loop: which samples make a batch, and figures that are means over all of them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from chainrule.errors import DivergenceError
from chainrule.layers.dense import Architecture
from chainrule.layers.initializers import initial_parameters
from chainrule.training.engine import order_of
from chainrule.training.interpreted import Interpreted
from chainrule.training.loop import Trainer
from chainrule.training.native import Native
from chainrule.training.objective import objective_for
from chainrule.training.optimizers import GradientDescent
from chainrule.training.samples import Samples


@pytest.mark.parametrize("n", [1, 2, 3, 10, 1000])
def test_an_order_holds_each_sample_once(n: int) -> None:
    assert sorted(order_of(n, seed=0, epoch=1)) == list(range(n))


def test_seed_and_epoch_decide_the_order() -> None:
    orders = [tuple(order_of(50, seed, epoch)) for seed in (0, 1, 2**64 - 1) for epoch in (1, 2, 3)]
    assert len(set(orders)) == 9
    assert orders[0] == tuple(order_of(50, 0, 1))


def test_positions_are_drawn_evenly() -> None:
    firsts = [int(order_of(5, seed=0, epoch=epoch)[0]) for epoch in range(1, 1001)]
    assert np.bincount(firsts).min() > 150


ARCHITECTURE = Architecture((4, 5, 3), "tanh", "softmax")


@pytest.fixture(params=["native", "interpreted"])
def trainer(request: Any) -> Callable[..., tuple[Trainer, Samples]]:
    """Makes trainers with one of the two engines."""

    def make(rate: float = 0.1, params: Any = None, past: int = 0) -> tuple[Trainer, Samples]:
        samples = Samples(np.random.default_rng(4).normal(size=(23, 4)), np.random.default_rng(5).integers(0, 3, 23))
        start = params or initial_parameters(ARCHITECTURE, 0, np.dtype(np.float64))
        parts = ARCHITECTURE, objective_for(ARCHITECTURE), GradientDescent(rate), start
        engine = Native(*parts, samples, 5, threads=2) if request.param == "native" else Interpreted(*parts)
        return Trainer(engine, parts[2], 0, past), samples

    return make


@pytest.mark.parametrize("batch_size", [1, 5, 23])
def test_figures_of_an_epoch_are_means_over_the_samples(trainer: Any, batch_size: int) -> None:
    made, samples = trainer(rate=0.0)
    made.run(samples, 1, batch_size, samples)
    (epoch,) = made.history
    assert epoch.validation_loss is not None
    assert epoch.loss == pytest.approx(epoch.validation_loss, rel=1e-13)
    assert epoch.metrics["accuracy"] == epoch.metrics["validation_accuracy"]
    assert epoch.metrics["accuracy"] * 23 == pytest.approx(round(epoch.metrics["accuracy"] * 23))


def test_epochs_go_on_from_those_before(trainer: Any) -> None:
    once, samples = trainer()
    once.run(samples, 4, 5)
    first, _ = trainer()
    first.run(samples, 3, 5)
    second, _ = trainer(params=first.params, past=3)
    second.run(samples, 1, 5)
    assert all(np.array_equal(second.params[name], theta) for name, theta in once.params.items())
    assert [epoch.epoch for epoch in second.history] == [1]


def test_epochs_at_once_are_those_one_by_one(trainer: Any) -> None:
    (one, samples), (many, _) = trainer(), trainer()
    one.run(samples, 50, 5, callbacks=[lambda history: False])
    many.run(samples, 50, 5)
    assert [epoch.loss for epoch in many.history] == [epoch.loss for epoch in one.history]
    assert all(np.array_equal(many.params[name], theta) for name, theta in one.params.items())


@pytest.mark.parametrize("rate", [1.5, 20.0, 1e3, 1e10, 1e200])
def test_divergence_at_once_leads_back_to_where_it_leads_one_by_one(rate: float) -> None:
    architecture = Architecture((4, 5, 1), "relu", "identity")
    random = np.random.default_rng(4)
    samples = Samples(random.normal(size=(23, 4)), random.normal(size=(23, 1)))
    ends = []
    for at_once in (False, True):
        start = initial_parameters(architecture, 0, np.dtype(np.float64))
        parts = architecture, objective_for(architecture), GradientDescent(rate), start
        made = Trainer(Native(*parts, samples, 5, threads=1), parts[2], 0)
        with pytest.raises(DivergenceError) as caught:
            made.run(samples, 1000, 5, callbacks=[] if at_once else [lambda history: False])
        ends.append(
            (str(caught.value), len(made.history), {name: theta.tobytes() for name, theta in made.params.items()})
        )
    assert ends[0] == ends[1]
