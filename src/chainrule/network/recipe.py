"""How ``TableModel.train`` trains when nothing is said: settings that do for most tables of numbers.

Two hidden layers of 64, AdamW with learning rate 0.003, about 3000 steps, and a weight decay in inverse proportion to
the number of rows: what is known beforehand (weights are small) counts less the more rows there are.

Chosen among some thirty settings by their scores on held-out rows of the bundled tables and of two noisy synthetic ones
(2 to 10 splits each, seeds 0 to 9). Scores on those splits are therefore a little too good. On splits that had no part
in the choice (seeds 100 to 109; digits 100 to 104), mean accuracy, or for diabetes the root mean square error:

============= ====== ================== =====================
table         this   scikit-learn's MLP linear model
============= ====== ================== =====================
digits        0.978  0.974              0.966 (logistic)
iris          0.947  0.953              0.943 (logistic)
wine          0.983  0.981              0.983 (logistic)
breast_cancer 0.972  0.978              0.977 (logistic)
diabetes      54.1   55.5               53.9 (ridge)
============= ====== ================== =====================

The MLP has the same widths and its own defaults otherwise; for diabetes it stops early. The differences are within what
another draw of the splits would change: on tables this small a linear model does as well.
"""

import math

from chainrule.training.optimizers import AdamW
from chainrule.training.optimizers.by_name import resolve
from chainrule.training.optimizers.optimizer import Optimizer

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
