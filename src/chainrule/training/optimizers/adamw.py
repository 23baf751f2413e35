"""Adam with decoupled weight decay."""

from dataclasses import dataclass

from chainrule.training.optimizers.adam import adam_directions, adam_state
from chainrule.training.settings import FRACTION, NOT_NEGATIVE, POSITIVE, check_settings
from chainrule.trees import Tree, tree_map

__all__ = ["AdamW"]


@dataclass(frozen=True)
class AdamW:
    r"""Adam, and each parameter shrinks by itself in each step, whatever its gradient.

    .. math:: \theta_t = \theta_{t-1} - \eta \, (d_t + \lambda \, \theta_{t-1})

    with the direction :math:`d_t` of `Adam`. A penalty that were added to the loss instead would be divided by the root
    of the mean square, and so would hardly hold back the parameters with large gradients.

    Attributes:
        learning_rate: :math:`\eta`, 0 or greater.
        beta1: as in `Adam`.
        beta2: as in `Adam`.
        epsilon: as in `Adam`.
        weight_decay: :math:`\lambda`, 0 or greater; for all parameters, biases included.

    Raises:
        InputError: a setting outside of its range.

    Source: Loshchilov and Hutter (2019), "Decoupled weight decay regularization", algorithm 2.

    Example:
        >>> adamw = AdamW(learning_rate=0.5, weight_decay=0.1)
        >>> params, state = adamw.step({"w": 2.0}, {"w": 0.0}, adamw.init({"w": 2.0}))
        >>> float(params["w"])  # 2 - 0.5 * 0.1 * 2
        1.9
    """

    learning_rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        check_settings(self, learning_rate=NOT_NEGATIVE, beta1=FRACTION, beta2=FRACTION)
        check_settings(self, epsilon=POSITIVE, weight_decay=NOT_NEGATIVE)

    def init(self, params: Tree) -> Tree:
        """Return the state, as of `Adam`."""
        return adam_state(params)

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return parameters and state after one step."""
        directions, state = adam_directions(gradients, state, self.beta1, self.beta2, self.epsilon)
        decayed = tree_map(lambda theta, d: d + self.weight_decay * theta, params, directions)
        return tree_map(lambda theta, d: theta - self.learning_rate * d, params, decayed), state
