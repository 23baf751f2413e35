"""The measurement of a case: one of each competitor, round after round, and the median of each."""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from math import inf
from pathlib import Path
from statistics import median
from typing import TypeVar

from chainrule.benchmarks.cases import Start, find_case
from chainrule.benchmarks.competitors import COMPETITORS, of_group
from chainrule.benchmarks.data import write
from chainrule.benchmarks.process import CompetitorError, Worker, cores, seconds_to_first_epoch, worker

__all__ = ["FULL", "QUICK", "Effort", "Entry", "Row", "measure"]

Key = TypeVar("Key")


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes:
        seconds: that a measurement takes at least.
        rounds: how often each competitor is asked.
        threads: the numbers that are tried.
    """

    seconds: float
    rounds: int
    threads: tuple[int, ...]


FULL = Effort(seconds=0.3, rounds=7, threads=tuple(sorted({1, cores()})))
QUICK = Effort(seconds=0.02, rounds=3, threads=(1,))


@dataclass(frozen=True)
class Entry:
    """What was found of a competitor at a case.

    Attributes:
        seconds: the median time of a unit, with the better number of threads; None: there is none.
        threads: that number.
        results: what it computed.
        note: why there is no time.
    """

    seconds: float | None = None
    threads: int | None = None
    results: dict[str, float] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Row:
    """What was found at a case, by competitor."""

    name: str
    entries: dict[str, Entry]


def measure(name: str, effort: Effort) -> Row:
    """Measure all competitors at a case."""
    case = find_case(name)
    competing = of_group(name.partition("/")[0])
    notes = {competitor: COMPETITORS[competitor].missing for competitor in competing}
    present = [competitor for competitor in competing if not notes[competitor]]
    method = _starts if isinstance(case, Start) else _repetitions
    with tempfile.TemporaryDirectory(prefix="chainrule-bench-") as folder:
        data = Path(folder) / "data.npz"
        write(case, data)
        found = method(name, present, data, effort)
    return Row(name, {each: found.get(each, Entry(note=notes[each])) for each in competing})


# --- repeated in a process that goes on ------------------------------------------------------------------------------


def _repetitions(name: str, competing: list[str], data: Path, effort: Effort) -> dict[str, Entry]:
    found: dict[str, list[Entry]] = {competitor: [] for competitor in competing}
    with ExitStack() as stack:
        workers: dict[tuple[str, int], Worker] = {}
        for competitor, threads in product(competing, effort.threads):
            try:
                started = stack.enter_context(worker(name, competitor, threads, data, effort.seconds))
                workers[competitor, threads] = started
            except CompetitorError as error:
                found[competitor].append(_failed(error))
        entries = _rounds({key: each.measure for key, each in workers.items()}, effort.rounds)
        for (competitor, threads), entry in entries.items():
            found[competitor].append(replace(entry, threads=threads, results=workers[competitor, threads].results))
    return {competitor: _best(entries) for competitor, entries in found.items()}


def _rounds(measurements: Mapping[Key, Callable[[], float]], rounds: int) -> dict[Key, Entry]:
    """The median of each: all are asked once before any is asked again; who has failed is asked no more."""
    times: dict[Key, list[float]] = {key: [] for key in measurements}
    failed: dict[Key, Entry] = {}
    for _, key in product(range(rounds), measurements):
        if key not in failed:
            try:
                times[key].append(measurements[key]())
            except CompetitorError as error:
                failed[key] = _failed(error)
    return {key: failed[key] if key in failed else Entry(median(times[key])) for key in measurements}


def _failed(error: CompetitorError) -> Entry:
    return Entry(note=f"failed: {error}")


def _best(entries: list[Entry]) -> Entry:
    """The entry with the number of threads that serves a competitor best."""
    return min(entries, key=lambda entry: inf if entry.seconds is None else entry.seconds)


# --- from the start of a process -------------------------------------------------------------------------------------


def _starts(name: str, competing: list[str], data: Path, effort: Effort) -> dict[str, Entry]:
    cache = find_case(name).cache

    def once(competitor: str) -> float:
        with tempfile.TemporaryDirectory(prefix="chainrule-bench-") as empty:
            folder = Path(empty) if cache == "empty" else data.parent / competitor
            return seconds_to_first_epoch(name, competitor, data, folder)

    measurements = {competitor: partial(once, competitor) for competitor in competing}
    _rounds(measurements, 1)  # fills the warm caches, and brings all files into memory
    entries = _rounds(measurements, effort.rounds)
    return {competitor: replace(entry, threads=cores()) for competitor, entry in entries.items()}
