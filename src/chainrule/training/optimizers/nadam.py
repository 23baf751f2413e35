"""NAdam: Adam with Nesterov's look ahead."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.training.optimizers.adam import adam_state, running_means, unbiased
from chainrule.training.settings import FRACTION, NOT_NEGATIVE, POSITIVE, check_settings
from chainrule.trees import Tree, tree_map

__all__ = ["NAdam"]


@dataclass(frozen=True)
class NAdam:
    r"""Adam in which the present gradient counts as it will count one step later.

    .. math::

        \mu_t &= \beta_1 \, (1 - \tfrac12 \, 0.96^{\, t \psi}), \qquad \Pi_t = \mu_1 \mu_2 \cdots \mu_t \\
        \hat m_t &= \frac{\mu_{t+1}}{1 - \Pi_{t+1}} \, m_t + \frac{1 - \mu_t}{1 - \Pi_t} \, g_t \\
        \theta_t &= \theta_{t-1} - \eta \, \frac{\hat m_t}{\sqrt{v_t / (1 - \beta_2^t)} + \varepsilon}

    with the running means :math:`m_t` and :math:`v_t` of `Adam`.

    Attributes:
        learning_rate: :math:`\eta`, 0 or greater.
        beta1: as in `Adam`.
        beta2: as in `Adam`.
        epsilon: as in `Adam`.
        momentum_decay: :math:`\psi`, 0 or greater; how fast the momentum warms up.

    Raises:
        InputError: a setting outside of its range.

    Source: Dozat (2016), "Incorporating Nesterov momentum into Adam", algorithm 2 with the schedule of its section 3.

    Example:
        >>> nadam = NAdam(learning_rate=0.5)
        >>> params, state = nadam.step({"w": 3.0}, {"w": 0.25}, nadam.init({"w": 3.0}))
        >>> float(params["w"]) < 2.9, int(state["step"])
        (True, 1)
    """

    learning_rate: float = 2e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    momentum_decay: float = 4e-3

    def __post_init__(self) -> None:
        check_settings(self, learning_rate=NOT_NEGATIVE, beta1=FRACTION, beta2=FRACTION)
        check_settings(self, epsilon=POSITIVE, momentum_decay=NOT_NEGATIVE)

    def init(self, params: Tree) -> Tree:
        """Return the state: that of `Adam`, and the product of all momenta, 1."""
        return {**adam_state(params), "momenta": np.ones(())}

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return parameters and state after one step."""
        after = running_means(gradients, state, self.beta1, self.beta2)
        now, later = self._momentum(after["step"]), self._momentum(after["step"] + 1)
        after["momenta"] = state["momenta"] * now
        mean_square = unbiased(after["mean_square"], self.beta2, after["step"])
        of_gradient = (1 - now) / (1 - after["momenta"])
        of_mean = later / (1 - after["momenta"] * later)

        def moved(theta: Any, g: Any, m: Any, v: Any) -> Any:
            ahead = of_mean.astype(m.dtype) * m + of_gradient.astype(m.dtype) * g
            return theta - self.learning_rate * (ahead / (np.sqrt(v) + self.epsilon))

        return tree_map(moved, params, gradients, after["mean"], mean_square), after

    def _momentum(self, step: Any) -> Any:
        return self.beta1 * (1 - 0.5 * np.power(0.96, step * self.momentum_decay))
