"""PyTorch in inference mode; NumPy in and out."""

from collections.abc import Callable
from typing import Any

from chainrule.benchmarks.cases import Net
from chainrule.benchmarks.training.pytorch import module

__all__ = ["predictor"]

Array = Any


def predictor(net: Net, arrays: dict[str, Array], threads: int) -> Callable[[Array], Array]:
    """Return the function that predicts."""
    import torch

    torch.set_num_threads(threads)
    model = module(net, arrays).eval()

    def predict(X: Array) -> Array:
        with torch.inference_mode():
            return torch.softmax(model(torch.from_numpy(X)), dim=1).numpy()

    return predict
