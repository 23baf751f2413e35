"""Gradient descent."""

from dataclasses import dataclass

from chainrule.training.settings import NOT_NEGATIVE, check_settings
from chainrule.trees import Tree, tree_map

__all__ = ["GradientDescent"]


@dataclass(frozen=True)
class GradientDescent:
    r"""Plain gradient descent; stochastic when each gradient is that of one batch.

    .. math:: \theta_{k+1} = \theta_k - \eta \, g_k

    With ``learning_rate=1`` this is the line of the textbook that has no step size,
    :math:`\theta_{k+1} = \theta_k - \partial \ell / \partial \theta`.

    Attributes:
        learning_rate: :math:`\eta`, 0 or greater.

    Raises:
        InputError: a learning rate that is negative or not finite.

    Source: Cauchy (1847), "Méthode générale pour la résolution des systèmes d'équations simultanées";
    Robbins and Monro (1951), "A stochastic approximation method".

    Example:
        >>> descent = GradientDescent(learning_rate=0.5)
        >>> params, state = descent.step({"w": 3.0}, {"w": 2.0}, descent.init({"w": 3.0}))
        >>> params
        {'w': 2.0}
    """

    learning_rate: float = 0.1

    def __post_init__(self) -> None:
        check_settings(self, learning_rate=NOT_NEGATIVE)

    def init(self, params: Tree) -> Tree:
        """Return the state, which is empty."""
        del params
        return {}

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return parameters and state after one step."""
        return tree_map(lambda theta, g: theta - self.learning_rate * g, params, gradients), state
