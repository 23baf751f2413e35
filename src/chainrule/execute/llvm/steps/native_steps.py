"""Training steps in machine code, as Python sees them."""

import math
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm import crew
from chainrule.execute.llvm.barrier import Meeting
from chainrule.execute.llvm.buffers import ALIGNMENT
from chainrule.execute.llvm.cache import library_of
from chainrule.execute.llvm.kernels.kernel import Kernel, emit_kernels
from chainrule.execute.llvm.kernels.product_kernel import packed_factors
from chainrule.execute.llvm.pace import Pace
from chainrule.execute.llvm.plan_text import graph_text
from chainrule.execute.llvm.program import SCRATCH, memory_of, plan_of, scratch_of, write_scratch
from chainrule.execute.llvm.room import room_for
from chainrule.execute.llvm.steps.phases import in_phases
from chainrule.execute.llvm.steps.worker import Batch, Words, emit_worker
from chainrule.execute.llvm.targets import Target, host
from chainrule.graph import Graph, Node, input_node
from chainrule.transforms.fuse import Plan
from chainrule.transforms.rows import ROWS

__all__ = ["WORTH_SHARING", "Epochs", "NativeSteps", "Workspace"]

_STEP, _SUMS = "step", "sums"  # names of the two functions
_SCRATCH_OF_A_ROW = "scratch_of_a_row"  # name of the number of bytes that kernels use for each row of a batch
_PACKED_BY_EACH = 2**16  # entries up to which each thread packs a factor itself, rather than fetch it from another
WORTH_SHARING = 200_000  # operations of a step; threads would lose more by meeting than they win with less

Array = np.ndarray[Any, Any]


class Epochs(NamedTuple):
    """What some epochs gave.

    Attributes:
        sums: one row for each epoch: the step's sums, added up over its batches.
        done: how many epochs are complete; fewer than asked for if the loss left the finite numbers.
        steps: how many steps of the next one are.
    """

    sums: Array
    done: int
    steps: int


class NativeSteps:
    """Steps that turn carried arrays (parameters, state of the optimizer) into new ones, batch after batch.

    Args:
        graph: of one step, for any number of rows. Its inputs are the carried arrays, the batch's samples (each of
            shape (ROWS, ...)), and 1 / rows; its outputs the new carried arrays, then sums over the batch, the loss
            first.
        carried: how many arrays are carried.
        target: the processor.

    Raises:
        ValueError: the graph is not of this kind; the message says why.
    """

    def __init__(self, graph: Graph, carried: int, target: Target | None = None) -> None:
        self._target = target or host()
        self._carried = carried
        self._plan = plan_of(graph)
        self._samples = [(input_node("", each.shape, each.dtype), each) for each in self._inputs[carried:-1]]
        self._check()
        factors = packed_factors(self._plan, self._target)
        self._packed = {matrix: packed for matrix, packed in factors.items() if matrix.size > _PACKED_BY_EACH}
        if any(n % ROWS == 0 for matrix in self._packed for n in matrix.shape):
            raise ValueError("a product with the transpose of a batch")
        self._memory = (*(data for data, _ in self._samples), *memory_of(self._plan, self._packed))
        self.work = _total_work(self._plan)
        self.paces: dict[tuple[str, int, int], Pace] = {}  # what is known of each function, by threads and batch size
        self.n_sums = len(self._plan.graph.outputs) - carried
        self.n_values = len(self._memory)
        self._places = {node: place for place, node in enumerate(self._memory)}
        self._constants = [
            (place, np.ascontiguousarray(node.params["value"]))
            for node, place in self._places.items()
            if node.op.name == "constant"
        ]
        key = f"steps {carried}\n{graph_text(self._plan.graph)}"
        self.library = library_of(key, self._target, [_STEP, _SUMS, SCRATCH, _SCRATCH_OF_A_ROW], self._module)

    def run(
        self,
        carried: Sequence[Array],
        samples: Sequence[Array],
        batch_size: int,
        epochs: int,
        seed: int,
        stream: int,
        threads: int = 1,
        workspace: "Workspace | None" = None,
    ) -> Epochs:
        """Run some epochs, each through all samples in an order of its own; the carried arrays are changed in place.

        Args:
            carried: arrays without gaps, of the shapes and dtypes of the graph.
            samples: the data, without gaps, one sample in each row.
            batch_size: samples of a step; the last batch of an epoch may be smaller.
            epochs: how many.
            seed: of the orders; see ``chainrule.functions.random.permutation``.
            stream: of the order of the first epoch; the others follow.
            threads: at most so many; they change no bits.
            workspace: for batches of this size, to be used again; or None.
        """
        run = _Run(self, carried, samples, batch_size, epochs, threads, workspace)
        run.words[Words.SEED], run.words[Words.STREAM] = np.array([seed, stream], np.uint64).view(np.int64)
        run.carry_out(_STEP)
        return Epochs(run.sums, int(run.words[Words.DONE]), int(run.words[Words.STEPS]))

    def sums(
        self,
        carried: Sequence[Array],
        samples: Sequence[Array],
        batch_size: int,
        threads: int = 1,
        workspace: "Workspace | None" = None,
    ) -> Array:
        """Return the sums over all samples, without taking a step; arguments as in :meth:`run`."""
        run = _Run(self, carried, samples, batch_size, 1, threads, workspace)
        run.carry_out(_SUMS)
        sums: Array = run.sums[0]
        return sums

    # --- the code -----------------------------------------------------------------------------------------------

    def _module(self) -> ir.Module:
        plan, module = self._plan, ir.Module("chainrule")
        kernels = emit_kernels(module, self._target, plan, plan.groups, self._packed)
        after = plan.graph.outputs[: self._carried]
        phases = in_phases(kernels, dict(zip(after, self._inputs, strict=False)))
        slots = {node: Words.TABLE + place for node, place in self._places.items()}
        sums = tuple(plan.views[node].source for node in plan.graph.outputs[self._carried :])
        batch = Batch(tuple(self._samples), self._inputs[-1], sums, frozenset(self._carried_out()))
        emit_worker(module, phases, batch, slots, _STEP, shuffled=True)
        emit_worker(module, in_phases(_needed_for(sums, kernels)), batch, slots, _SUMS, shuffled=False)
        write_scratch(module, max((each.scratch for each in kernels if each.scratch % ROWS), default=0))
        of_rows = max((each.scratch for each in kernels if each.scratch % ROWS == 0), default=0)
        write_scratch(module, of_rows // ROWS, _SCRATCH_OF_A_ROW)
        return module

    def scratch(self, batch_size: int) -> int:
        """The bytes that each thread needs for itself in steps of so many samples, up to the next cache line."""
        size = max(scratch_of(self.library), batch_size * scratch_of(self.library, _SCRATCH_OF_A_ROW))
        return -(-size // ALIGNMENT) * ALIGNMENT

    @property
    def _inputs(self) -> tuple[Node, ...]:
        return self._plan.graph.inputs

    def workspace(self, batch_size: int) -> "Workspace":
        """Return memory for what stays inside of a step of so many samples; one run at a time may use it."""
        own = {data for data, _ in self._samples} | {self._inputs[-1]}
        carried = {*self._inputs[: self._carried], *self._carried_out()}
        inside = [k for k, node in enumerate(self._memory) if node not in own | carried and node.op.name != "constant"]
        sizes = [
            math.prod(_with_rows(n, batch_size) for n in node.shape) * node.dtype.itemsize
            for node in (self._memory[k] for k in inside)
        ]
        return Workspace(batch_size, inside, sizes)

    def table(self, carried: Sequence[Array], samples: Sequence[Array], share: Array) -> list[tuple[int, int]]:
        """For what does not lie in a workspace: the number in the table, and the address."""
        arrays: list[tuple[Node, Array]] = [(self._inputs[-1], share)]
        arrays += [(data, array) for (data, _), array in zip(self._samples, samples, strict=True)]
        arrays += zip(self._inputs, carried, strict=False)
        arrays += zip(self._carried_out(), carried, strict=True)
        placed = [(self._places[node], array) for node, array in arrays if node in self._places]
        return [(place, array.ctypes.data) for place, array in (*placed, *self._constants)]

    def share(self, batch_size: int, n_samples: int) -> Array:
        """The part of each sample in the mean, for a full batch and for the last one."""
        last = n_samples % batch_size or batch_size
        return (1 / np.array([batch_size, last])).astype(self._inputs[-1].dtype)

    def _carried_out(self) -> list[Node]:
        return [self._plan.views[node].source for node in self._plan.graph.outputs[: self._carried]]

    # --- what is possible ---------------------------------------------------------------------------------------

    def _check(self) -> None:
        plan, carried = self._plan, self._carried
        alone = [group.nodes[0].op.name for group in plan.groups if group.is_alone]
        if alone:
            raise ValueError(f"no machine code for {', '.join(sorted(set(alone)))}")
        if any(role in ("gather", "scatter") for role in plan.roles.values()):
            raise ValueError("numbers of entries may be out of range, which a step does not look for")
        made = {node for group in plan.groups for node in group.stores}
        outputs = plan.graph.outputs
        if len(set(outputs)) != len(outputs) or any(node not in made for node in outputs):
            raise ValueError("a result is not computed by the step")
        for before, after in zip(self._inputs[:carried], outputs[:carried], strict=True):
            if (before.shape, before.dtype) != (after.shape, after.dtype):
                raise ValueError(
                    f"{before.name} changes from {before.dtype}{before.shape} to {after.dtype}{after.shape}"
                )


class Workspace:
    """Memory for the values inside of a step.

    Args:
        batch_size: for steps of at most so many samples.
        places: of the values in the table.
        sizes: of the values, in bytes.
    """

    def __init__(self, batch_size: int, places: Sequence[int], sizes: Sequence[int]) -> None:
        padded = -(-np.array(sizes, np.int64) // ALIGNMENT) * ALIGNMENT
        self.batch_size = batch_size
        self.places = np.array(places, np.intp)
        self._room = room_for(int(padded.sum()))
        self.addresses = self._room.ctypes.data + np.cumsum(padded) - padded


class _Run:
    """One call of the code: the context, and all memory that it points to."""

    def __init__(
        self,
        steps: NativeSteps,
        carried: Sequence[Array],
        samples: Sequence[Array],
        batch_size: int,
        epochs: int,
        threads: int,
        workspace: Workspace | None,
    ) -> None:
        n_samples = len(samples[0])
        batch_size = min(batch_size, n_samples)
        self._steps = steps
        self._threads = threads if steps.work * batch_size >= WORTH_SHARING else 1
        self._meeting = Meeting()
        self.sums = np.zeros((epochs, steps.n_sums))
        if workspace is None or workspace.batch_size < batch_size:
            workspace = steps.workspace(batch_size)
        share = steps.share(batch_size, n_samples)
        order = np.empty(n_samples, np.int64)
        size = steps.scratch(batch_size)
        scratch = room_for(self._threads * size)
        words = np.zeros(Words.TABLE + steps.n_values, np.int64)
        words[Words.MEETING] = self._meeting.address
        words[Words.SAMPLES], words[Words.BATCH], words[Words.EPOCHS] = n_samples, batch_size, epochs
        words[Words.ORDER], words[Words.SUMS] = order.ctypes.data, self.sums.ctypes.data
        words[Words.SCRATCH], words[Words.SCRATCH_SIZE] = scratch.ctypes.data, size
        table = words[Words.TABLE :]
        table[workspace.places] = workspace.addresses
        for place, address in steps.table(carried, samples, share):
            table[place] = address
        self.words = words
        self._keep = (workspace, share, order, scratch, words, self.sums, carried, samples, steps.library)

    def carry_out(self, function: str) -> None:
        """Work in turns until all epochs are done or the loss is not finite."""
        words, kind = self.words, (function, self._threads, int(self.words[Words.BATCH]))
        pace = self._steps.paces.pop(kind, None) or Pace(self._threads)  # taken out: another thread needs its own
        address = self._steps.library[function]
        while words[Words.DONE] < words[Words.EPOCHS] and not words[Words.FAILED]:
            before, start = self._taken(), time.perf_counter()
            self._meeting.begin()
            seconds = pace.seconds if self._threads > 1 else math.inf
            crew.run(address, words.ctypes.data, pace.members, self._meeting, seconds, self._keep)
            pace.note(self._taken() - before, time.perf_counter() - start)
        self._steps.paces[kind] = pace

    def _taken(self) -> int:
        """How many steps."""
        words = self.words
        per_epoch = -(-int(words[Words.SAMPLES]) // int(words[Words.BATCH]))
        return int(words[Words.DONE]) * per_epoch + int(words[Words.STEPS])


def _total_work(plan: Plan) -> int:
    """About how many operations a step takes for each row."""
    work = 0
    for group in plan.groups:
        inner = group.product.inputs[0].shape[1] if group.product is not None else 1
        work += _with_rows(math.prod(_with_rows(n, 1) for n in group.domain), 1) * _with_rows(inner, 1)
    return work


def _needed_for(nodes: Sequence[Node], kernels: Sequence[Kernel]) -> list[Kernel]:
    """The kernels without which these values are not known, in order."""
    needed, wanted = [], set(nodes)
    for kernel in reversed(kernels):
        if wanted & set(kernel.writes):
            needed.append(kernel)
            wanted |= set(kernel.memory)
    return needed[::-1]


def _with_rows(n: int, rows: int) -> int:
    return n // ROWS * rows if n and n % ROWS == 0 else n
