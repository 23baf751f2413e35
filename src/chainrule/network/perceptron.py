"""Rosenblatt's neuron and his learning rule.

Source: F. Rosenblatt (1958), "The perceptron: a probabilistic model for information storage and organization in the
brain", Psychological Review 65; A. Novikoff (1962), "On convergence proofs on perceptrons".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainrule.errors import InputError, ShapeError
from chainrule.functions import step

__all__ = ["LearningRecord", "Perceptron", "Update"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Update:
    """One application of the learning rule, w <- w + learning_rate * error * x."""

    epoch: int  # counted from 1
    sample: int  # the row of X, counted from 0
    x: tuple[float, ...]
    target: int
    prediction: int
    weights: tuple[float, ...]  # after the update
    bias: float

    @property
    def error(self) -> int:
        """What the rule multiplies by: target - prediction, 1 or -1."""
        return self.target - self.prediction


@dataclass(frozen=True)
class LearningRecord:
    """What happened while a perceptron learned: every update, and how many there were in each epoch."""

    updates: tuple[Update, ...]
    mistakes: tuple[int, ...]

    @property
    def converged(self) -> bool:
        """Whether the last epoch went without a mistake."""
        return self.mistakes[-1] == 0

    def __str__(self) -> str:
        lines = ["epoch  sample  target  prediction  error  x -> weights, bias"]
        for u in self.updates:
            numbers = f"{u.epoch:5}  {u.sample:6}  {u.target:6}  {u.prediction:10}  {u.error:+5}"
            lines.append(f"{numbers}  {_vector(u.x)} -> {_vector(u.weights)}, {u.bias:g}")
        end = (
            "no mistake in the last epoch"
            if self.converged
            else f"still {self.mistakes[-1]} mistakes in the last epoch"
        )
        return "\n".join([*lines, f"{len(self.mistakes)} epochs, {len(self.updates)} updates, {end}"])


class Perceptron:
    """A neuron with a step for its activation function: y = 1 where z = w . x + b is above a threshold, else 0.

    The lecture has two conventions, which differ only where z is exactly the threshold: 1 if z > 0.5 (``strict``), and
    1 if z >= 0.5. With the weights (0.5, 0.5) the first is AND, the second OR.

    Attributes:
        weights: w, one number for each input; None until `fit` has seen how many inputs there are.
        bias: b.
        threshold: what z is compared with.
        strict: whether z has to be greater than the threshold, or may be equal to it.

    Example:
        >>> X = [[0, 0], [0, 1], [1, 0], [1, 1]]
        >>> Perceptron([0.5, 0.5]).predict(X)
        array([0, 0, 0, 1])
        >>> Perceptron([0.5, 0.5], strict=False).predict(X)
        array([0, 1, 1, 1])
    """

    def __init__(
        self,
        weights: npt.ArrayLike | None = None,
        bias: float = 0.0,
        threshold: float = 0.5,
        strict: bool = True,
    ) -> None:
        self.weights: Floats | None = None if weights is None else _finite("weights", weights, ndim=1)
        self.bias = float(_finite("bias", bias, ndim=0))
        self.threshold = float(_finite("threshold", threshold, ndim=0))
        self.strict = strict

    def net_input(self, X: npt.ArrayLike) -> Floats:
        """Return z = X w + b, one number for each row of ``X`` (N, n); a single sample (n,) gives a single number.

        Raises:
            InputError: the neuron has no weights yet, or ``X`` is not finite.
            ShapeError: the samples have not as many numbers as the neuron has weights.
        """
        if self.weights is None:
            raise InputError("this perceptron has no weights yet; give it some, Perceptron([0.4, 0.4]), or call fit")
        samples = _finite("X", X)
        if samples.ndim not in (1, 2) or samples.shape[-1] != len(self.weights):
            raise ShapeError(f"X has the shape {samples.shape}, but the perceptron takes (N, {len(self.weights)})")
        return np.asarray(samples @ self.weights + self.bias)

    def predict(self, X: npt.ArrayLike) -> Integers:
        """Return 0 or 1 for each row of ``X`` (N, n); errors as in `net_input`."""
        return np.asarray(step(self.net_input(X), self.threshold, self.strict), dtype=np.int64)

    def fit(
        self,
        X: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        epochs: int = 100,
        learning_rate: float = 1.0,
        learn_bias: bool = True,
    ) -> LearningRecord:
        """Learn from samples one after the other, going on from the present weights (zeros if there are none).

        After each mistake w <- w + learning_rate (y - prediction) x, and b likewise with x = 1. If some weights and
        bias separate the samples, this ends after finitely many updates (Novikoff 1962). With ``learn_bias=False``, as
        in the lecture's exercise, the threshold stays, and the learning rate has to be small enough for the weights to
        stop between two limits: AND, whose weights must be at most 0.5, is learned with 0.1 and not with 1.

        Args:
            X: samples (N, n).
            y: targets (N,), 0 or 1.
            epochs: how many times to go through the samples at most; it ends after an epoch without a mistake.
            learning_rate: the size of an update.
            learn_bias: whether the bias is learned too.

        Returns:
            Every update, in order. The perceptron itself has the learned weights.

        Raises:
            InputError: a target is not 0 or 1, a number is not finite, or there is nothing to learn from.
            ShapeError: the shapes of ``X``, ``y`` and the weights do not fit.

        Example:
            >>> neuron = Perceptron()
            >>> record = neuron.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])
            >>> record.converged, record.mistakes
            (True, (1, 3, 3, 2, 1, 0))
            >>> neuron
            Perceptron(weights=[2.0, 1.0], bias=-2.0, threshold=0.5, strict=True)
        """
        samples, targets = _samples(X, y)
        if epochs < 1 or not 0 < learning_rate < np.inf:
            raise InputError(f"epochs must be 1 or more and learning_rate above 0, not {epochs} and {learning_rate}")
        if self.weights is None:
            self.weights = np.zeros(samples.shape[1])
        updates: list[Update] = []
        mistakes: list[int] = []
        while len(mistakes) < epochs and 0 not in mistakes:
            made = list(self._learn(len(mistakes) + 1, samples, targets, learning_rate, learn_bias))
            updates += made
            mistakes.append(len(made))
        return LearningRecord(tuple(updates), tuple(mistakes))

    def _learn(
        self, epoch: int, samples: Floats, targets: Sequence[int], rate: float, learn_bias: bool
    ) -> Iterator[Update]:
        """Go once through the samples, updating after each mistake."""
        for sample, (x, target) in enumerate(zip(samples, targets, strict=True)):
            prediction = int(self.predict(x))
            error = target - prediction
            if error:
                self.weights = self.weights + rate * error * x
                self.bias += rate * error * learn_bias
                yield Update(epoch, sample, _tuple(x), target, prediction, _tuple(self.weights), self.bias)

    def __repr__(self) -> str:
        weights = None if self.weights is None else self.weights.tolist()
        return f"Perceptron(weights={weights}, bias={self.bias}, threshold={self.threshold}, strict={self.strict})"


def _finite(name: str, value: npt.ArrayLike, ndim: int | None = None) -> Floats:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} must be numbers: {error}") from None
    if ndim is not None and array.ndim != ndim:
        raise ShapeError(f"{name} must have {ndim} {'dimension' if ndim == 1 else 'dimensions'}, not {array.ndim}")
    if not np.all(np.isfinite(array)):
        raise InputError(f"{name} must be finite, but it holds NaN or infinity")
    return array


def _samples(X: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, list[int]]:
    samples, targets = _finite("X", X, ndim=2), _finite("y", y, ndim=1)
    if len(samples) != len(targets):
        raise ShapeError(f"X has {len(samples)} rows, but y has {len(targets)} targets")
    if len(samples) == 0:
        raise InputError("there are no samples to learn from")
    strange = targets[(targets != 0) & (targets != 1)]
    if strange.size:
        raise InputError(f"a perceptron learns the targets 0 and 1; y holds {strange[0]:g}")
    return samples, [int(target) for target in targets]


def _tuple(vector: Floats) -> tuple[float, ...]:
    return tuple(vector.tolist())


def _vector(numbers: Sequence[float]) -> str:
    return f"({', '.join(f'{number:g}' for number in numbers)})"
