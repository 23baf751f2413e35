"""AMSGrad: Adam whose steps cannot grow again."""

from dataclasses import dataclass

import numpy as np

from chainrule.training.optimizers.adam import adam_state, running_means, unbiased
from chainrule.training.settings import FRACTION, NOT_NEGATIVE, POSITIVE, check_settings
from chainrule.trees import Tree, tree_map

__all__ = ["AMSGrad"]


@dataclass(frozen=True)
class AMSGrad:
    r"""Adam with the greatest mean square so far in place of the present one.

    .. math::

        \hat v_t &= \max(\hat v_{t-1}, v_t), \qquad \hat v_0 = 0 \\
        \theta_t &= \theta_{t-1}
            - \eta \, \frac{m_t / (1 - \beta_1^t)}{\sqrt{\hat v_t / (1 - \beta_2^t)} + \varepsilon}

    with the running means :math:`m_t` and :math:`v_t` of `Adam`. A rare large gradient is not forgotten, for which Adam
    can fail to converge.

    Attributes:
        learning_rate: :math:`\eta`, 0 or greater.
        beta1: as in `Adam`.
        beta2: as in `Adam`.
        epsilon: as in `Adam`.

    Raises:
        InputError: a setting outside of its range.

    Source: Reddi, Kale and Kumar (2018), "On the convergence of Adam and beyond", algorithm 2; corrected for the start
    at zero as Adam is.

    Example:
        >>> amsgrad = AMSGrad(learning_rate=0.5)
        >>> params, state = amsgrad.step({"w": 3.0}, {"w": 1e-3}, amsgrad.init({"w": 3.0}))
        >>> round(float(params["w"]), 4)
        2.5
    """

    learning_rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        check_settings(self, learning_rate=NOT_NEGATIVE, beta1=FRACTION, beta2=FRACTION, epsilon=POSITIVE)

    def init(self, params: Tree) -> Tree:
        """Return the state: that of `Adam`, and the greatest mean squares so far, of zeros."""
        return {**adam_state(params), "greatest": tree_map(np.zeros_like, params)}

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return parameters and state after one step."""
        after = running_means(gradients, state, self.beta1, self.beta2)
        after["greatest"] = tree_map(np.maximum, state["greatest"], after["mean_square"])
        mean = unbiased(after["mean"], self.beta1, after["step"])
        greatest = unbiased(after["greatest"], self.beta2, after["step"])
        directions = tree_map(lambda m, v: m / (np.sqrt(v) + self.epsilon), mean, greatest)
        return tree_map(lambda theta, d: theta - self.learning_rate * d, params, directions), after
