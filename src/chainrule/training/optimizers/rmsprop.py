"""RMSProp: gradients over the root of the running mean of their squares."""

from dataclasses import dataclass

import numpy as np

from chainrule.training.settings import FRACTION, NOT_NEGATIVE, POSITIVE, check_settings
from chainrule.trees import Tree, tree_map

__all__ = ["RMSProp"]


@dataclass(frozen=True)
class RMSProp:
    r"""AdaGrad that forgets: a running mean of squares in place of their sum, and momentum if wanted.

    .. math::

        s_t &= \rho \, s_{t-1} + (1 - \rho) \, g_t^2, \qquad s_0 = 0 \\
        v_t &= \mu \, v_{t-1} + \frac{g_t}{\sqrt{s_t} + \varepsilon}, \qquad v_0 = 0 \\
        \theta_t &= \theta_{t-1} - \eta \, v_t

    Attributes:
        learning_rate: :math:`\eta`, 0 or greater.
        decay: :math:`\rho`, share of the old mean of the squares, at least 0 and less than 1.
        momentum: :math:`\mu`, at least 0 and less than 1.
        epsilon: :math:`\varepsilon`, greater than 0.

    Raises:
        InputError: a setting outside of its range.

    Source: Hinton, Srivastava and Swersky (2012), "Neural networks for machine learning", lecture 6e; epsilon and
    momentum as in Graves (2013), "Generating sequences with recurrent neural networks".

    Example:
        >>> rmsprop = RMSProp(learning_rate=0.5, decay=0.75)
        >>> params, state = rmsprop.step({"w": 3.0}, {"w": 2.0}, rmsprop.init({"w": 3.0}))
        >>> round(float(params["w"]), 6), float(state["mean_square"]["w"])  # 3 - 0.5 * 2 / 1
        (2.0, 1.0)
    """

    learning_rate: float = 0.01
    decay: float = 0.99
    momentum: float = 0.0
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        check_settings(self, learning_rate=NOT_NEGATIVE, decay=FRACTION, momentum=FRACTION, epsilon=POSITIVE)

    def init(self, params: Tree) -> Tree:
        """Return the state: the running mean of squares, and the velocity if there is momentum."""
        names = ["mean_square", "velocity"] if self.momentum else ["mean_square"]
        return {name: tree_map(np.zeros_like, params) for name in names}

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return parameters and state after one step."""
        squares = tree_map(lambda s, g: self.decay * s + (1 - self.decay) * (g * g), state["mean_square"], gradients)
        moves = tree_map(lambda s, g: g / (np.sqrt(s) + self.epsilon), squares, gradients)
        after = {"mean_square": squares}
        if self.momentum:
            moves = after["velocity"] = tree_map(lambda v, d: self.momentum * v + d, state["velocity"], moves)
        return tree_map(lambda theta, d: theta - self.learning_rate * d, params, moves), after
