"""What every optimizer has."""

from typing import Protocol, runtime_checkable

from chainrule.trees import Tree

__all__ = ["Optimizer"]


@runtime_checkable
class Optimizer(Protocol):
    """Two functions on trees of arrays; all that changes from step to step is in the state."""

    def init(self, params: Tree) -> Tree:
        """Return the state before the first step."""
        ...

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return the parameters and the state after one step; what is given is not changed."""
        ...
