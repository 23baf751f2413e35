import os
import subprocess
import sys

import numpy as np
import pytest

from chainrule.errors import InputError
from chainrule.execute.llvm import threads
from chainrule.execute.llvm.threads import threads_for


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in ("CHAINRULE_NUM_THREADS", "LOKY_MAX_CPU_COUNT", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)


def test_the_argument_goes_before_the_variable(monkeypatch):
    monkeypatch.setenv("CHAINRULE_NUM_THREADS", " 3 ")
    assert threads_for(5) == threads_for(np.int32(5)) == 5
    assert threads_for() == 3


@pytest.mark.parametrize("nonsense", [0, -1, True, 2.0, "2x", ""])
def test_nonsense_is_refused(nonsense):
    with pytest.raises(InputError, match="threads is"):
        threads_for(nonsense)


@pytest.mark.parametrize("nonsense", ["0", "-1", "two", "1.5", "²", "9" * 5000])
def test_a_nonsense_variable_is_refused(monkeypatch, nonsense):
    monkeypatch.setenv("CHAINRULE_NUM_THREADS", nonsense)
    with pytest.raises(InputError, match="CHAINRULE_NUM_THREADS is"):
        threads_for()


def test_an_empty_variable_is_none(monkeypatch):
    monkeypatch.setenv("CHAINRULE_NUM_THREADS", "")
    assert 1 <= threads_for() <= os.cpu_count()


def test_threads_of_one_core_count_once(monkeypatch):
    monkeypatch.setattr(threads, "_quota", lambda _: None)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr(threads, "_siblings", lambda processor: f"{processor % 2},{processor % 2 + 2}")
    assert threads_for() == 2
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {1}, raising=False)
    assert threads_for() == 1


def test_without_a_topology_each_processor_is_a_core(monkeypatch):
    monkeypatch.setattr(threads, "_TOPOLOGY", "/nowhere/{}")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 5, 7}, raising=False)
    assert threads._cores() == 3


def test_joblib_can_set_a_limit(monkeypatch):
    monkeypatch.setattr(threads, "_cores", lambda: 8)
    monkeypatch.setattr(threads, "_quota", lambda _: 6)
    assert threads_for() == 6
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "4")
    assert threads_for() == 4


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"cpu.max": "250000 100000"}, 2),
        ({"cpu.max": "50000 100000"}, 1),
        ({"cpu.max": "max 100000"}, None),
        ({"cpu.max": "nonsense"}, None),
        ({"cpu.max": "1 0"}, None),
        ({"cpu/cpu.cfs_quota_us": "300000", "cpu/cpu.cfs_period_us": "100000"}, 3),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None),
        ({}, None),
    ],
)
def test_the_quota_of_a_container(tmp_path, files, expected):
    (tmp_path / "cpu").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(f"{text}\n")
    assert threads._quota(tmp_path) == expected


WORKER = """
import os, sys, concurrent.futures, multiprocessing
from chainrule.execute.llvm import threads
def count(granted):
    threads._cores, threads._quota = lambda: 8, lambda _: None
    os.environ.pop("OMP_NUM_THREADS", None)
    os.environ.update(granted)
    return threads.threads_for()
if __name__ == "__main__":
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        print(list(pool.map(count, [{}, {"OMP_NUM_THREADS": "3"}, {"CHAINRULE_NUM_THREADS": "5"}])))
"""


def test_a_worker_process_has_one_thread_or_what_joblib_grants_it(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(WORKER)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout == "[1, 3, 5]\n"
