"""NumPy by hand: the gradients derived on paper, sharing what the value has computed."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.benchmarks.cases import Gradient
from chainrule.benchmarks.gradients.formulas import split

__all__ = ["call"]

Array = Any
Arrays = dict[str, Array]


def call(case: Gradient, arrays: Arrays, threads: int) -> Callable[[], Any]:
    """Return the call of value and gradient."""
    del threads  # OpenBLAS takes them from the environment
    params, data = split(arrays)
    function = _FUNCTIONS[case.formula]
    return lambda: function(params, data)


def _rosenbrock(x: Array, data: Arrays) -> Any:
    del data
    head, rest = x[:-1], 1 - x[:-1]
    bend = x[1:] - head * head
    steep = 200 * bend
    gradient = np.empty_like(x)
    gradient[:-1] = -2 * (steep * head + rest)
    gradient[-1] = 0
    gradient[1:] += steep
    return 100 * (bend @ bend) + rest @ rest, gradient


def _log_sum_exp(x: Array, data: Arrays) -> Any:
    del data
    top = x.max()
    shares = np.subtract(x, top)
    np.exp(shares, out=shares)
    total = shares.sum()
    shares /= total
    return top + np.log(total), shares


def _logistic(w: Array, data: Arrays) -> Any:
    """log(1 + e^z) = max(z, 0) + log(1 + e^{-|z|}), and the sigmoid from the same exponential."""
    X, y = data["X"], data["y"]
    z = X @ w
    e = np.abs(z)
    np.negative(e, out=e)
    np.exp(e, out=e)
    value = np.maximum(z, 0).sum() + np.log1p(e).sum() - y @ z
    delta = np.where(z >= 0, 1, e)
    e += 1
    delta /= e
    delta -= y
    return value, delta @ X


def _two_layer(params: Arrays, data: Arrays) -> Any:
    X, hidden = data["X"], data["X"] @ params["W1"].T
    hidden += params["b1"]
    np.tanh(hidden, out=hidden)
    error = hidden @ params["W2"].T
    error += params["b2"]
    error -= data["y"]
    value = np.vdot(error, error) / error.size
    error *= 2 / error.size
    delta = error @ params["W2"]
    delta *= 1 - hidden * hidden
    gradient = {"W1": delta.T @ X, "b1": np.add.reduce(delta), "W2": error.T @ hidden, "b2": np.add.reduce(error)}
    return value, gradient


_FUNCTIONS: Mapping[str, Callable[[Any, Arrays], Any]] = MappingProxyType(
    {"rosenbrock": _rosenbrock, "log_sum_exp": _log_sum_exp, "logistic": _logistic, "two_layer": _two_layer}
)
