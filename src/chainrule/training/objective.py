"""What is minimized: which loss belongs to which output, on what it works, and which targets it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from chainrule import functions
from chainrule.errors import InputError, ShapeError
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
        classes: whether targets may be class numbers.
        probabilities: whether other targets are probabilities.
        stabilize: whether the user's formulas are computed in their stable forms.
    """

    name: str
    loss: LossFunction
    takes: Literal["logits", "activations"] = "logits"
    outputs: tuple[str, ...] = ()
    correct: LossFunction | None = None
    classes: bool = False
    probabilities: bool = False
    stabilize: bool = True

    def per_sample(self, layers: Layers, y: Array) -> Array:
        """The loss of each sample, shape (N,).

        Raises:
            ShapeError: the user's function returns something else.
        """
        return self.of_last((layers.z if self.takes == "logits" else layers.a)[max(layers.z)], y)

    def of_last(self, last: Array, y: Array) -> Array:
        """The same from what the loss takes of the last layer."""
        losses = self.loss(last, y)
        shape = getattr(losses, "shape", None)
        if shape != y.shape[:1]:
            found = type(losses).__name__ if shape is None else f"shape {list(shape)}"
            raise ShapeError(
                f"the loss {self.name} returned {found} for {y.shape[0]} samples; return one number for each sample, "
                f"shape [{y.shape[0]}]: the mean over the outputs (axis=-1), not over the samples"
            )
        return losses


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
            "binary_cross_entropy",
            functions.binary_cross_entropy,
            outputs=("sigmoid",),
            correct=_right_side,
            probabilities=True,
        ),
        "categorical_cross_entropy": Objective(
            "categorical_cross_entropy",
            functions.categorical_cross_entropy,
            outputs=("softmax",),
            correct=_right_class,
            classes=True,
            probabilities=True,
        ),
    }
)

_USUAL = {"sigmoid": "binary_cross_entropy", "softmax": "categorical_cross_entropy"}


def objective_for(
    architecture: Architecture, loss: str | LossFunction | None = None, *, stabilize: bool = True
) -> Objective:
    """Return the objective: the output's usual one, one by name, or the user's own function in place of the usual one.

    The user's function takes what the usual one takes: the logits z^(L) of a sigmoid or softmax, else the prediction
    a^(L); and the targets, which may be class numbers for softmax, and any numbers else. Its formulas are computed in
    their stable forms, unless ``stabilize`` is False.

    Raises:
        InputError: there is no loss of this name, or it does not fit the output.

    Example:
        >>> objective_for(Architecture((4, 3), "relu", "softmax")).name
        'categorical_cross_entropy'
    """
    usual = LOSSES[_USUAL.get(architecture.output, "squared_error")]
    if loss is None:
        return usual
    if callable(loss):
        name = getattr(loss, "__name__", "function")
        return replace(usual, name=name, loss=loss, probabilities=False, stabilize=stabilize)
    if not isinstance(loss, str) or loss not in LOSSES:
        raise InputError(
            f"there is no loss {loss!r}; there are {', '.join(LOSSES)}, or give a function that takes {_taken(usual)} "
            "and y and returns one number for each sample"
        )
    objective = LOSSES[loss]
    if objective.outputs and architecture.output not in objective.outputs:
        raise InputError(
            f"loss={loss!r} takes the logits of output={objective.outputs[0]!r}, and the network has "
            f"output={architecture.output!r}; change one of the two, or take loss={usual.name!r}"
        )
    return objective


def _taken(objective: Objective) -> str:
    return "logits" if objective.takes == "logits" else "predictions"
