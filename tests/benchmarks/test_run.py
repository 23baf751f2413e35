"""Which cases a run measures."""

import pytest

from chainrule.benchmarks import run as running
from chainrule.benchmarks.measure import FULL, QUICK, Row
from chainrule.errors import InputError


@pytest.fixture
def measured(monkeypatch):
    """What would have been measured."""
    asked = []

    def measure(name, effort):
        asked.append((name, effort))
        return Row(name, {})

    monkeypatch.setattr(running, "measure", measure)
    return asked


def test_a_run_measures_what_is_named_and_announces_it(measured):
    announced = []
    report = running.run(["start"], announce=announced.append)
    assert announced == ["start/digits-empty", "start/digits-warm"] == [row.name for row in report.rows]
    assert measured == [(name, FULL) for name in announced]


def test_a_quick_run_has_a_case_of_each_kind(measured):
    running.run(quick=True)
    assert [name.partition("/")[0] for name, _ in measured] == ["training", "inference", "gradients", "start"]
    assert {effort for _, effort in measured} == {QUICK}


def test_an_unknown_name_is_an_error_that_lists_those_there_are(measured):
    with pytest.raises(InputError, match=r"no benchmark 'training/mnist'.*training/mnist-like"):
        running.run(["training/mnist"])
    assert measured == []
