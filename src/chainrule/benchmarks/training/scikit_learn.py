"""scikit-learn: MLPClassifier or MLPRegressor, without penalty and never stopping early."""

import warnings
from typing import Any

import numpy as np

from chainrule.benchmarks.cases import Training
from chainrule.benchmarks.training.trainer import Arrays, Trainer

__all__ = ["network", "trainer"]

Array = Any

_SOLVERS: dict[str, dict[str, Any]] = {
    "sgd": {"solver": "sgd", "momentum": 0.0},
    "momentum": {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False},
    "adam": {"solver": "adam"},
}


def trainer(case: Training, arrays: Arrays, threads: int) -> Trainer:
    """Return a network in training."""
    del threads  # OpenBLAS takes them from the environment
    X, y = arrays["X"], arrays["y"].reshape(len(arrays["y"]))
    model = network(case, arrays, y)
    warnings.simplefilter("ignore")  # it says after every fit that it has not converged

    def epochs(count: int) -> None:
        model.set_params(max_iter=count).fit(X, y)

    return Trainer(epochs, lambda: _params(model))


def network(case: Training, arrays: Arrays, y: Array) -> Any:
    """Return the estimator with the given weights, which its ``fit`` goes on from."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    estimator = MLPRegressor if case.net.output == "identity" else MLPClassifier
    model = estimator(
        hidden_layer_sizes=case.net.widths[1:-1],
        activation=case.net.activation,
        batch_size=min(case.batch_size, len(y)),
        learning_rate_init=case.learning_rate,
        alpha=0,
        tol=0,
        n_iter_no_change=10**9,
        warm_start=True,
        random_state=0,
        **_SOLVERS[case.optimizer],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.set_params(max_iter=1).fit(np.zeros((len(y), case.net.widths[0]), np.float32), y)
    layers = range(1, case.net.n_layers + 1)
    model.coefs_ = [arrays[f"W{layer}"].T.copy() for layer in layers]
    model.intercepts_ = [arrays[f"b{layer}"].copy() for layer in layers]
    return model


def _params(model: Any) -> Arrays:
    weights = {f"W{layer}": W.T for layer, W in enumerate(model.coefs_, start=1)}
    return {**weights, **{f"b{layer}": b for layer, b in enumerate(model.intercepts_, start=1)}}
