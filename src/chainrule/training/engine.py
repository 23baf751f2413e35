"""What carries out the steps of an epoch: machine code, or NumPy where there is none."""

from typing import Any, NamedTuple, Protocol

import numpy as np

from chainrule.functions.random import permutation
from chainrule.layers.randomness import Purpose, stream_number
from chainrule.training.samples import Samples

__all__ = ["Engine", "Failure", "Outcome", "Params", "order_of", "order_stream"]

Array = Any
Params = dict[str, Array]


def order_of(n_samples: int, seed: int, epoch: int) -> Array:
    """The order of the samples in an epoch, in which they are cut into batches.

    Example:
        >>> order_of(5, seed=0, epoch=1)
        array([2, 4, 1, 0, 3])
    """
    return permutation(n_samples, seed, order_stream(epoch))


def order_stream(epoch: int) -> int:
    """The number of the random stream that shuffles an epoch; that of the next epoch is the next one."""
    return stream_number(Purpose.ORDER_OF_SAMPLES, epoch)


class Outcome(NamedTuple):
    """What came of some epochs.

    Attributes:
        sums: (epochs, figures): for each complete epoch the sum of the samples' losses and, for a classification, the
            number of right answers.
        failure: the loss that was not finite, and how many steps of its epoch went before it; or None.
    """

    sums: np.ndarray[Any, Any]
    failure: "Failure | None" = None


class Failure(NamedTuple):
    """A loss that is not finite."""

    loss: float
    steps_before: int


class Engine(Protocol):
    """Holds parameters and the state of an optimizer, and moves them."""

    def params(self) -> Params:
        """Return the parameters as they are now; no later step changes these arrays."""
        ...

    def start_from(self, params: Params) -> None:
        """Go on from other parameters of the same shapes."""
        ...

    def memory(self) -> Any:
        """Return all that is needed to go on from here, as a copy."""
        ...

    def recall(self, memory: Any) -> None:
        """Go back to where this was returned."""
        ...

    def epochs(self, samples: Samples, batch_size: int, seed: int, first: int, count: int) -> Outcome:
        """Run epochs ``first``, ``first`` + 1 ... (see `order_of`); stop when the loss is not finite."""
        ...

    def evaluate(self, params: Params, samples: Samples) -> np.ndarray[Any, Any]:
        """Return the sums over all samples, with these parameters."""
        ...
