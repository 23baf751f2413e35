"""RAdam: Adam that waits until it knows the size of its steps."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.training.optimizers.adam import adam_state, running_means, unbiased
from chainrule.training.settings import FRACTION, NOT_NEGATIVE, POSITIVE, check_settings
from chainrule.trees import Tree, tree_map

__all__ = ["RAdam"]

_CERTAIN = 5.0  # gradients that a mean square has to rest on


@dataclass(frozen=True)
class RAdam:
    r"""Adam, rectified: the first steps, whose mean squares rest on few gradients, are those of plain momentum.

    .. math::

        \rho_\infty &= \frac{2}{1 - \beta_2} - 1, \qquad
        \rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}, \qquad
        r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2) \, \rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2) \, \rho_t}} \\
        \theta_t &= \theta_{t-1} - \eta \, \hat m_t \cdot
            \begin{cases} r_t \, / \, (\sqrt{\hat v_t} + \varepsilon) & \rho_t > 5 \\ 1 & \text{else} \end{cases}

    with the running means of `Adam`, corrected for their start at zero: :math:`\hat m_t = m_t / (1 - \beta_1^t)` and
    :math:`\hat v_t = v_t / (1 - \beta_2^t)`.

    Attributes:
        learning_rate: :math:`\eta`, 0 or greater.
        beta1: as in `Adam`.
        beta2: as in `Adam`; at most 0.6, every step is one of plain momentum.
        epsilon: as in `Adam`.

    Raises:
        InputError: a setting outside of its range.

    Source: Liu et al. (2020), "On the variance of the adaptive learning rate and beyond", algorithm 2.

    Example:
        >>> radam = RAdam(learning_rate=0.5)
        >>> params, state = radam.step({"w": 3.0}, {"w": 0.25}, radam.init({"w": 3.0}))
        >>> round(float(params["w"]), 6)  # 3 - 0.5 * 0.25
        2.875
    """

    learning_rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        check_settings(self, learning_rate=NOT_NEGATIVE, beta1=FRACTION, beta2=FRACTION, epsilon=POSITIVE)

    def init(self, params: Tree) -> Tree:
        """Return the state, as of `Adam`."""
        return adam_state(params)

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return parameters and state after one step."""
        after = running_means(gradients, state, self.beta1, self.beta2)
        certain, rectifier = self._rectifier(after["step"])
        mean = unbiased(after["mean"], self.beta1, after["step"])
        mean_square = unbiased(after["mean_square"], self.beta2, after["step"])

        def moved(theta: Any, m: Any, v: Any) -> Any:
            scale = np.where(certain, rectifier.astype(m.dtype) / (np.sqrt(v) + self.epsilon), 1)
            return theta - self.learning_rate * (m * scale)

        return tree_map(moved, params, mean, mean_square), after

    def _rectifier(self, step: Any) -> tuple[Any, Any]:
        """Whether the variance of the mean square is finite, and then the factor that makes up for it."""
        power = np.power(self.beta2, step)
        limit = 2 / (1 - self.beta2) - 1
        length = limit - 2 * step * power / (1 - power)
        certain = length > _CERTAIN
        n = np.where(certain, length, _CERTAIN)
        limit = max(limit, _CERTAIN)
        return certain, np.sqrt((n - 4) * (n - 2) * limit / ((limit - 4) * (limit - 2) * n))
