"""One training step as one graph: loss, gradient and update of the parameters, traced together from plain NumPy."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from chainrule.layers.dense import Architecture, run_layers
from chainrule.pipeline import prepared, value_and_grad
from chainrule.pipeline.stabilized import stabilize as stable
from chainrule.training.objective import Objective
from chainrule.training.optimizers.optimizer import Optimizer

__all__ = ["Score", "batch_score", "evaluator", "share_of", "stepper", "training_step"]

Array = Any
Params = dict[str, Array]


class Score(NamedTuple):
    """What a batch tells about the network: sums, so that batches can be added up."""

    loss: Array
    correct: Array | None = None


def training_step(architecture: Architecture, objective: Objective, optimizer: Optimizer) -> Callable[..., Any]:
    """Return the step ``(params, state, X, y, share) -> (params, state, score)`` as a plain NumPy function.

    ``share`` is 1 / N for a batch of N samples, the part that each of them has in the mean loss.
    """

    def step(params: Params, state: Any, X: Array, y: Array, share: Array) -> tuple[Params, Any, Score]:
        mean_loss = _mean_loss(architecture, objective)
        both = value_and_grad(mean_loss, has_aux=True, stabilize=objective.stabilize)
        (_, score), gradients = both(params, X, y, share)
        params, state = optimizer.step(params, gradients, state)
        return params, state, score

    return step


def stepper(architecture: Architecture, objective: Objective, optimizer: Optimizer) -> Callable[..., Any]:
    """Return ``(params, state, X, y) -> (params, state, score)`` ready to run: traced once for each batch size."""
    step = _by_batch_size(training_step(architecture, objective, optimizer))
    return lambda params, state, X, y: step(params, state, X, y, share_of(len(X), X.dtype))


def evaluator(architecture: Architecture, objective: Objective) -> Callable[..., Any]:
    """Return the function ``(params, X, y) -> score``, ready to run."""
    score = _by_batch_size(batch_score(architecture, objective))
    return lambda params, X, y: score(params, X, y, share_of(len(X), X.dtype))


def batch_score(architecture: Architecture, objective: Objective) -> Callable[..., Score]:
    """Return the function ``(params, X, y, share) -> score`` as a plain NumPy function."""
    mean_loss = _mean_loss(architecture, objective)

    def score(params: Params, X: Array, y: Array, share: Array) -> Score:
        return mean_loss(params, X, y, share)[1]

    return stable(score) if objective.stabilize else score


def share_of(n_samples: int, dtype: np.dtype[Any]) -> Array:
    """The part that each sample of a batch has in its mean."""
    return dtype.type(1 / n_samples)


def _mean_loss(architecture: Architecture, objective: Objective) -> Callable[..., tuple[Array, Score]]:
    """E, the mean of the samples' losses; and the score."""

    def mean_loss(params: Params, X: Array, y: Array, share: Array) -> tuple[Array, Score]:
        layers = run_layers(architecture, params, X)
        losses = objective.per_sample(layers, y)
        correct = None if objective.correct is None else np.sum(objective.correct(layers.z[architecture.n_layers], y))
        total = np.sum(losses)
        return total * share, Score(total, correct)

    return mean_loss


def _by_batch_size(function: Callable[..., Any]) -> Callable[..., Any]:
    """Prepare a function of (..., X, y, share) anew for each batch size; the graph knows its shapes."""
    known: dict[int, Callable[..., Any]] = {}

    def run(*args: Any) -> Any:
        size = len(args[-2])
        if size not in known:
            known[size] = prepared(function, *args)
        return known[size](*args)

    return run
