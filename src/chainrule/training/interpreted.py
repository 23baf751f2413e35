"""Steps by the interpreter: a graph for each batch size, run by NumPy."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.layers.dense import Architecture
from chainrule.training.engine import Failure, Outcome, Params, order_of
from chainrule.training.objective import Objective
from chainrule.training.optimizers.optimizer import Optimizer
from chainrule.training.samples import Samples
from chainrule.training.step import Score, evaluator, stepper

__all__ = ["Interpreted"]

Array = np.ndarray[Any, Any]
BLOCK = 4096  # rows that are evaluated at once


class Interpreted:
    """The engine for everything that can be traced.

    Args:
        architecture: the network.
        objective: what is minimized.
        optimizer: how parameters move.
        params: where to start.
    """

    def __init__(self, architecture: Architecture, objective: Objective, optimizer: Optimizer, params: Params) -> None:
        self._params = params
        self._state = optimizer.init(params)
        self._step = stepper(architecture, objective, optimizer)
        self._score = evaluator(architecture, objective)

    def params(self) -> Params:
        """Return the parameters, which no step changes in place."""
        return self._params

    def start_from(self, params: Params) -> None:
        """See `Engine`."""
        self._params = params

    def memory(self) -> Any:
        """See `Engine`."""
        return self._params, self._state

    def recall(self, memory: Any) -> None:
        """See `Engine`."""
        self._params, self._state = memory

    def epochs(self, samples: Samples, batch_size: int, seed: int, first: int, count: int) -> Outcome:
        """See `Engine`."""
        with _one_thread():
            return self._epochs(samples, batch_size, seed, range(first, first + count))

    def _epochs(self, samples: Samples, batch_size: int, seed: int, numbers: range) -> Outcome:
        rows: list[Array] = []
        for epoch in numbers:
            order = order_of(len(samples), seed, epoch)
            scores: list[Score] = []
            for start in range(0, len(order), batch_size):
                batch = order[start : start + batch_size]
                params, state, score = self._step(self._params, self._state, samples.X[batch], samples.y[batch])
                if not np.isfinite(score.loss):
                    return Outcome(_table(rows), Failure(float(score.loss), len(scores)))
                self._params, self._state = params, state
                scores.append(score)
            rows.append(_sums(scores))
        return Outcome(_table(rows))

    def evaluate(self, params: Params, samples: Samples) -> Array:
        """See `Engine`."""
        blocks = [slice(start, start + BLOCK) for start in range(0, len(samples), BLOCK)]
        with _one_thread():
            return _sums([self._score(params, samples.X[rows], samples.y[rows]) for rows in blocks])


def _sums(scores: list[Score]) -> Array:
    """Added up in float64."""
    sums: Array = np.sum([[float(each) for each in score if each is not None] for score in scores], axis=0)
    return sums


def _table(rows: list[Array]) -> Array:
    return np.array(rows) if rows else np.zeros((0, 1))


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Give NumPy's matrix products one thread for a while: the last bits of large ones depend on how many they take."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
