"""How often a worker repeats what it measures."""

import time

from chainrule.benchmarks import worker


def test_a_measurement_takes_about_as_long_as_it_should(monkeypatch):
    now = 0.0

    def run(count):
        nonlocal now
        now += 0.003 * count

    monkeypatch.setattr(time, "perf_counter", lambda: now)
    assert worker._count(run, 0.3) == 100
    assert worker._count(run, 0.001) == 1
