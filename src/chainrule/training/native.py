"""Steps in machine code: the graph of one step is made for any number of rows, and compiled once."""

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np

from chainrule import trees
from chainrule.execute.llvm.room import together
from chainrule.execute.llvm.steps.native_steps import NativeSteps, Workspace
from chainrule.graph import Graph
from chainrule.layers.dense import Architecture
from chainrule.tracing import trace_leaves
from chainrule.training.engine import Failure, Outcome, Params, order_stream
from chainrule.training.objective import LOSSES, Objective
from chainrule.training.optimizers.by_name import OPTIMIZERS
from chainrule.training.optimizers.optimizer import Optimizer
from chainrule.training.optimizers.scheduled import Scheduled
from chainrule.training.samples import Samples
from chainrule.training.schedules import SCHEDULES
from chainrule.training.step import share_of, training_step
from chainrule.transforms.rows import example_rows, for_any_rows, with_rows

__all__ = ["Native", "NotNativeError"]

Array = np.ndarray[Any, Any]
BLOCK = 512  # rows that are evaluated at once where batches are small
ENOUGH = 128  # rows of a batch that are as fast


class NotNativeError(Exception):
    """There is no machine code for a step; the interpreter has to do it."""


class _Data(NamedTuple):
    """What a step must know of the samples: shapes of one sample, and dtypes."""

    inputs: tuple[int, ...]
    dtype: np.dtype[Any]
    targets: tuple[int, ...]
    target_dtype: np.dtype[Any]

    @classmethod
    def of(cls, samples: Samples) -> "_Data":
        X, y = samples.X, samples.y
        return cls(X.shape[1:], X.dtype, y.shape[1:], y.dtype)

    def zeros(self, rows: int) -> tuple[Array, Array]:
        """Samples of this kind."""
        return np.zeros((rows, *self.inputs), self.dtype), np.zeros((rows, *self.targets), self.target_dtype)


class Native:
    """The engine in machine code.

    Matrices lie transposed in its memory, W as (M_{l-1}, M_l): so the product of every forward sweep reads both of its
    factors as they lie.

    Args:
        architecture: the network.
        objective: what is minimized.
        optimizer: how parameters move.
        params: where to start.
        samples: of the kind that it will learn from.
        batch_size: of the steps.
        threads: at most so many.

    Raises:
        NotNativeError: the loss or the optimizer does something for which there is no machine code.
    """

    def __init__(
        self,
        architecture: Architecture,
        objective: Objective,
        optimizer: Optimizer,
        params: Params,
        samples: Samples,
        batch_size: int,
        threads: int,
    ) -> None:
        start = (params, optimizer.init(params))
        self._names = list(params)
        self._carried = together([np.asarray(_turned(leaf)) for leaf in trees.flatten(start)])
        self._threads = threads
        data = _Data.of(samples)
        known = objective in LOSSES.values() and _is_ours(optimizer)
        sizes = batch_size, len(samples) % batch_size or batch_size
        if known:
            self._steps = _known_steps(architecture, objective, optimizer, data)  # type: ignore[arg-type]  # frozen
        else:
            self._steps = _compiled(architecture, objective, optimizer, data, sizes)
        self._workspace = self._steps.workspace(min(batch_size, len(samples)))

    def params(self) -> Params:
        """See `Engine`."""
        return {name: _turned(array.copy()) for name, array in zip(self._names, self._carried, strict=False)}

    def start_from(self, params: Params) -> None:
        """See `Engine`."""
        for name, array in zip(self._names, self._carried, strict=False):
            np.copyto(array, _turned(params[name]))

    def memory(self) -> Any:
        """See `Engine`."""
        return [array.copy() for array in self._carried]

    def recall(self, memory: Any) -> None:
        """See `Engine`."""
        for array, kept in zip(self._carried, memory, strict=True):
            np.copyto(array, kept)

    def epochs(self, samples: Samples, batch_size: int, seed: int, first: int, count: int) -> Outcome:
        """See `Engine`."""
        data, stream = [samples.X, samples.y], order_stream(first)
        settings = batch_size, count, seed, stream, self._threads, self._workspace
        ran = self._steps.run(self._carried, data, *settings)
        done = ran.sums[: ran.done]
        return Outcome(done) if ran.done == count else Outcome(done, Failure(ran.sums[ran.done, 0], ran.steps))

    def evaluate(self, params: Params, samples: Samples) -> Array:
        """See `Engine`."""
        arrays = [np.ascontiguousarray(_turned(params[name])) for name in self._names]
        arrays += self._carried[len(self._names) :]  # the optimizer's, which nobody reads here
        data, block = [samples.X, samples.y], self._block
        return self._steps.sums(arrays, data, block.batch_size, self._threads, block)

    @cached_property
    def _block(self) -> Workspace:
        """Memory for an evaluation, which many epochs end with: that of the steps, unless their batches are small."""
        return self._workspace if self._workspace.batch_size >= ENOUGH else self._steps.workspace(BLOCK)


def _is_ours(optimizer: Optimizer) -> bool:
    """Is it one that does the same for every batch?"""
    if isinstance(optimizer, Scheduled):
        return _is_ours(optimizer.optimizer) and type(optimizer.schedule) in map(type, SCHEDULES.values())
    return type(optimizer) in OPTIMIZERS.values()


# --- compiled once for each kind of step ------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _known_steps(architecture: Architecture, objective: Objective, optimizer: Optimizer, data: _Data) -> NativeSteps:
    """The steps of our own losses and optimizers, which are always the same."""
    return _compiled(architecture, objective, optimizer, data)


def _compiled(
    architecture: Architecture,
    objective: Objective,
    optimizer: Optimizer,
    data: _Data,
    batch_sizes: tuple[int, ...] = (),
) -> NativeSteps:
    """The steps in machine code.

    Code of the user's own may do something else for one number of rows than for another. Then it is traced for the
    sizes of the batches too, which must not differ in anything else.
    """
    params = {name: np.zeros(shape, data.dtype) for name, shape in architecture.parameter_shapes().items()}
    start = trees.tree_map(_turned, (params, optimizer.init(params)))
    step = _on_memory(training_step(architecture, objective, optimizer))
    rows = example_rows((*architecture.widths, *data.inputs, *data.targets))
    try:
        traced = _traced(step, start, data, rows)
        for size in batch_sizes:
            if with_rows(traced, rows, size) != _traced(step, start, data, size):
                raise NotNativeError("the loss depends on the number of samples, or decides by values")
    except Exception as error:
        if not batch_sizes:
            raise
        raise NotNativeError(str(error)) from error  # the interpreter gets the same with the samples at hand
    graph = for_any_rows(traced, rows)
    if graph is None:
        raise NotNativeError("the step decides by values, or counts rows")
    try:
        return NativeSteps(graph, len(trees.flatten(start)))
    except ValueError as error:
        raise NotNativeError(str(error)) from error


def _on_memory(step: Callable[..., Any]) -> Callable[..., Any]:
    """The step as a function of matrices as they lie in memory."""

    def run(params: Any, state: Any, X: Array, y: Array, share: Array) -> Any:
        params, state = trees.tree_map(_turned, (params, state))
        *moved, score = step(params, state, X, y, share)
        return *trees.tree_map(_turned, moved), score

    return run


def _turned(array: Array) -> Array:
    return array.T if np.ndim(array) == 2 else array


def _traced(function: Callable[..., Any], start: tuple[Any, ...], data: _Data, rows: int) -> Graph:
    args = (*start, *data.zeros(rows), share_of(rows, data.dtype))
    paths = [path for i, arg in enumerate(args) for path in trees.leaf_paths(arg, f"x{i}")]
    return trace_leaves(lambda *leaves: function(*trees.unflatten(args, leaves)), trees.flatten(args), paths).graph
