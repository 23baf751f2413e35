"""Any optimizer, with a learning rate that follows a schedule."""

import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.errors import InputError
from chainrule.training.optimizers.optimizer import Optimizer
from chainrule.training.schedules import Schedule, schedule_function
from chainrule.trees import Tree, flatten

__all__ = ["Scheduled", "scheduled"]


@dataclass(frozen=True)
class Scheduled:
    """An optimizer whose learning rate is multiplied by a schedule's factor; what ``fit(schedule=...)`` makes.

    Step k of n, counted from 0, gets the factor at its middle, s((k + 1/2) / n), and those beyond the factor s(1).

    Attributes:
        optimizer: has a ``learning_rate``.
        schedule: a function of the share of the steps that are done.
        steps: n, how many there will be. It is part of the state, so one traced step serves runs of any length.

    Raises:
        InputError: the optimizer has no learning rate.

    Example:
        >>> import chainrule as cr
        >>> falling = Scheduled(cr.optimizers.GradientDescent(learning_rate=1.0), lambda t: 1 - t, steps=2)
        >>> params, state = {"w": np.array(3.0)}, falling.init({"w": np.array(3.0)})
        >>> for _ in range(2):
        ...     params, state = falling.step(params, {"w": np.array(1.0)}, state)
        >>> float(params["w"])  # 3 - 0.75 - 0.25
        2.0
    """

    optimizer: Optimizer
    schedule: Schedule
    steps: int = field(compare=False)

    def __post_init__(self) -> None:
        if not hasattr(self.optimizer, "learning_rate"):
            raise InputError(f"{self.optimizer!r} has no learning_rate that a schedule could change")

    def init(self, params: Tree) -> Tree:
        """Return the state: how many steps are taken, how many are left, and the state of the optimizer."""
        taken, left = np.zeros((), dtype=np.int64), np.array(self.steps, dtype=np.int64)
        return {"taken": taken, "left": left, "optimizer": self.optimizer.init(params)}

    def step(self, params: Tree, gradients: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return parameters and state after one step."""
        taken, left = state["taken"], state["left"]
        factor = self.schedule(np.minimum((taken + 0.5) / (taken + left), 1.0))
        dtypes = [leaf.dtype for leaf in flatten(params)] or [np.float64]
        params, inner = self._at(factor, np.result_type(*dtypes)).step(params, gradients, state["optimizer"])
        return params, {"taken": taken + 1, "left": np.maximum(left - 1, 0), "optimizer": inner}

    def _at(self, factor: Any, dtype: np.dtype[Any]) -> Optimizer:
        """The optimizer at another learning rate, which is not checked, since it may be a traced one."""
        now = copy.copy(self.optimizer)
        rate = np.multiply(factor, now.learning_rate)  # type: ignore[attr-defined]
        object.__setattr__(now, "learning_rate", rate.astype(dtype))  # float64 would widen the parameters
        return now


def scheduled(optimizer: Optimizer, schedule: str | Schedule | None, steps: int) -> Optimizer:
    """Return the optimizer as it is, or with a schedule for so many steps.

    Raises:
        InputError: what is no schedule, or an optimizer without a learning rate.
    """
    return optimizer if schedule is None else Scheduled(optimizer, schedule_function(schedule), steps)
