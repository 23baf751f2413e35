"""PyTorch: a Sequential, tensors indexed in place of a DataLoader, fused optimizers."""

from collections.abc import Iterable
from typing import Any

from chainrule.benchmarks.cases import Net, Training
from chainrule.benchmarks.training.trainer import Arrays, Trainer, batch_starts

__all__ = ["loss_function", "module", "numbered", "trainer"]

Array = Any


def trainer(case: Training, arrays: Arrays, threads: int) -> Trainer:
    """Return a network in training."""
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    X, y = torch.from_numpy(arrays["X"]), torch.from_numpy(arrays["y"])
    model = module(case.net, arrays)
    loss, optimizer = loss_function(case.net), _optimizer(case, model)

    def epochs(count: int) -> None:
        for _ in range(count):
            order = torch.randperm(len(X))
            for start in batch_starts(len(X), case.batch_size):
                rows = order[start : start + case.batch_size]
                optimizer.zero_grad(set_to_none=True)
                loss(model(X[rows]), y[rows]).backward()
                optimizer.step()

    return Trainer(epochs, lambda: numbered(model.parameters()))


def module(net: Net, arrays: Arrays) -> Any:
    """Return the network, which gives logits, with the given weights."""
    import torch

    activation = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[net.activation]
    layers: list[Any] = []
    for layer, (n_in, n_out) in enumerate(zip(net.widths, net.widths[1:], strict=False), start=1):
        linear = torch.nn.Linear(n_in, n_out)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(arrays[f"W{layer}"]))
            linear.bias.copy_(torch.from_numpy(arrays[f"b{layer}"]))
        layers += [linear, activation()]
    return torch.nn.Sequential(*layers[:-1])


def loss_function(net: Net) -> Any:
    """Return the mean loss, from logits and targets."""
    from torch.nn import functional

    return {
        "softmax": functional.cross_entropy,
        "sigmoid": functional.binary_cross_entropy_with_logits,
        "identity": functional.mse_loss,
    }[net.output]


def numbered(tensors: Iterable[Any]) -> Arrays:
    """Return W1, b1, W2, b2 ..., in which order the tensors are."""
    arrays = [tensor.detach().numpy().copy() for tensor in tensors]
    return {f"{'Wb'[place % 2]}{place // 2 + 1}": array for place, array in enumerate(arrays)}


def _optimizer(case: Training, model: Any) -> Any:
    from torch import optim

    make: dict[str, Any] = {
        "sgd": lambda: optim.SGD(model.parameters(), lr=case.learning_rate, fused=True),
        "momentum": lambda: optim.SGD(model.parameters(), lr=case.learning_rate, momentum=0.9, fused=True),
        "adam": lambda: optim.Adam(model.parameters(), lr=case.learning_rate, fused=True),
    }
    return make[case.optimizer]()
