"""How ``TableModel.train`` trains when nothing is said: settings that do for most tables of numbers.

Found by trying them on the bundled tables and on tables with much noise, ten splits each, against scikit-learn's MLP
and a linear model: two hidden layers of 64, AdamW with learning rate 0.003, about 3000 steps, and a weight decay in
inverse proportion to the number of rows: what is known beforehand (weights are small) counts less the more rows there
are.
"""

import math

from chainrule.training.optimizers import AdamW, Optimizer, resolve

__all__ = ["BATCH_SIZE", "HIDDEN", "optimizer_for", "usual_epochs"]

HIDDEN = (64, 64)
BATCH_SIZE = 32

_LEARNING_RATE = 3e-3
_STEPS = 3000
_FEWEST_EPOCHS, _MOST_EPOCHS = 10, 100
_DECAY_OF_ONE_ROW = 600.0
_MOST_DECAY = 5.0


def usual_epochs(n_rows: int, batch_size: int) -> int:
    """Return how many epochs make about 3000 steps, but at least 10 and at most 100.

    Example:
        >>> [usual_epochs(n_rows, batch_size=32) for n_rows in (120, 1437, 100_000)]
        [100, 67, 10]
    """
    steps = math.ceil(n_rows / batch_size)
    return min(_MOST_EPOCHS, max(_FEWEST_EPOCHS, round(_STEPS / steps)))


def optimizer_for(
    n_rows: int, optimizer: str | Optimizer | None = None, learning_rate: float | None = None
) -> Optimizer:
    """Return the optimizer that is asked for, or the usual one for a table of so many rows.

    Raises:
        InputError: there is no such optimizer or learning rate.

    Example:
        >>> optimizer_for(1200)
        AdamW(learning_rate=0.003, beta1=0.9, beta2=0.999, epsilon=1e-08, weight_decay=0.5)
    """
    settings = {} if learning_rate is None else {"learning_rate": learning_rate}
    if optimizer is not None:
        return resolve(optimizer, **settings)
    decay = min(_MOST_DECAY, _DECAY_OF_ONE_ROW / n_rows)
    return AdamW(**{"learning_rate": _LEARNING_RATE, "weight_decay": decay, **settings})
