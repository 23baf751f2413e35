"""scikit-learn: predict_proba of an MLPClassifier with the given weights."""

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.benchmarks.cases import Net, Training
from chainrule.benchmarks.training.scikit_learn import network

__all__ = ["predictor"]

Array = Any


def predictor(net: Net, arrays: dict[str, Array], threads: int) -> Callable[[Array], Array]:
    """Return the function that predicts."""
    del threads  # OpenBLAS takes them from the environment
    labels = np.arange(net.widths[-1])  # one row of each class, to make the estimator
    made = network(Training(net, len(labels), len(labels), "sgd", 0.0001), arrays, labels)
    return made.predict_proba  # type: ignore[no-any-return]
