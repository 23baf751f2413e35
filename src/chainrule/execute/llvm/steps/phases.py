"""Who computes what of a step, and when: kernels in phases, between which all threads wait for one another.

- *by rows*: every thread computes its own rows of the batch; kernels of this kind follow each other without waiting.
- *shared*: threads compute some units each, such as rows of a weight matrix.
- *single*: one thread computes a small kernel, and those that follow from it.

The shared and single kernels of a phase stand one behind the other, each as long as its work, and every thread takes an
equal part of the line. So most kernels fall to one thread as a whole, the same in every step: what a thread has written
stays in its cache, and the others fetch little.

No result depends on how units are shared, so the number of threads changes no bits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from chainrule.execute.llvm.kernels.kernel import Kernel
from chainrule.graph import Node

__all__ = ["Phase", "Task", "in_phases"]

Kind = Literal["by rows", "shared", "single"]
SHARED_FROM = 2**15  # operations of a kernel; less is not worth sharing


@dataclass(frozen=True)
class Task:
    """A kernel in the line of a phase.

    Attributes:
        kernel: the code.
        is_shared: threads compute some units each; else the thread does all in whose part it begins.
        begin: where it begins in the line; a kernel that follows from others stands where the first of them does.
        end: where it ends.
    """

    kernel: Kernel
    is_shared: bool
    begin: int
    end: int


@dataclass(frozen=True)
class Phase:
    """What is computed between two barriers.

    Attributes:
        by_rows: the kernels of which every thread computes its own rows, in order.
        line: shared and single kernels, in order.
        length: of the line.
    """

    by_rows: tuple[Kernel, ...]
    line: tuple[Task, ...]
    length: int


def in_phases(kernels: Sequence[Kernel], replaced: Mapping[Node, Node] = MappingProxyType({})) -> tuple[Phase, ...]:
    """Return the kernels in phases.

    Args:
        kernels: in an order in which they can run.
        replaced: values that are written over others, by the new one; the old one must have been read by then.
    """
    kinds = {kernel: _kind(kernel) for kernel in kernels}
    needed = {kernel: _needed(kernel, kernels) for kernel in kernels}
    numbers = _numbers(kernels, kinds, needed, replaced)
    chains = _chains(kernels, kinds, needed, numbers)
    phases: list[list[Kernel]] = [[] for _ in range(max(numbers.values(), default=-1) + 1)]
    for kernel in kernels:
        phases[numbers[kernel]].append(kernel)
    return tuple(_phase(phase, kinds, chains) for phase in phases if phase)


def _phase(kernels: Sequence[Kernel], kinds: Mapping[Kernel, Kind], chains: Mapping[Kernel, int]) -> Phase:
    line, end = [], 0
    heads: dict[int, int] = {}  # where chains begin
    for kernel in kernels:
        if kinds[kernel] != "by rows":
            begin, end = end, end + max(kernel.work, 1)
            if kinds[kernel] == "single":
                begin = heads.setdefault(chains[kernel], begin)
            line.append(Task(kernel, kinds[kernel] == "shared", begin, end))
    return Phase(tuple(kernel for kernel in kernels if kinds[kernel] == "by rows"), tuple(line), end)


def _numbers(
    kernels: Sequence[Kernel],
    kinds: Mapping[Kernel, Kind],
    needed: Mapping[Kernel, Sequence[Kernel]],
    replaced: Mapping[Node, Node],
) -> dict[Kernel, int]:
    """The phase of each kernel: the first in which all that it needs is there, and nobody needs what it overwrites."""
    numbers = dict.fromkeys(kernels, 0)
    readers = {old: [kernel for kernel in kernels if old in kernel.memory] for old in replaced.values()}
    changed = True
    while changed:
        changed = False
        for kernel in kernels:
            ready = [numbers[each] + _waits(kinds[each], kinds[kernel]) for each in needed[kernel]]
            old = [replaced[node] for node in kernel.writes if node in replaced]
            free = [numbers[each] + 1 for node in old for each in readers[node] if each is not kernel]
            number = max([*ready, *free, 0])
            changed |= number > numbers[kernel]
            numbers[kernel] = max(number, numbers[kernel])
            if numbers[kernel] > len(kernels):
                raise ValueError("a value is needed after it has been written over")
    return numbers


def _needed(kernel: Kernel, kernels: Sequence[Kernel]) -> list[Kernel]:
    """The kernels that write what it reads."""
    return [each for each in kernels if each is not kernel and set(each.writes) & set(kernel.memory)]


def _chains(
    kernels: Sequence[Kernel],
    kinds: Mapping[Kernel, Kind],
    needed: Mapping[Kernel, Sequence[Kernel]],
    numbers: Mapping[Kernel, int],
) -> dict[Kernel, int]:
    """For single kernels the number of their chain: those of a phase that follow from each other have the same."""
    chains: dict[Kernel, int] = {}
    for kernel in kernels:
        if kinds[kernel] == "single":
            before = [each for each in needed[kernel] if each in chains and numbers[each] == numbers[kernel]]
            chains[kernel] = _joined(chains, [chains[each] for each in before], len(chains))
    return chains


def _kind(kernel: Kernel) -> Kind:
    if kernel.is_by_rows:
        return "by rows"
    return "shared" if kernel.units > 1 and kernel.work >= SHARED_FROM else "single"


def _waits(first: Kind, then: Kind) -> bool:
    """Must all threads have finished the first kind before the next one can start?"""
    return not (first == then and first in ("by rows", "single"))


def _joined(chains: dict[Kernel, int], before: list[int], new: int) -> int:
    """The chain of a kernel that follows from others: theirs, all of which become one."""
    if not before:
        return new
    first = min(before)
    for kernel, chain in chains.items():
        if chain in before:
            chains[kernel] = first
    return first
