"""What the page of the demo is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chainrule.network.evaluation import ClassEvaluation
from chainrule.network.passes import Passes
from chainrule.training.history import History

__all__ = ["Digit", "Story", "with_article"]


def with_article(digit: Any) -> str:
    """Return a digit as one speaks of it.

    Example:
        >>> with_article(7), with_article(8)
        ('a 7', 'an 8')
    """
    return f"{'an' if str(digit) == '8' else 'a'} {digit}"


@dataclass(frozen=True, eq=False)
class Digit:
    """A handwritten digit and what the network took it for.

    Attributes:
        image: (8, 8), from 0 for paper to 1 for ink.
        truth: what it is.
        taken_for: the class of the greatest probability.
        probability: that probability.
    """

    image: Any
    truth: Any
    taken_for: Any
    probability: float


@dataclass(frozen=True, eq=False)
class Story:
    """All that the page shows.

    Attributes:
        formula: the lecture's first circuit.
        circuit: its drawing, as SVG.
        n_trained: how many digits were trained on.
        network: the widths and functions of its layers, in words.
        history: of the training.
        evaluation: on the digits that were held out.
        misread: of these, the ones that were read wrong.
        digit: the one whose passes are shown.
        passes: its forward and backward pass.
    """

    formula: str
    circuit: str
    n_trained: int
    network: str
    history: History
    evaluation: ClassEvaluation
    misread: Sequence[Digit]
    digit: Digit
    passes: Passes
