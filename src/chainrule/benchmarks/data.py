"""The data of a case: initial weights and samples, made once from a seed and read by every competitor from one file."""

import math
from functools import singledispatch
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.benchmarks.cases import Case, Gradient, Inference, Net, Product, Start, Training

__all__ = ["parameters", "prepared", "read", "write"]

Array = Any
Arrays = dict[str, Array]
SEED = 0


def write(case: Case, path: Path) -> None:
    """Make the arrays of a case and write them to one ``.npz`` file."""
    np.savez(path, **prepared(case))


def read(path: Path) -> Arrays:
    """Read the arrays of a case."""
    with np.load(path) as file:
        return dict(file)


@singledispatch
def prepared(case: Case) -> Arrays:
    """Return the arrays of a case: X and y, and for a network W1, b1 ...; the same at every call.

    Example:
        >>> from chainrule.benchmarks.cases import find_case
        >>> {name: array.shape for name, array in prepared(find_case("training/xor")).items()}
        {'X': (4000, 2), 'y': (4000, 1), 'W1': (8, 2), 'b1': (8,), 'W2': (1, 8), 'b2': (1,)}
    """
    raise TypeError(f"no data for {case!r}")


@prepared.register
def _(case: Training) -> Arrays:
    return {**_samples(case.net, case.rows), **parameters(case.net)}


@prepared.register
def _(case: Inference) -> Arrays:
    return {"X": _samples(case.net, case.rows)["X"], **parameters(case.net)}


@prepared.register
def _(case: Start) -> Arrays:
    return prepared(case.training)


@prepared.register
def _(case: Product) -> Arrays:
    A, B = np.random.default_rng(SEED).standard_normal((2, case.size, case.size), np.float32)
    return {"A": A, "B": B}


@prepared.register
def _(case: Gradient) -> Arrays:
    random = np.random.default_rng(SEED)
    arrays: Arrays = _GRADIENT_DATA[case.formula](random, *case.shape)
    return arrays


def parameters(net: Net, dtype: str = "float32") -> Arrays:
    """Return W1, b1 ...: He's weights for ReLU and Glorot's for tanh; biases 0."""
    random = np.random.default_rng(SEED)
    found: Arrays = {}
    for layer, (n_in, n_out) in enumerate(zip(net.widths, net.widths[1:], strict=False), start=1):
        spread = math.sqrt(2 / n_in if net.activation == "relu" else 2 / (n_in + n_out))
        found[f"W{layer}"] = (spread * random.standard_normal((n_out, n_in))).astype(dtype)
        found[f"b{layer}"] = np.zeros(n_out, dtype)
    return found


def _samples(net: Net, rows: int) -> Arrays:
    return {"digits": _digits, "xor": _xor, "random": _random}[net.source](net, rows)


def _digits(net: Net, rows: int) -> Arrays:
    from sklearn.datasets import load_digits

    del net
    X, y = load_digits(return_X_y=True)
    return {"X": (X[:rows] / 16).astype(np.float32), "y": y[:rows].astype(np.int64)}


def _xor(net: Net, rows: int) -> Arrays:
    """The four rows again and again."""
    del net
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array([[0], [1], [1], [0]], np.float32)
    return {"X": np.resize(X, (rows, 2)), "y": np.resize(y, (rows, 1))}


def _random(net: Net, rows: int) -> Arrays:
    """Normal inputs; the targets are what a linear map of them says, so that there is something to learn."""
    random = np.random.default_rng(SEED)
    X = random.standard_normal((rows, net.widths[0]), np.float32)
    scores = X @ random.standard_normal((net.widths[0], net.widths[-1]), np.float32)
    if net.output == "softmax":
        return {"X": X, "y": np.argmax(scores, axis=1)}
    return {"X": X, "y": scores / np.float32(math.sqrt(net.widths[0]))}


# --- gradients -------------------------------------------------------------------------------------------------------


def _vector(random: np.random.Generator, size: int) -> Arrays:
    return {"x": random.standard_normal(size)}


def _classified(random: np.random.Generator, rows: int, columns: int) -> Arrays:
    X, w = random.standard_normal((rows, columns)), 0.1 * random.standard_normal(columns)
    return {"x": w, "X": X, "y": (random.random(rows) < 0.5).astype(float)}


def _regression(random: np.random.Generator, rows: int, *widths: int) -> Arrays:
    params = parameters(Net(widths, "tanh", "identity"), "float64")
    return {"X": random.standard_normal((rows, widths[0])), "y": random.standard_normal((rows, widths[-1])), **params}


_GRADIENT_DATA: dict[str, Any] = {
    "rosenbrock": _vector,
    "log_sum_exp": _vector,
    "logistic": _classified,
    "two_layer": _regression,
}
