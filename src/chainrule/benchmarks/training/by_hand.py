"""NumPy by hand: arrays are made before the first step; all parameters lie in one, which is updated at once."""

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.benchmarks.cases import Training
from chainrule.benchmarks.training.by_hand_optimizers import UPDATES
from chainrule.benchmarks.training.trainer import Arrays, Trainer, batch_starts, names

__all__ = ["trainer"]

Array = Any


def trainer(case: Training, arrays: Arrays, threads: int) -> Trainer:
    """Return a network in training."""
    del threads  # OpenBLAS takes them from the environment
    network = _Network(case, arrays)
    return Trainer(network.epochs, lambda: {name: array.copy() for name, array in network.params.items()})


class _Network:
    """A network with room for one batch.

    Attributes:
        params: views into ``flat``, which holds all of them; ``gradients`` into ``flat_gradient`` likewise.
    """

    def __init__(self, case: Training, arrays: Arrays) -> None:
        self.case, self.X, self.y = case, arrays["X"], arrays["y"]
        self.flat = np.concatenate([arrays[name].ravel() for name in names(arrays)])
        self.flat_gradient = np.zeros_like(self.flat)
        shapes = {name: arrays[name].shape for name in names(arrays)}
        self.params, self.gradients = _views(self.flat, shapes), _views(self.flat_gradient, shapes)
        rows = [np.empty((case.batch_size, width), np.float32) for width in case.net.widths]
        self.a, self.delta = rows, [np.empty_like(each) for each in rows]
        self.slope = [np.empty_like(each) for each in rows]
        self.update = UPDATES[case.optimizer](self.flat, case.learning_rate)
        self.random = np.random.default_rng(0)

    def epochs(self, count: int) -> None:
        n_rows, size = len(self.X), self.case.batch_size
        for _ in range(count):
            order = self.random.permutation(n_rows)
            for start in batch_starts(n_rows, size):
                self.step(order[start : start + size])

    def step(self, rows: Array) -> None:
        a, delta, slope = ([each[: len(rows)] for each in arrays] for arrays in (self.a, self.delta, self.slope))
        np.take(self.X, rows, axis=0, out=a[0], mode="clip")  # with the default mode it would go through a copy
        self.forward(a)
        _LAST_DELTA[self.case.net.output](a[-1], self.y[rows], delta[-1])
        self.backward(a, delta, slope)
        self.update(self.flat_gradient)

    def forward(self, a: list[Array]) -> None:
        """Fill a[1] ... with activations; the last with logits."""
        last = len(a) - 1
        activate = _ACTIVATIONS[self.case.net.activation]
        for layer in range(1, last + 1):
            np.matmul(a[layer - 1], self.params[f"W{layer}"].T, out=a[layer])
            a[layer] += self.params[f"b{layer}"]
            if layer < last:
                activate(a[layer])

    def backward(self, a: list[Array], delta: list[Array], slope: list[Array]) -> None:
        """Fill the gradients and, from the last delta, those of the other layers."""
        for layer in range(len(a) - 1, 0, -1):
            np.matmul(delta[layer].T, a[layer - 1], out=self.gradients[f"W{layer}"])
            np.add.reduce(delta[layer], axis=0, out=self.gradients[f"b{layer}"])
            if layer > 1:
                np.matmul(delta[layer], self.params[f"W{layer}"], out=delta[layer - 1])
                _SLOPES[self.case.net.activation](a[layer - 1], slope[layer - 1])
                delta[layer - 1] *= slope[layer - 1]


def _views(flat: Array, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    found, start = {}, 0
    for name, shape in shapes.items():
        end = start + int(np.prod(shape))
        found[name], start = flat[start:end].reshape(shape), end
    return found


# --- activation functions, in place, and their slopes, from the activation ---------------------------------------

_ACTIVATIONS: dict[str, Callable[[Array], Any]] = {
    "relu": lambda z: np.maximum(z, 0, out=z),
    "tanh": lambda z: np.tanh(z, out=z),
}


def _tanh_slope(a: Array, out: Array) -> None:
    np.multiply(a, a, out=out)
    np.subtract(1, out, out=out)


_SLOPES: dict[str, Callable[[Array, Array], Any]] = {
    "relu": lambda a, out: np.greater(a, 0, out=out),
    "tanh": _tanh_slope,
}


# --- the gradient of the mean loss by the logits, which it may overwrite -------------------------------------------


def _softmax_delta(z: Array, y: Array, out: Array) -> None:
    z -= z.max(axis=1, keepdims=True)
    np.exp(z, out=out)
    out /= out.sum(axis=1, keepdims=True)
    out[np.arange(len(y)), y] -= 1
    out /= len(y)


def _sigmoid_delta(z: Array, y: Array, out: Array) -> None:
    np.negative(z, out=out)
    np.exp(out, out=out)
    out += 1
    np.reciprocal(out, out=out)
    out -= y
    out /= out.size


def _identity_delta(z: Array, y: Array, out: Array) -> None:
    np.subtract(z, y, out=out)
    out *= 2 / out.size


_LAST_DELTA = {"softmax": _softmax_delta, "sigmoid": _sigmoid_delta, "identity": _identity_delta}
