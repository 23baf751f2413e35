import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

import pytest

from chainrule.execute.llvm import crew
from marching import March

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and forks of POSIX")


def run_python(program: str, interrupts: int = 0, **variables: str) -> str:
    """What a program prints; it is interrupted after each line that says ``working``."""
    paths = [str(Path(__file__).parents[2]), *filter(None, sys.path)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)} | variables
    command = [sys.executable, "-W", "ignore", "-c", f"from marching import *\n{program}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        for _ in range(interrupts):
            assert process.stdout.readline() == "working\n"
            time.sleep(0.05)
            process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return printed


def test_threads_are_used_again():
    March(steps=10).run(3)
    before = threading.active_count()
    for _ in range(20):
        March(steps=10).run(3)
    assert threading.active_count() == before


def test_runs_at_the_same_time_do_not_meet():
    marches = [March(steps=3000) for _ in range(4)]
    threads = [threading.Thread(target=march.run, args=(2,)) for march in marches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [march.slots(2) for march in marches] == [[3000] * 2] * 4
    assert not any(march.seen_apart for march in marches)


def test_without_threads_the_caller_does_the_work(monkeypatch):
    def refuse():
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(crew, "_idle", [])
    monkeypatch.setattr(crew, "_Helper", refuse)
    march = March(steps=100)
    assert march.run(4) == 1
    assert march.slots(4) == [100, 0, 0, 0]


def test_fewer_threads_do_the_same_work(monkeypatch):
    made = []

    class Few(crew._Helper):
        def __init__(self):
            if len(made) == 2:
                raise RuntimeError("can't start new thread")
            made.append(self)
            super().__init__()

    monkeypatch.setattr(crew, "_idle", [])
    monkeypatch.setattr(crew, "_Helper", Few)
    march = March(steps=100)
    assert march.run(4) == 2
    assert march.slots(4) == [100, 100, 0, 0]


def test_what_is_to_be_kept_goes_away_after_the_run():
    march = March(steps=10)
    kept = March(steps=0)
    gone = weakref.ref(kept)
    march.run(2, keep=kept)
    del kept
    March(steps=10).run(2)  # the helpers have forgotten the run before
    gc.collect()
    assert gone() is None


INTERRUPTED = """
import time
March(1).run(3)  # the code is there, and so are the threads
for members in (1, 2, 3):
    march = March(10**12)
    try:
        print("working", flush=True)
        march.run(members)
    except KeyboardInterrupt:
        assert len(set(march.slots(members))) == 1 and march.slots(1) != [0]
    march = March(100)
    march.run(members)
    assert march.slots(members) == [100] * members
print("fine")
"""


@posix
def test_ctrl_c_stops_all_members_at_once():
    started = time.monotonic()
    assert run_python(INTERRUPTED, interrupts=3) == "fine\n"
    assert time.monotonic() - started < 20


@posix
def test_an_interrupt_at_any_time_does_no_harm():
    program = """
import random, signal
def interrupt(*_): raise KeyboardInterrupt
signal.signal(signal.SIGALRM, interrupt)
random.seed(0)
March(1).run(2)
marches = []
for i in range(300):
    march = March(50)
    try:
        signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-6, 2e-4))
        march.run(2)
        while True: pass
    except KeyboardInterrupt:
        marches.append(march)
assert all(len(set(march.slots(2))) == 1 and not march.seen_apart for march in marches)
print("fine")
"""
    assert run_python(program) == "fine\n"


@posix
def test_a_signal_handler_may_run_a_crew_of_its_own():
    program = """
import signal
inner = March(100)
signal.signal(signal.SIGALRM, lambda *_: inner.run(2))
signal.setitimer(signal.ITIMER_REAL, 0.02)
outer = March(10**12)
outer.run(2, seconds=0.1)
assert inner.slots(2) == [100, 100] and len(set(outer.slots(2))) == 1
print("fine")
"""
    assert run_python(program) == "fine\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_the_child_of_a_fork_has_threads_of_its_own():
    program = """
import os, threading
March(100).run(3)
other = March(10**12)
threading.Thread(target=other.run, args=(2,), kwargs={"seconds": 1.0}).start()
child = os.fork()
march = March(100)
march.run(3)
assert march.slots(3) == [100] * 3
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print("fine")
"""
    assert run_python(program) == "fine\n"


def test_the_process_may_end_while_a_forgotten_thread_trains():
    program = """
import threading, time
march = March(10**12)
threading.Thread(target=march.run, args=(2,), daemon=True).start()
while march.slots(1) == [0]: time.sleep(0.001)
print("fine")
"""
    assert run_python(program) == "fine\n"


def test_aside_returns_and_raises_as_the_function_does():
    assert crew.aside(lambda: threading.current_thread().name) == "chainrule"
    with pytest.raises(ZeroDivisionError):
        crew.aside(lambda: 1 // 0)


def test_aside_without_threads(monkeypatch):
    monkeypatch.setattr(crew, "_helpers", lambda _: [])
    assert crew.aside(threading.current_thread) is threading.current_thread()


@posix
def test_an_interrupt_while_compiling_does_no_harm():
    program = """
import itertools, random, signal, time
from chainrule.execute.llvm.cache import library_of
def interrupt(*_): raise KeyboardInterrupt
signal.signal(signal.SIGALRM, interrupt)
random.seed(0)
key = itertools.count()
build = lambda: "define i64 @f() { ret i64 1 }"
until = time.monotonic() + 1.5
while time.monotonic() < until:
    try:
        signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-4, 5e-3))
        while time.monotonic() < until: library_of(str(next(key)), host(), ["f"], build)
    except KeyboardInterrupt:
        pass
signal.setitimer(signal.ITIMER_REAL, 0)
print("fine")
"""
    assert run_python(program, CHAINRULE_CACHE="0") == "fine\n"
