"""The measurement of a case: one of each competitor, round after round, and the median of each."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeVar

from chainrule.benchmarks.cases import Start, find_case
from chainrule.benchmarks.competitors import COMPETITORS, of_group
from chainrule.benchmarks.data import write
from chainrule.benchmarks.process import CompetitorError, Worker, cores, seconds_to_first_epoch

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
        for competitor in competing:
            for threads in effort.threads:
                try:
                    worker = stack.enter_context(Worker(name, competitor, threads, data, effort.seconds))
                    workers[competitor, threads] = worker
                except CompetitorError as error:
                    found[competitor].append(Entry(threads=threads, note=f"failed: {error}"))
        times = _rounds({key: worker.measure for key, worker in workers.items()}, effort.rounds)
        for (competitor, threads), seconds in times.items():
            found[competitor].append(Entry(seconds, threads, workers[competitor, threads].results))
    return {competitor: _best(entries) for competitor, entries in found.items()}


def _rounds(measurements: dict[Key, Callable[[], float]], rounds: int) -> dict[Key, float]:
    """The median of each: all are asked once before any is asked again."""
    times: dict[Key, list[float]] = {key: [] for key in measurements}
    for _ in range(rounds):
        for key, once in measurements.items():
            times[key].append(once())
    return {key: median(seconds) for key, seconds in times.items()}


def _best(entries: list[Entry]) -> Entry:
    """The number of threads that serves a competitor best."""
    return min(entries, key=lambda entry: float("inf") if entry.seconds is None else entry.seconds)


# --- from the start of a process -------------------------------------------------------------------------------------


def _starts(name: str, competing: list[str], data: Path, effort: Effort) -> dict[str, Entry]:
    def once(competitor: str) -> float:
        with cache_folder(competitor) as folder:
            return seconds_to_first_epoch(name, competitor, data, folder)

    @contextmanager
    def cache_folder(competitor: str) -> Iterator[Path]:
        if find_case(name).cache == "warm":
            yield data.parent / competitor
            return
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)

    found: dict[str, Entry] = {}
    ready: dict[str, Callable[[], float]] = {}
    for competitor in competing:
        try:
            once(competitor)  # fills the warm cache, and brings the files of all into memory
            ready[competitor] = lambda competitor=competitor: once(competitor)  # type: ignore[misc]
        except CompetitorError as error:
            found[competitor] = Entry(note=f"failed: {error}")
    times = _rounds(ready, effort.rounds)
    return {**found, **{competitor: Entry(seconds, cores()) for competitor, seconds in times.items()}}
