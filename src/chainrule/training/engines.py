"""Which engine trains a network."""

from chainrule.execute.llvm.threads import threads_for
from chainrule.layers.dense import Architecture
from chainrule.training.engine import Engine, Params
from chainrule.training.interpreted import Interpreted
from chainrule.training.native import Native, NotNativeError
from chainrule.training.objective import Objective
from chainrule.training.optimizers.optimizer import Optimizer
from chainrule.training.samples import Samples

__all__ = ["engine_for"]


def engine_for(
    architecture: Architecture,
    objective: Objective,
    optimizer: Optimizer,
    params: Params,
    samples: Samples,
    batch_size: int,
    threads: int | None = None,
) -> Engine:
    """Return machine code, or the interpreter if there is none for this loss or optimizer."""
    batch_size = min(batch_size, len(samples))
    try:
        return Native(architecture, objective, optimizer, params, samples, batch_size, threads_for(threads))
    except NotNativeError:
        return Interpreted(architecture, objective, optimizer, params)
