"""PyTorch, compiled: the whole step (gather, loss, gradient, update in place) is one compiled function."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from chainrule.benchmarks.cases import Training
from chainrule.benchmarks.training.pytorch import loss_function, module, numbered
from chainrule.benchmarks.training.trainer import Arrays, Trainer, batch_starts

__all__ = ["trainer"]

Array = Any

_MOMENTUM = 0.9
_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8


def trainer(case: Training, arrays: Arrays, threads: int) -> Trainer:
    """Return a network in training."""
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    X, y = torch.from_numpy(arrays["X"]), torch.from_numpy(arrays["y"])
    model = module(case.net, arrays)
    params = {name: tensor.detach() for name, tensor in model.named_parameters()}
    step = _step(case, model, params)

    def epochs(count: int) -> None:
        with torch.no_grad():
            for _ in range(count):
                order = torch.randperm(len(X))
                for start in batch_starts(len(X), case.batch_size):
                    step(X, y, order[start : start + case.batch_size])

    return Trainer(epochs, lambda: numbered(params.values()))


def _step(case: Training, model: Any, params: Any) -> Any:
    """The step, which moves the parameters and its state in place."""
    import torch
    from torch._inductor import config

    config.cpp_wrapper = True  # the call of the compiled step goes through C++, not Python
    loss, update = loss_function(case.net), _UPDATES[case.optimizer]
    thetas = [*params.values()]
    state = [torch.zeros(()), [torch.zeros_like(p) for p in thetas], [torch.zeros_like(p) for p in thetas]]

    def of_params(params: Any, X: Array, y: Array) -> Any:
        return loss(torch.func.functional_call(model, params, (X,)), y)

    def step(X: Array, y: Array, rows: Array) -> None:
        gradients = torch.func.grad(of_params)(params, X[rows], y[rows])
        update(thetas, [*gradients.values()], state, case.learning_rate)

    return torch.compile(step, dynamic=False)


def _sgd(thetas: Any, gradients: Any, state: Any, rate: float) -> None:
    del state
    for theta, g in zip(thetas, gradients, strict=True):
        theta.sub_(rate * g)


def _momentum(thetas: Any, gradients: Any, state: Any, rate: float) -> None:
    for theta, g, velocity in zip(thetas, gradients, state[1], strict=True):
        velocity.mul_(_MOMENTUM).add_(g)
        theta.sub_(rate * velocity)


def _adam(thetas: Any, gradients: Any, state: Any, rate: float) -> None:
    step, means, mean_squares = state
    step.add_(1)
    c1, c2 = 1 - _BETA1**step, 1 - _BETA2**step
    for theta, g, m, v in zip(thetas, gradients, means, mean_squares, strict=True):
        m.mul_(_BETA1).add_((1 - _BETA1) * g)
        v.mul_(_BETA2).add_((1 - _BETA2) * g * g)
        theta.sub_(rate * (m / c1) / ((v / c2).sqrt() + _EPSILON))


_UPDATES: Mapping[str, Any] = MappingProxyType({"sgd": _sgd, "momentum": _momentum, "adam": _adam})
