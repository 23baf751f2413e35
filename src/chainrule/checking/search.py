"""The search for inputs at which a function breaks: samples, zeros of divisors, and the edges of where it does."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from chainrule.checking.blame import Blame, Kind, blame
from chainrule.checking.runs import Run, Runner
from chainrule.checking.samples import Box, Point, middle
from chainrule.graph import Node
from chainrule.graph.infix import infix

__all__ = ["Fault", "Region", "Sample", "regions", "samples", "value_of"]

EVEN, RANDOM = 193, 160  # points that are tried
ZEROS = 24  # of divisors that are looked for
SMALL_GAP = 3  # good samples within a region

_DIVIDES_BY = {"divide": 1, "reciprocal": 0, "log": 0, "log2": 0, "log10": 0, "remainder": 1, "floor_divide": 1}


class Fault(NamedTuple):
    """What tells one fault from another: what went wrong, in which formula, on which line."""

    kind: Kind
    formula: str
    where: str


class Sample(NamedTuple):
    """One run and its fault, if it has one."""

    run: Run
    blame: Blame | None
    fault: Fault | None

    @property
    def point(self) -> Point:
        """The arguments."""
        return self.run.point


class Region(NamedTuple):
    """Where one fault was found.

    Attributes:
        fault: what it is.
        first: the first bad input, next to a good one where there is a good one.
        stretches: the bad inputs at both ends of each stretch of the range of one number.
        worst: the sample with the most wrong bits.
    """

    fault: Fault
    first: Sample
    stretches: tuple[tuple[Sample, Sample], ...]
    worst: Sample


def samples(runner: Runner, box: Box, most: float) -> list[Sample]:
    """Run the function at many points, sorted along the range if it is the range of one number."""
    points = [*box.even(EVEN), *box.random(RANDOM, runner.dtype), *box.corners()]
    runs = _in_order([runner.run(point) for point in points], box.single)
    runs = _in_order([*runs, *_zeros(runner, runs)], box.single)
    return [_sample(run, most) for run in runs]


def _in_order(runs: list[Run], name: str | None) -> list[Run]:
    return runs if name is None else sorted(runs, key=lambda run: float(run.point[name]))


def _sample(run: Run, most: float) -> Sample:
    found = blame(run, most)
    fault = found and Fault(found.kind, infix(found.node), str(found.node.where or ""))
    return Sample(run, found, fault)


def _zeros(runner: Runner, runs: Sequence[Run]) -> Iterator[Run]:
    """Runs at which something that is divided by, or whose logarithm is taken, is 0 or has just changed its sign."""
    changes = ((a, b, node) for a, b in itertools.pairwise(runs) if a.graph is b.graph for node in _changed(a, b))
    for a, b, node in itertools.islice(changes, ZEROS):
        yield from _crossing(runner, a, b, node)


def _changed(a: Run, b: Run) -> list[Node]:
    divisors = {node.inputs[_DIVIDES_BY[node.op.name]] for node in a.graph.nodes if node.op.name in _DIVIDES_BY}
    return [node for node in divisors if node.shape == () and np.sign(a.values[node]) * np.sign(b.values[node]) < 0]


def _crossing(runner: Runner, a: Run, b: Run, node: Node) -> Iterator[Run]:
    while True:
        half = runner.run(middle(a.point, b.point, runner.dtype))
        if half.graph is not a.graph or _same(half.point, a.point) or _same(half.point, b.point):
            yield from (a, b)
            return
        if half.values[node] == 0:
            yield half
            return
        a, b = (half, b) if np.sign(half.values[node]) == np.sign(a.values[node]) else (a, half)


def _same(a: Point, b: Point) -> bool:
    return all(np.array_equal(a[name], b[name]) for name in a)


# --- regions --------------------------------------------------------------------------------------------------


def regions(runner: Runner, box: Box, tried: Sequence[Sample], most: float) -> list[Region]:
    """Return where each fault was found; along the range of one number with its edges."""
    faults = dict.fromkeys(sample.fault for sample in tried if sample.fault)
    return [_region(runner, box, fault, tried, most) for fault in faults]


def _region(runner: Runner, box: Box, fault: Fault, tried: Sequence[Sample], most: float) -> Region:
    worst = max((sample for sample in tried if sample.fault == fault), key=lambda sample: sample.run.error)
    if box.single is None:
        good = next((sample for sample in tried if not sample.fault), None)
        return Region(fault, _edge(runner, good, worst, most) if good else worst, (), worst)
    name = box.single
    stretches = tuple(_stretches(runner, fault, tried, most))
    widest = max(stretches, key=lambda ends: ends[1].point[name] - ends[0].point[name])
    return Region(fault, min(widest, key=lambda sample: abs(sample.point[name])), stretches, worst)


def _stretches(runner: Runner, fault: Fault, tried: Sequence[Sample], most: float) -> Iterator[tuple[Sample, Sample]]:
    """The stretches of a range with this fault; few good samples in between do not divide them."""
    places = [i for i, sample in enumerate(tried) if sample.fault == fault]
    cuts = [k for k in range(1, len(places)) if places[k] - places[k - 1] > SMALL_GAP]
    for stretch in np.split(places, cuts):
        i, j = int(stretch[0]), int(stretch[-1])
        first = _edge(runner, tried[i - 1], tried[i], most) if i else tried[i]
        last = _edge(runner, tried[j + 1], tried[j], most) if j + 1 < len(tried) else tried[j]
        yield first, last


def _edge(runner: Runner, good: Sample, bad: Sample, most: float) -> Sample:
    """The bad input next to one without this fault."""
    while True:
        point = middle(good.point, bad.point, runner.dtype)
        if _same(point, good.point) or _same(point, bad.point):
            return bad
        half = _sample(runner.run(point), most)
        good, bad = (good, half) if half.fault == bad.fault else (half, bad)


def value_of(sample: Sample) -> tuple[Any, Any]:
    """What the function gave at a sample, and what is true."""
    return sample.run.values[sample.run.output], sample.run.truth(sample.run.output).value
