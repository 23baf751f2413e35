"""The functions, as one writes them in NumPy; ``numpy`` is NumPy or a library that looks like it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

__all__ = ["FORMULAS", "flat", "log_sum_exp", "logistic", "rosenbrock", "split", "two_layer"]

Array = Any
Arrays = dict[str, Array]


def rosenbrock(numpy: Any) -> Callable[[Array, Arrays], Array]:
    """Return sum 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2."""
    del numpy
    return lambda x, data: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def log_sum_exp(numpy: Any) -> Callable[[Array, Arrays], Array]:
    """Return log sum e^{x_i}, with the greatest x drawn out."""

    def function(x: Array, data: Arrays) -> Array:
        del data
        top = numpy.max(x)
        return top + numpy.log(numpy.sum(numpy.exp(x - top)))

    return function


def logistic(numpy: Any) -> Callable[[Array, Arrays], Array]:
    """Return the negative log-likelihood of a logistic regression: sum log(1 + e^z) - y z, with z = X w."""

    def function(w: Array, data: Arrays) -> Array:
        z = data["X"] @ w
        return numpy.sum(numpy.logaddexp(0.0, z) - data["y"] * z)

    return function


def two_layer(numpy: Any) -> Callable[[Arrays, Arrays], Array]:
    """Return the mean squared error of a network with one hidden layer."""

    def function(params: Arrays, data: Arrays) -> Array:
        hidden = numpy.tanh(data["X"] @ params["W1"].T + params["b1"])
        return numpy.mean((hidden @ params["W2"].T + params["b2"] - data["y"]) ** 2)

    return function


FORMULAS: Mapping[str, Callable[[Any], Callable[[Any, Arrays], Array]]] = MappingProxyType(
    {"rosenbrock": rosenbrock, "log_sum_exp": log_sum_exp, "logistic": logistic, "two_layer": two_layer}
)


def split(arrays: Arrays) -> tuple[Any, Arrays]:
    """Return the parameters, an array or a dict of them, and the data, of the arrays of a case."""
    data = {name: array for name, array in arrays.items() if name in ("X", "y")}
    params = {name: array for name, array in arrays.items() if name not in data}
    return params.get("x", params), data


def flat(value: Any, gradient: Any) -> Array:
    """Return value and gradient, an array or a dict of them, as one vector of NumPy."""
    parts = [gradient[name] for name in sorted(gradient)] if isinstance(gradient, dict) else [gradient]
    return np.concatenate([np.ravel(np.asarray(part)) for part in (value, *parts)])
