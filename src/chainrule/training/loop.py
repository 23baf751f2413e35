"""The training loop: minibatch gradient descent over epochs."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.errors import DivergenceError
from chainrule.layers.dense import Architecture
from chainrule.training.history import Epoch, History
from chainrule.training.objective import Objective
from chainrule.training.optimizers import Optimizer
from chainrule.training.step import Score, evaluator, stepper

__all__ = ["Callback", "Samples", "Trainer", "batches"]

Array = Any
Params = dict[str, Array]
Callback = Callable[[History], Any]
BLOCK = 4096  # rows that are evaluated at once


@dataclass(frozen=True)
class Samples:
    """Inputs (N, M_0) and their targets."""

    X: Array
    y: Array

    def __len__(self) -> int:
        return len(self.X)


class Trainer:
    """Trains one network; ``params`` are those after the last whole step, also when training is interrupted.

    Args:
        architecture: the network.
        objective: what is minimized.
        optimizer: how parameters move.
        params: where to start.
        seed: decides the order of the samples; each epoch has an order of its own, whatever happened before.
    """

    def __init__(
        self, architecture: Architecture, objective: Objective, optimizer: Optimizer, params: Params, seed: int
    ) -> None:
        self.params = params
        self.state = optimizer.init(params)
        self._seed = seed
        self._step = stepper(architecture, objective, optimizer)
        self._evaluate = evaluator(architecture, objective)

    def run(
        self,
        samples: Samples,
        epochs: int,
        batch_size: int,
        validation: Samples | None = None,
        callbacks: Sequence[Callback] = (),
    ) -> History:
        """Train; a callback gets the history after each epoch, and training stops when one returns True.

        Raises:
            DivergenceError: the loss became infinite or NaN; ``params`` are those from before that epoch.
        """
        history = History()
        for epoch in range(1, epochs + 1):
            started = time.perf_counter()
            before = self.params
            score = self._epoch(samples, epoch, batch_size)
            if not np.isfinite(score.loss):
                self.params = before
                raise DivergenceError(_diverged(epoch, score.loss, history))
            checked = None if validation is None else self.evaluate(validation)
            history = history.plus(_row(epoch, score, checked, time.perf_counter() - started))
            if _asked_to_stop(callbacks, history):
                break
        return history

    def evaluate(self, samples: Samples) -> Score:
        """The mean loss and the accuracy."""
        blocks = (slice(start, start + BLOCK) for start in range(0, len(samples), BLOCK))
        return _mean([self._evaluate(self.params, samples.X[rows], samples.y[rows]) for rows in blocks], len(samples))

    def _epoch(self, samples: Samples, epoch: int, batch_size: int) -> Score:
        scores = []
        for rows in batches(len(samples), batch_size, self._seed, epoch):
            self.params, self.state, score = self._step(self.params, self.state, samples.X[rows], samples.y[rows])
            scores.append(score)
        return _mean(scores, len(samples))


def batches(n_samples: int, batch_size: int, seed: int, epoch: int) -> Iterator[Array]:
    """The rows of each minibatch: every sample once, in an order that seed and epoch decide; the last may be short.

    Example:
        >>> [len(rows) for rows in batches(10, 4, seed=0, epoch=1)]
        [4, 4, 2]
    """
    order = np.random.Generator(np.random.Philox(key=[seed, epoch])).permutation(n_samples)
    return (order[start : start + batch_size] for start in range(0, n_samples, batch_size))


def _asked_to_stop(callbacks: Sequence[Callback], history: History) -> bool:
    """Call all of them, also after one has asked."""
    answers = [callback(history) for callback in callbacks]
    return any(answer is True for answer in answers)


def _mean(scores: list[Score], n_samples: int) -> Score:
    """Sums of batches as means over the samples."""
    loss = sum(float(score.loss) for score in scores) / n_samples
    counted = [int(score.correct) for score in scores if score.correct is not None]
    return Score(loss, sum(counted) / n_samples if counted else None)


def _row(epoch: int, score: Score, checked: Score | None, seconds: float) -> Epoch:
    found = {"accuracy": score.correct, "validation_accuracy": None if checked is None else checked.correct}
    metrics = {name: figure for name, figure in found.items() if figure is not None}
    return Epoch(epoch, score.loss, None if checked is None else checked.loss, metrics, seconds)


def _diverged(epoch: int, loss: float, history: History) -> str:
    past = f"; the epoch before ended at {history.epochs[-1].loss:.4g}" if history.epochs else ""
    return (
        f"the loss became {loss} in epoch {epoch}{past}. The parameters are back at the start of that epoch; "
        "train on with a lower learning rate, or standardize the inputs"
    )
