"""Adam: steps of about equal size for every parameter."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.training.settings import FRACTION, NOT_NEGATIVE, POSITIVE, check_settings
from chainrule.trees import Tree, tree_map

__all__ = ["Adam", "adam_directions", "adam_state", "running_means", "unbiased"]


@dataclass(frozen=True)
class Adam:
    r"""Adaptive moment estimation: the running mean of the gradients over the root of that of their squares.

    .. math::

        m_t &= \beta_1 m_{t-1} + (1 - \beta_1) \, g_t, \qquad m_0 = 0 \\
        v_t &= \beta_2 v_{t-1} + (1 - \beta_2) \, g_t^2, \qquad v_0 = 0 \\
        \theta_t &= \theta_{t-1}
            - \eta \, \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \varepsilon}

    The divisions by :math:`1 - \beta^t` correct the means for their start at zero.

    Attributes:
        learning_rate: :math:`\eta`, 0 or greater; about the size of the first steps.
        beta1: share of the old mean of the gradients, at least 0 and less than 1.
        beta2: share of the old mean of their squares, at least 0 and less than 1.
        epsilon: :math:`\varepsilon`, greater than 0; keeps parameters still whose gradients are zero.

    Raises:
        InputError: a setting outside of its range.

    Source: Kingma and Ba (2015), "Adam: a method for stochastic optimization", algorithm 1.

    Example:
        >>> adam = Adam(learning_rate=0.5)
        >>> params, state = adam.step({"w": 3.0}, {"w": 1e-3}, adam.init({"w": 3.0}))
        >>> round(float(params["w"]), 4), int(state["step"])
        (2.5, 1)
    """

    learning_rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        check_settings(self, learning_rate=NOT_NEGATIVE, beta1=FRACTION, beta2=FRACTION, epsilon=POSITIVE)

    def init(self, params: Tree) -> Tree:
        """Return the state: the number of steps, and both running means, of zeros."""
        return adam_state(params)

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return parameters and state after one step."""
        directions, state = adam_directions(gradients, state, self.beta1, self.beta2, self.epsilon)
        return tree_map(lambda theta, d: theta - self.learning_rate * d, params, directions), state


def adam_state(params: Tree) -> Tree:
    """Return Adam's state before the first step."""
    zeros = tree_map(np.zeros_like, params)
    return {"step": np.zeros((), dtype=np.int64), "mean": zeros, "mean_square": zeros}


def running_means(gradients: Tree, state: Tree, beta1: float, beta2: float) -> dict[str, Tree]:
    """Return the state after one step: its number, and the running means of gradients and of their squares."""
    return {
        "step": state["step"] + 1,
        "mean": tree_map(lambda m, g: beta1 * m + (1 - beta1) * g, state["mean"], gradients),
        "mean_square": tree_map(lambda v, g: beta2 * v + (1 - beta2) * (g * g), state["mean_square"], gradients),
    }


def unbiased(means: Tree, beta: float, step: Any) -> Tree:
    """Running means after so many steps, corrected for their start at zero."""
    scale = 1 / (1 - np.power(beta, step))
    return tree_map(lambda mean: mean * scale.astype(mean.dtype), means)  # float64 would widen the means


def adam_directions(gradients: Tree, state: Tree, beta1: float, beta2: float, epsilon: float) -> tuple[Tree, Tree]:
    """Return the directions of Adam's step, which the learning rate scales, and the state after it."""
    after = running_means(gradients, state, beta1, beta2)
    mean = unbiased(after["mean"], beta1, after["step"])
    mean_square = unbiased(after["mean_square"], beta2, after["step"])
    return tree_map(lambda m, v: m / (np.sqrt(v) + epsilon), mean, mean_square), after
