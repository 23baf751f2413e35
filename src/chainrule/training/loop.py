"""The training loop: minibatch gradient descent over epochs."""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np

from chainrule.errors import DivergenceError
from chainrule.training.engine import Engine, Failure, Params
from chainrule.training.history import Epoch, History
from chainrule.training.optimizers.optimizer import Optimizer
from chainrule.training.samples import Samples

__all__ = ["Callback", "Figures", "Trainer"]

Array = Any
Callback = Callable[[History], Any]
_AT_ONCE = 0.1  # seconds of epochs between which nobody looks
LAST = 1024  # samples on which the parameters are tried in the end


class Figures(NamedTuple):
    """How good a network is on some samples."""

    loss: float
    accuracy: float | None


class _Start(NamedTuple):
    """Where some epochs began.

    Attributes:
        epochs: how many were complete.
        params: the parameters.
        memory: all that the engine needs to go on from there, if there is more than one epoch to the next start.
    """

    epochs: int
    params: Params
    memory: Any


class Trainer:
    """Trains one network; whatever ends the training, ``params`` and ``history`` say how far it came.

    Args:
        engine: holds the parameters and moves them.
        optimizer: how they move, to be named in messages.
        seed: decides the order of the samples.
        past: how many epochs the network has been trained before; each epoch has an order of its own.

    Attributes:
        params: the parameters after the last step.
        history: the epochs that are complete.
    """

    def __init__(self, engine: Engine, optimizer: Optimizer, seed: int, past: int = 0) -> None:
        self.params = engine.params()
        self.history = History()
        self._engine = engine
        self._optimizer = optimizer
        self._seed = seed
        self._past = past
        self._starts: list[_Start] = []  # the last two

    def run(
        self,
        samples: Samples,
        epochs: int,
        batch_size: int,
        validation: Samples | None = None,
        watchers: Sequence[Callback] = (),
        callbacks: Sequence[Callback] = (),
    ) -> None:
        """Train; a callback gets the history after each epoch, and training stops when one returns True.

        Args:
            samples: to learn from.
            epochs: how often each is used.
            batch_size: samples of a step.
            validation: samples that are only looked at.
            watchers: callbacks that may see several short epochs at once, if nobody else looks between them.
            callbacks: see above.

        Raises:
            DivergenceError: the loss or a parameter left the finite numbers; ``params`` and ``history`` are back at the
                start of the last epoch that began with a finite loss.
        """
        count = 1
        while len(self.history) < epochs:
            started = time.perf_counter()
            rows = self._epochs(samples, batch_size, min(count, epochs - len(self.history)))
            checked = None if validation is None else self.evaluate(validation)
            seconds = (time.perf_counter() - started) / len(rows)
            self._record(rows, len(samples), checked, seconds)
            if _asked_to_stop([*watchers, *callbacks], self.history):
                break
            if validation is None and not callbacks:
                count = min(2 * count, max(1, int(_AT_ONCE / seconds)))
        self._check_end(samples)

    def evaluate(self, samples: Samples) -> Figures:
        """Loss and accuracy of the present parameters."""
        return _means(self._engine.evaluate(self.params, samples), len(samples))

    def _epochs(self, samples: Samples, batch_size: int, count: int) -> Array:
        """Run some epochs; losses and right answers are those that each batch had before its step."""
        done = len(self.history)
        self._engine.start_from(self.params)  # a callback may have changed them
        self._starts = [*self._starts[-1:], _Start(done, self.params, self._engine.memory() if count > 1 else None)]
        try:
            outcome = self._engine.epochs(samples, batch_size, self._seed, self._past + done + 1, count)
        finally:
            self.params = self._engine.params()
        if outcome.failure is not None:
            self._record(outcome.sums, len(samples))
            self._failed(samples, batch_size, len(self.history), outcome.failure)
        if not all(np.isfinite(each).all() for each in self.params.values()):
            self._diverged(f"parameters became infinite in epoch {done + count}", done + count - 1, samples, batch_size)
        return outcome.sums

    def _record(self, rows: Array, n_samples: int, checked: Figures | None = None, seconds: float = 0.0) -> None:
        numbered = enumerate(rows, start=len(self.history) + 1)
        epochs = [_as_epoch(number, _means(row, n_samples), checked, seconds) for number, row in numbered]
        self.history = self.history.plus(*epochs)

    def _failed(self, samples: Samples, batch_size: int, done: int, failure: Failure) -> NoReturn:
        """The loss of a batch was not finite."""
        what = f"the loss became {failure.loss:g} in epoch {done + 1}"
        if not done and not failure.steps_before:
            self.params = self._starts[-1].params
            raise DivergenceError(
                f"{what}, before the first step: with these parameters the network overflows; standardize inputs "
                "and targets, or give it smaller parameters"
            )
        self._diverged(what, done if failure.steps_before else done - 1, samples, batch_size)

    def _check_end(self, samples: Samples) -> None:
        """The losses so far are those before a step; this is the one after the last."""
        loss = self.evaluate(Samples(samples.X[:LAST], samples.y[:LAST])).loss
        if not np.isfinite(loss):
            done = len(self.history)
            self._diverged(f"the loss became {loss:g} after epoch {done}", done - 1, samples, len(samples))

    def _diverged(self, what: str, epochs: int, samples: Samples, batch_size: int) -> NoReturn:
        """Go back to parameters with a finite loss, those after so many epochs."""
        start = next(each for each in reversed(self._starts) if each.epochs <= epochs)
        self.params = start.params
        if start.epochs < epochs:
            self._engine.recall(start.memory)
            self._engine.epochs(samples, batch_size, self._seed, self._past + start.epochs + 1, epochs - start.epochs)
            self.params = self._engine.params()
        self.history = History(self.history.epochs[:epochs])
        raise DivergenceError(
            f"{what} with {self._optimizer}. The parameters are back at the start of epoch {epochs + 1}; "
            "train on with a lower learning rate, or standardize inputs and targets first"
        )


def _asked_to_stop(callbacks: Sequence[Callback], history: History) -> bool:
    """Call all of them, also after one has asked."""
    answers = [callback(history) for callback in callbacks]
    return any(isinstance(answer, (bool, np.bool_)) and answer for answer in answers)


def _means(sums: Array, n_samples: int) -> Figures:
    """Sums over samples as means."""
    loss, *correct = (float(each) / n_samples for each in sums)
    return Figures(loss, correct[0] if correct else None)


def _as_epoch(number: int, trained: Figures, checked: Figures | None, seconds: float) -> Epoch:
    found = {"accuracy": trained.accuracy, "validation_accuracy": checked.accuracy if checked else None}
    metrics = {name: figure for name, figure in found.items() if figure is not None}
    return Epoch(number, trained.loss, checked.loss if checked else None, metrics, seconds)
