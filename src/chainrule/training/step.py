"""One training step as one graph: loss, gradient and update of the parameters, traced together from plain NumPy."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from chainrule.layers.dense import Architecture, run_layers
from chainrule.pipeline import prepared, value_and_grad
from chainrule.training.objective import Objective
from chainrule.training.optimizers.optimizer import Optimizer

__all__ = ["Score", "evaluator", "stepper", "training_step"]

Array = Any
Params = dict[str, Array]


class Score(NamedTuple):
    """What a batch tells about the network: sums, so that batches can be added up."""

    loss: Array
    correct: Array | None = None


def training_step(architecture: Architecture, objective: Objective, optimizer: Optimizer) -> Callable[..., Any]:
    """Return the step ``(params, state, X, y) -> (params, state, score)`` as a plain NumPy function."""

    def step(params: Params, state: Any, X: Array, y: Array) -> tuple[Params, Any, Score]:
        (_, score), gradients = value_and_grad(_mean_loss(architecture, objective), has_aux=True)(params, X, y)
        params, state = optimizer.step(params, gradients, state)
        return params, state, score

    return step


def stepper(architecture: Architecture, objective: Objective, optimizer: Optimizer) -> Callable[..., Any]:
    """Return the training step ready to run: traced and differentiated once for each batch size."""
    return _by_shape(training_step(architecture, objective, optimizer))


def evaluator(architecture: Architecture, objective: Objective) -> Callable[..., Any]:
    """Return the function ``(params, X, y) -> score``, ready to run."""
    mean_loss = _mean_loss(architecture, objective)
    return _by_shape(lambda params, X, y: mean_loss(params, X, y)[1])


def _mean_loss(architecture: Architecture, objective: Objective) -> Callable[..., tuple[Array, Score]]:
    """E, the mean of the samples' losses; and the score."""

    def mean_loss(params: Params, X: Array, y: Array) -> tuple[Array, Score]:
        layers = run_layers(architecture, params, X)
        losses = objective.per_sample(layers, y)
        correct = None if objective.correct is None else np.sum(objective.correct(layers.z[architecture.n_layers], y))
        return np.mean(losses), Score(np.sum(losses), correct)

    return mean_loss


def _by_shape(function: Callable[..., Any]) -> Callable[..., Any]:
    """Prepare a function anew for each shape of its last argument; the graph knows its shapes."""
    known: dict[tuple[int, ...], Callable[..., Any]] = {}

    def run(*args: Any) -> Any:
        shape = args[-1].shape
        if shape not in known:
            known[shape] = prepared(function, *args)
        return known[shape](*args)

    return run
