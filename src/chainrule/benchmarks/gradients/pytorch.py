"""PyTorch: the functions with its own operations."""

from collections.abc import Callable
from typing import Any

from chainrule.benchmarks.cases import Gradient
from chainrule.benchmarks.gradients.formulas import rosenbrock, split

__all__ = ["call"]

Array = Any
Arrays = dict[str, Array]


def call(case: Gradient, arrays: Arrays, threads: int) -> Callable[[], Any]:
    """Return the call of value and gradient."""
    import torch

    torch.set_num_threads(threads)
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
    params, data = split(tensors)
    leaves = params if isinstance(params, dict) else {"x": params}
    for leaf in leaves.values():
        leaf.requires_grad_()
    function = _FORMULAS[case.formula]

    def value_and_gradient() -> Any:
        value = function(params, data)
        gradient = torch.autograd.grad(value, [*leaves.values()])
        return value.detach(), dict(zip(leaves, gradient, strict=True))

    return value_and_gradient


def _log_sum_exp(x: Array, data: Arrays) -> Array:
    del data
    return x.logsumexp(0)


def _logistic(w: Array, data: Arrays) -> Array:
    from torch.nn import functional

    return functional.binary_cross_entropy_with_logits(data["X"] @ w, data["y"], reduction="sum")


def _two_layer(params: Arrays, data: Arrays) -> Array:
    from torch.nn import functional

    hidden = functional.linear(data["X"], params["W1"], params["b1"]).tanh()
    return functional.mse_loss(functional.linear(hidden, params["W2"], params["b2"]), data["y"])


_FORMULAS: dict[str, Any] = {
    "rosenbrock": rosenbrock(None),
    "log_sum_exp": _log_sum_exp,
    "logistic": _logistic,
    "two_layer": _two_layer,
}
