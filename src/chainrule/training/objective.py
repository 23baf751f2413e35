"""What is minimized: which loss belongs to which output, on what it works, and which targets it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from chainrule import functions
from chainrule.errors import InputError
from chainrule.layers.dense import Architecture, Layers

__all__ = ["LOSSES", "Objective", "objective_for"]

Array = Any
LossFunction = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class Objective:
    """A loss, bound to the output that it is meant for.

    Attributes:
        name: as the user says it.
        loss: one number per sample, from what the network says and the target.
        takes: whether the loss takes the logits z of the last layer or the activations a.
        outputs: the output functions that it fits; empty: all.
        correct: for classification, which samples are classified right, from the logits and the target.
    """

    name: str
    loss: LossFunction
    takes: Literal["logits", "activations"] = "logits"
    outputs: tuple[str, ...] = ()
    correct: LossFunction | None = None

    def per_sample(self, layers: Layers, y: Array) -> Array:
        """The loss of each sample."""
        last = max(layers.z)
        return self.loss((layers.z if self.takes == "logits" else layers.a)[last], y)


def _right_class(z: Array, y: Array) -> Array:
    labels = y if y.ndim == 1 else np.argmax(y, axis=-1)
    return np.argmax(z, axis=-1) == labels


def _right_side(z: Array, y: Array) -> Array:
    """A sigmoid is above 1/2 where its net input is above 0."""
    return np.all((z > 0) == (y > 0.5), axis=-1)


LOSSES: Mapping[str, Objective] = MappingProxyType(
    {
        "squared_error": Objective("squared_error", functions.squared_error, takes="activations"),
        "binary_cross_entropy": Objective(
            "binary_cross_entropy", functions.binary_cross_entropy, outputs=("sigmoid",), correct=_right_side
        ),
        "categorical_cross_entropy": Objective(
            "categorical_cross_entropy",
            functions.categorical_cross_entropy,
            outputs=("softmax",),
            correct=_right_class,
        ),
    }
)

_USUAL = {"sigmoid": "binary_cross_entropy", "softmax": "categorical_cross_entropy"}


def objective_for(architecture: Architecture, loss: str | LossFunction | None = None) -> Objective:
    """Return the objective: the output's usual one, one by name, or the user's own function of logits and target.

    Raises:
        InputError: there is no loss of this name, or it does not fit the output.

    Example:
        >>> objective_for(Architecture((4, 3), "relu", "softmax")).name
        'categorical_cross_entropy'
    """
    if callable(loss):
        return Objective(getattr(loss, "__name__", "loss"), loss)
    name = loss or _USUAL.get(architecture.output, "squared_error")
    if name not in LOSSES:
        raise InputError(
            f"there is no loss {name!r}; there are {', '.join(LOSSES)}, or give a function of logits and y"
        )
    objective = LOSSES[name]
    if objective.outputs and architecture.output not in objective.outputs:
        raise InputError(
            f"loss={name!r} takes logits of output={objective.outputs[0]!r}, and the network has "
            f"output={architecture.output!r}; change one of the two"
        )
    return objective
