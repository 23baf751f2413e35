"""Rounds and rows."""

from types import MappingProxyType

import pytest

from chainrule.benchmarks import competitors, measure
from chainrule.benchmarks.competitors import COMPETITORS, Competitor
from chainrule.benchmarks.measure import Effort, Entry
from chainrule.benchmarks.process import CompetitorError

MOMENT = Effort(seconds=0.001, rounds=2, threads=(1, 2))


@pytest.fixture
def few(monkeypatch):
    """Two competitors that are always there, and one that never is."""
    absent = Competitor("Absent", "absent", ("gradients",), ("no_such_package",), "pip install absent")
    table = {name: COMPETITORS[name] for name in ("chainrule", "numpy")} | {"absent": absent}
    for module in (competitors, measure):
        monkeypatch.setattr(module, "COMPETITORS", MappingProxyType(table))


def test_a_case_yields_its_row(few):
    row = measure.measure("gradients/rosenbrock", MOMENT)
    assert row.name == "gradients/rosenbrock"
    assert list(row.entries) == ["chainrule", "numpy", "absent"]
    for name in ("chainrule", "numpy"):
        entry = row.entries[name]
        assert entry.seconds is not None
        assert entry.seconds > 0
        assert (entry.threads in (1, 2), entry.note) == (True, "")
        assert entry.results["error"] < 1e-9


def test_a_peer_that_is_missing_is_a_line(few):
    row = measure.measure("gradients/rosenbrock", MOMENT)
    assert row.entries["absent"] == Entry(note="not installed: pip install absent")


def test_all_are_asked_once_before_any_is_asked_again_and_the_median_counts():
    asked = []
    times = {"a": iter([5.0, 1.0, 2.0]), "b": iter([1.0, 9.0, 1.0])}

    def once(name):
        asked.append(name)
        return next(times[name])

    found = measure._rounds({name: lambda name=name: once(name) for name in times}, 3)
    assert asked == ["a", "b"] * 3
    assert found == {"a": Entry(2.0), "b": Entry(1.0)}


def test_who_has_failed_is_asked_no_more():
    asked = []

    def fails():
        asked.append(1)
        raise CompetitorError("out of memory")

    found = measure._rounds({"a": fails, "b": lambda: 1.0}, 3)
    assert found == {"a": Entry(note="failed: out of memory"), "b": Entry(1.0)}
    assert len(asked) == 1


def test_the_better_number_of_threads_counts():
    one, two, failed = Entry(2.0, 1), Entry(1.0, 2), Entry(note="failed: no")
    assert measure._best([one, two]) is two
    assert measure._best([failed, one]) is one
    assert measure._best([failed]) is failed
