"""chainrule, as a user writes it."""

from typing import Any

import chainrule as cr
from chainrule.benchmarks.cases import Training
from chainrule.benchmarks.training.trainer import Arrays, Trainer

__all__ = ["trainer"]


def trainer(case: Training, arrays: Arrays, threads: int) -> Trainer:
    """Return a network in training."""
    net = cr.Network(case.net.widths, case.net.activation, case.net.output)
    for layer in range(1, case.net.n_layers + 1):
        net.W[layer], net.b[layer] = arrays[f"W{layer}"], arrays[f"b{layer}"]
    optimizer = _OPTIMIZERS[case.optimizer](learning_rate=case.learning_rate)
    settings: dict[str, Any] = {"batch_size": case.batch_size, "optimizer": optimizer, "threads": threads}

    def epochs(count: int) -> None:
        net.fit(arrays["X"], arrays["y"], epochs=count, progress=False, **settings)

    return Trainer(epochs, lambda: dict(net.params))


_OPTIMIZERS: dict[str, Any] = {
    "sgd": cr.optimizers.GradientDescent,
    "momentum": cr.optimizers.Momentum,
    "adam": cr.optimizers.Adam,
}
