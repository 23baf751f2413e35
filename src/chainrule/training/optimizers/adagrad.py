"""AdaGrad: the more a parameter has moved, the smaller its steps."""

from dataclasses import dataclass

import numpy as np

from chainrule.training.settings import NOT_NEGATIVE, POSITIVE, check_settings
from chainrule.trees import Tree, tree_map

__all__ = ["AdaGrad"]


@dataclass(frozen=True)
class AdaGrad:
    r"""Each gradient is divided by the root of the sum of the squares of all gradients so far.

    .. math::

        s_t &= s_{t-1} + g_t^2, \qquad s_0 = 0 \\
        \theta_t &= \theta_{t-1} - \eta \, \frac{g_t}{\sqrt{s_t} + \varepsilon}

    Parameters whose gradients are mostly zero keep large steps; those of all others become smaller and smaller.

    Attributes:
        learning_rate: :math:`\eta`, 0 or greater; the size of the first step.
        epsilon: :math:`\varepsilon`, greater than 0; keeps parameters still whose gradients are zero.

    Raises:
        InputError: a setting outside of its range.

    Source: Duchi, Hazan and Singer (2011), "Adaptive subgradient methods for online learning and stochastic
    optimization", figure 1 with diagonal matrices.

    Example:
        >>> adagrad = AdaGrad(learning_rate=0.5)
        >>> params, state = adagrad.step({"w": 3.0}, {"w": 4.0}, adagrad.init({"w": 3.0}))
        >>> round(float(params["w"]), 6), float(state["sum_of_squares"]["w"])
        (2.5, 16.0)
    """

    learning_rate: float = 0.01
    epsilon: float = 1e-10

    def __post_init__(self) -> None:
        check_settings(self, learning_rate=NOT_NEGATIVE, epsilon=POSITIVE)

    def init(self, params: Tree) -> Tree:
        """Return the state: a sum of squares of zeros for each parameter."""
        return {"sum_of_squares": tree_map(np.zeros_like, params)}

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return parameters and state after one step."""
        squares = tree_map(lambda s, g: s + g * g, state["sum_of_squares"], gradients)
        directions = tree_map(lambda s, g: g / (np.sqrt(s) + self.epsilon), squares, gradients)
        params = tree_map(lambda theta, d: theta - self.learning_rate * d, params, directions)
        return params, {"sum_of_squares": squares}
