"""What an explanation comes to: the value, and for each input its value and gradient."""

from dataclasses import dataclass
from typing import Any

from chainrule.explanation.accuracy import Accuracy

__all__ = ["Input", "Results"]


@dataclass(frozen=True)
class Input:
    """An input of the graph.

    Attributes:
        gradient: None for what is not a real number, such as an index.
        accuracy: how many bits of the gradient are right, if a referee was asked.
    """

    name: str
    value: Any
    gradient: Any
    accuracy: Accuracy | None = None


@dataclass(frozen=True)
class Results:
    """The results of one run.

    Attributes:
        title: the formula, or the function with its arguments.
        name: what the value is called.
        value: the value.
        inputs: in the order of the arguments.
    """

    title: str
    name: str
    value: Any
    inputs: tuple[Input, ...]
