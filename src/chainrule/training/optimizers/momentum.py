"""Gradient descent with momentum."""

from dataclasses import dataclass

import numpy as np

from chainrule.training.settings import FRACTION, NOT_NEGATIVE, check_settings
from chainrule.trees import Tree, tree_map

__all__ = ["Momentum"]


@dataclass(frozen=True)
class Momentum:
    r"""Gradient descent along a running sum of gradients, in the classical or in Nesterov's form.

    .. math::

        v_{k+1} &= \mu \, v_k + g_k, \qquad v_0 = 0 \\
        \theta_{k+1} &= \theta_k - \eta \, v_{k+1} && \text{classical} \\
        \theta_{k+1} &= \theta_k - \eta \, (g_k + \mu \, v_{k+1}) && \text{Nesterov}

    Under a steady gradient the steps grow to :math:`\eta / (1 - \mu)` times the gradient.

    Attributes:
        learning_rate: :math:`\eta`, 0 or greater.
        momentum: :math:`\mu`, at least 0 and less than 1; 0 is plain gradient descent.
        nesterov: whether to look ahead by one step of the velocity.

    Raises:
        InputError: a setting outside of its range.

    Source: Polyak (1964), "Some methods of speeding up the convergence of iteration methods"; Nesterov (1983), "A
    method of solving a convex programming problem with convergence rate O(1/k^2)"; in this form: Sutskever et al.
    (2013), "On the importance of initialization and momentum in deep learning".

    Example:
        >>> optimizer = Momentum(learning_rate=0.5, momentum=0.5)
        >>> params, state = {"w": 4.0}, optimizer.init({"w": 4.0})
        >>> for _ in range(2):
        ...     params, state = optimizer.step(params, {"w": 2.0}, state)
        >>> float(params["w"]), float(state["velocity"]["w"])  # 4 - 0.5 * 2 - 0.5 * (0.5 * 2 + 2)
        (1.5, 3.0)
    """

    learning_rate: float = 0.01
    momentum: float = 0.9
    nesterov: bool = False

    def __post_init__(self) -> None:
        check_settings(self, learning_rate=NOT_NEGATIVE, momentum=FRACTION)

    def init(self, params: Tree) -> Tree:
        """Return the state: a velocity of zeros for each parameter."""
        return {"velocity": tree_map(np.zeros_like, params)}

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return parameters and state after one step."""
        velocity = tree_map(lambda v, g: self.momentum * v + g, state["velocity"], gradients)
        direction = tree_map(lambda v, g: g + self.momentum * v, velocity, gradients) if self.nesterov else velocity
        params = tree_map(lambda theta, d: theta - self.learning_rate * d, params, direction)
        return params, {"velocity": velocity}
