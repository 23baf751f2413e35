"""The training loop: minibatch gradient descent over epochs."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np

from chainrule.errors import DivergenceError
from chainrule.layers.dense import Architecture
from chainrule.layers.randomness import Purpose, random_stream
from chainrule.training.history import Epoch, History
from chainrule.training.objective import Objective
from chainrule.training.optimizers.optimizer import Optimizer
from chainrule.training.samples import Samples
from chainrule.training.step import Score, evaluator, stepper

__all__ = ["Callback", "Figures", "Trainer", "batches"]

Array = Any
Params = dict[str, Array]
Callback = Callable[[History], Any]
BLOCK = 4096  # rows that are evaluated at once


class Figures(NamedTuple):
    """How good a network is on some samples."""

    loss: float
    accuracy: float | None


class Trainer:
    """Trains one network; whatever ends the training, ``params`` and ``history`` say how far it came.

    Args:
        architecture: the network.
        objective: what is minimized.
        optimizer: how parameters move.
        params: where to start.
        seed: decides the order of the samples.
        past: how many epochs the network has been trained before; each epoch has an order of its own.

    Attributes:
        params: the parameters after the last step.
        history: the epochs that are complete.
    """

    def __init__(
        self,
        architecture: Architecture,
        objective: Objective,
        optimizer: Optimizer,
        params: Params,
        seed: int,
        past: int = 0,
    ) -> None:
        self.params = params
        self.history = History()
        self._optimizer = optimizer
        self._state = optimizer.init(params)
        self._seed = seed
        self._past = past
        self._step = stepper(architecture, objective, optimizer)
        self._evaluate = evaluator(architecture, objective)
        self._sound = params, self.history  # at the start of the last epoch whose first batch had a finite loss

    def run(
        self,
        samples: Samples,
        epochs: int,
        batch_size: int,
        validation: Samples | None = None,
        callbacks: Sequence[Callback] = (),
    ) -> None:
        """Train; a callback gets the history after each epoch, and training stops when one returns True.

        Raises:
            DivergenceError: the loss or a parameter left the finite numbers; ``params`` and ``history`` are back at the
                start of the last epoch that began with a finite loss.
        """
        for _ in range(epochs):
            started = time.perf_counter()
            trained = self._epoch(samples, batch_size)
            checked = None if validation is None else self.evaluate(validation)
            epoch = _as_epoch(len(self.history) + 1, trained, checked, time.perf_counter() - started)
            self.history = self.history.plus(epoch)
            if _asked_to_stop(callbacks, self.history):
                break
        self._check_end(samples)

    def evaluate(self, samples: Samples) -> Figures:
        """Loss and accuracy of the present parameters."""
        blocks = (slice(start, start + BLOCK) for start in range(0, len(samples), BLOCK))
        return _means([self._evaluate(self.params, samples.X[rows], samples.y[rows]) for rows in blocks], len(samples))

    def _epoch(self, samples: Samples, batch_size: int) -> Figures:
        """Take a step for each batch; loss and accuracy are those that each batch had before its step."""
        start = self.params, self.history
        number = self._past + len(self.history) + 1
        scores: list[Score] = []
        for rows in batches(len(samples), batch_size, self._seed, number):
            params, state, score = self._step(self.params, self._state, samples.X[rows], samples.y[rows])
            if not np.isfinite(score.loss):
                self._diverged(f"the loss became {score.loss:g} in epoch {len(self.history) + 1}")
            self._sound = start
            self.params, self._state = params, state
            scores.append(score)
        if not all(np.isfinite(each).all() for each in self.params.values()):
            self._diverged(f"parameters became infinite in epoch {len(self.history) + 1}")
        return _means(scores, len(samples))

    def _check_end(self, samples: Samples) -> None:
        """The losses so far are those before a step; this is the one after the last."""
        loss = self.evaluate(Samples(samples.X[:BLOCK], samples.y[:BLOCK])).loss
        if not np.isfinite(loss):
            self._diverged(f"the loss became {loss:g} after epoch {len(self.history)}")

    def _diverged(self, what: str) -> NoReturn:
        """Go back to parameters with a finite loss."""
        if self.params is self._sound[0]:
            raise DivergenceError(
                f"{what}, before the first step: with these parameters the network overflows; standardize inputs "
                "and targets, or give it smaller parameters"
            )
        self.params, self.history = self._sound
        raise DivergenceError(
            f"{what} with {self._optimizer}. The parameters are back at the start of epoch {len(self.history) + 1}; "
            "train on with a lower learning rate, or standardize inputs and targets first"
        )


def batches(n_samples: int, batch_size: int, seed: int, epoch: int) -> Iterator[Array]:
    """The rows of each minibatch: every sample once, in an order that seed and epoch decide; the last may be short.

    Example:
        >>> [len(rows) for rows in batches(10, 4, seed=0, epoch=1)]
        [4, 4, 2]
    """
    order = random_stream(seed, Purpose.ORDER_OF_SAMPLES, epoch).permutation(n_samples)
    return (order[start : start + batch_size] for start in range(0, n_samples, batch_size))


def _asked_to_stop(callbacks: Sequence[Callback], history: History) -> bool:
    """Call all of them, also after one has asked."""
    answers = [callback(history) for callback in callbacks]
    return any(isinstance(answer, (bool, np.bool_)) and answer for answer in answers)


def _means(scores: list[Score], n_samples: int) -> Figures:
    """Sums over batches as means over the samples."""
    loss = sum(float(score.loss) for score in scores) / n_samples
    correct = [int(score.correct) for score in scores if score.correct is not None]
    return Figures(loss, sum(correct) / n_samples if correct else None)


def _as_epoch(number: int, trained: Figures, checked: Figures | None, seconds: float) -> Epoch:
    found = {"accuracy": trained.accuracy, "validation_accuracy": checked.accuracy if checked else None}
    metrics = {name: figure for name, figure in found.items() if figure is not None}
    return Epoch(number, trained.loss, checked.loss if checked else None, metrics, seconds)
