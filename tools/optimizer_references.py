"""Write tests/training/optimizers/references.json: where PyTorch's optimizers take a number in 100 steps.

Needs PyTorch, which the tests do without: ``pip install torch==2.13.0``, then ``python tools/optimizer_references.py``.
Each optimizer gets the gradients of ``references.json`` itself, in float64, one after the other.
"""

import json
from pathlib import Path

import numpy as np
import torch

FILE = Path(__file__).parent.parent / "tests/training/optimizers/references.json"
START = 2.0
OPTIMIZERS = {
    "GradientDescent(learning_rate=0.03)": lambda p: torch.optim.SGD(p, lr=0.03),
    "Momentum(learning_rate=0.03, momentum=0.8)": lambda p: torch.optim.SGD(p, lr=0.03, momentum=0.8),
    "Momentum(learning_rate=0.03, momentum=0.8, nesterov=True)": lambda p: torch.optim.SGD(
        p, lr=0.03, momentum=0.8, nesterov=True
    ),
    "AdaGrad(learning_rate=0.03)": lambda p: torch.optim.Adagrad(p, lr=0.03),
    "RMSProp(learning_rate=0.03, decay=0.9)": lambda p: torch.optim.RMSprop(p, lr=0.03, alpha=0.9),
    "RMSProp(learning_rate=0.03, momentum=0.8)": lambda p: torch.optim.RMSprop(p, lr=0.03, momentum=0.8),
    "Adam(learning_rate=0.03, beta1=0.8, beta2=0.99)": lambda p: torch.optim.Adam(p, lr=0.03, betas=(0.8, 0.99)),
    "AdamW(learning_rate=0.03, weight_decay=0.2)": lambda p: torch.optim.AdamW(p, lr=0.03, weight_decay=0.2),
    "AMSGrad(learning_rate=0.03, beta2=0.9)": lambda p: torch.optim.Adam(p, lr=0.03, betas=(0.9, 0.9), amsgrad=True),
    "NAdam(learning_rate=0.03)": lambda p: torch.optim.NAdam(p, lr=0.03),
    "RAdam(learning_rate=0.03)": lambda p: torch.optim.RAdam(p, lr=0.03),
    "RAdam(learning_rate=0.03, beta2=0.5)": lambda p: torch.optim.RAdam(p, lr=0.03, betas=(0.9, 0.5)),
}


def main() -> None:
    """Write the file."""
    torch.set_default_dtype(torch.float64)  # NAdam keeps the product of its momenta in it
    random = np.random.default_rng(3)
    sizes = 10.0 ** random.integers(-6, 4, size=100) * (random.random(100) > 0.1)
    gradients = [float(f"{gradient:.6g}") for gradient in random.normal(size=100) * sizes]
    found = {name: path(make, gradients) for name, make in OPTIMIZERS.items()}
    FILE.write_text(
        json.dumps({"torch": torch.__version__, "start": START, "gradients": gradients, "paths": found}) + "\n"
    )


def path(make, gradients: list[float]) -> list[float]:
    """The values of the parameter after each step."""
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer, values = make([theta]), []
    for gradient in gradients:
        theta.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
        values.append(theta.item())
    return values


if __name__ == "__main__":
    main()
