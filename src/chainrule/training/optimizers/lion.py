"""Lion: steps of one size, of which only the direction is learnt."""

from dataclasses import dataclass

import numpy as np

from chainrule.training.settings import FRACTION, NOT_NEGATIVE, check_settings
from chainrule.trees import Tree, tree_map

__all__ = ["Lion"]


@dataclass(frozen=True)
class Lion:
    r"""The sign of a mean of the gradient and its running mean; half of Adam's memory.

    .. math::

        d_t &= \operatorname{sign}(\beta_1 m_{t-1} + (1 - \beta_1) \, g_t) \\
        \theta_t &= \theta_{t-1} - \eta \, (d_t + \lambda \, \theta_{t-1}) \\
        m_t &= \beta_2 m_{t-1} + (1 - \beta_2) \, g_t, \qquad m_0 = 0

    Every parameter moves by :math:`\eta`: take a learning rate three to ten times smaller than Adam's, and a weight
    decay that is greater by as much.

    Attributes:
        learning_rate: :math:`\eta`, 0 or greater; the size of every step.
        beta1: share of the running mean in the direction, at least 0 and less than 1.
        beta2: share of the old mean in the new one, at least 0 and less than 1.
        weight_decay: :math:`\lambda`, 0 or greater; for all parameters, biases included.

    Raises:
        InputError: a setting outside of its range.

    Source: Chen et al. (2023), "Symbolic discovery of optimization algorithms", algorithm 2.

    Example:
        >>> lion = Lion(learning_rate=0.5)
        >>> params, state = lion.step({"w": 3.0}, {"w": 1e-6}, lion.init({"w": 3.0}))
        >>> float(params["w"])
        2.5
    """

    learning_rate: float = 1e-4
    beta1: float = 0.9
    beta2: float = 0.99
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        check_settings(self, learning_rate=NOT_NEGATIVE, beta1=FRACTION, beta2=FRACTION, weight_decay=NOT_NEGATIVE)

    def init(self, params: Tree) -> Tree:
        """Return the state: a running mean of zeros for each parameter."""
        return {"mean": tree_map(np.zeros_like, params)}

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return parameters and state after one step."""
        signs = tree_map(lambda m, g: np.sign(self.beta1 * m + (1 - self.beta1) * g), state["mean"], gradients)
        directions = tree_map(lambda theta, d: d + self.weight_decay * theta, params, signs)
        mean = tree_map(lambda m, g: self.beta2 * m + (1 - self.beta2) * g, state["mean"], gradients)
        return tree_map(lambda theta, d: theta - self.learning_rate * d, params, directions), {"mean": mean}
