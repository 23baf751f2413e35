"""Threads for one native call: each member of a crew calls ``worker(context, member, members)`` and does its share.

All members run in threads of a pool, and the caller waits for them in Python. So a signal such as Ctrl-C is handled at
once, also in the middle of a long call, and nothing has to be split up for its sake. Handing over costs about 10
microseconds for one member and 20 to 50 for two. A member in the caller's own thread would save some of that, but
Python handles signals only after a native call has returned.

The threads are those of Python: ``ctypes`` releases the interpreter while they are in native code. They sleep when
there is nothing to do and do not keep the process from ending. Each run takes threads of its own from the pool, so runs
may go on at the same time, and within each other. The child of a fork begins with an empty pool.
"""

import atexit
import contextlib
import ctypes
import math
import os
import threading
import time
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from chainrule.execute.llvm.barrier import Meeting

__all__ = ["aside", "run"]

Result = TypeVar("Result")

_WORKER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
_LOOK = 0.1  # seconds between looks for a signal, where the system does not wake a waiting thread for one
_FAREWELL = 5.0  # seconds that the end of the process waits for members to see that they should stop

_idle: list["_Helper"] = []
_running: set["_Run"] = set()


def run(address: int, context: int, members: int, meeting: Meeting, seconds: float = math.inf, keep: Any = None) -> int:
    """Call ``void worker(context *, int64_t member, int64_t members)`` once for each member, and wait for all.

    Args:
        address: the native function.
        context: a pointer that every member gets.
        members: how many are to run; where the system has no more threads, fewer do.
        meeting: of this run alone. An exception that comes while the members work, such as ``KeyboardInterrupt``, asks
            them to stop, and goes on when they have.
        seconds: when to ask the members to stop if they are still at work.
        keep: what has to stay in memory as long as a member works: library, context, arrays.

    Returns:
        How many members there were.
    """
    meeting.begin()
    worker = _WORKER(address)
    helpers = _helpers(members)
    if helpers:
        _Run(partial(worker, context), helpers, meeting, keep).carry_out(seconds)
    else:
        worker(context, 0, 1)
    return max(1, len(helpers))


def aside(function: Callable[[], Result]) -> Result:
    """Call a function in a thread of the pool, where no signal disturbs it, and return what it returns.

    Meant for llvmlite: an interrupt between two of its lines frees memory twice, which ends the process. Here the
    exception comes to the caller at once, while the function goes on to its end and what it returns is dropped.
    """
    helpers = _helpers(1)
    if not helpers:
        return function()
    call = _Call(function, helpers[0])
    helpers[0].jobs.put(call.carry_out)
    return call.result()


class _Call(Generic[Result]):
    """One call of a function by a helper."""

    def __init__(self, function: Callable[[], Result], helper: "_Helper") -> None:
        self._function = function
        self._helper = helper
        self._returned: list[Result] = []
        self._error: BaseException | None = None
        self._wake = _locked()

    def carry_out(self) -> None:
        """Keep what the function returns or raises for the caller."""
        try:
            self._returned.append(self._function())
        except BaseException as error:
            self._error = error
        _idle.append(self._helper)
        self._wake.release()

    def result(self) -> Result:
        """Wait for it."""
        while not self._wake.acquire(timeout=_LOOK):
            pass
        if self._error is not None:
            raise self._error
        return self._returned.pop()


class _Run:
    """One native call by several helpers."""

    def __init__(self, work: Any, helpers: list["_Helper"], meeting: Meeting, keep: Any) -> None:
        self._work = work
        self._keep = keep
        self._helpers = helpers
        self._meeting = meeting
        self._begun = False
        self._at_work = list(range(len(helpers)))  # who takes out the 0 is the last
        self._over = False
        self._wake = _locked()

    def carry_out(self, seconds: float) -> None:
        """Let the first helper start the others: one step that no signal can split."""
        try:
            _running.add(self)
            self._helpers[0].jobs.put(self._lead)
            self._wait(seconds)
        except BaseException:
            self.stop()
            self._helpers[0].jobs.put(self._lead)  # the exception may have come before the first time
            self._wait_in_any_case()
            raise
        finally:
            _running.discard(self)

    def stop(self) -> None:
        """Ask the members to stop."""
        self._meeting.stop()

    def _lead(self) -> None:
        """Start all, once: the first helper may get this twice, one after the other."""
        if self._begun:
            return
        self._begun = True
        for member, helper in enumerate(self._helpers[1:], start=1):
            helper.jobs.put(partial(self._member, member))
        self._member(0)

    def _member(self, member: int) -> None:
        self._work(member, len(self._helpers))
        _idle.append(self._helpers[member])
        if self._at_work.pop() == 0:
            self._over = True
            self._wake.release()

    def _wait(self, seconds: float = math.inf) -> None:
        """Wait for the last member; ask them to stop when it takes longer."""
        until = time.monotonic() + seconds
        while not self._over:
            left = until - time.monotonic()
            if left <= 0.0:
                self.stop()
                until = math.inf
            self._wake.acquire(timeout=max(0.0, min(left, _LOOK)))

    def _wait_in_any_case(self) -> None:
        """The members use memory of the caller: no second interrupt may hand it back too early."""
        while not self._over:
            with contextlib.suppress(BaseException):
                self._wait()


class _Helper:
    """A thread that does one job after the other."""

    def __init__(self) -> None:
        self.jobs: SimpleQueue[Any] = SimpleQueue()
        threading.Thread(target=self._work, name="chainrule", daemon=True).start()

    def _work(self) -> None:
        while True:
            self.jobs.get()()


def _locked() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


def _helpers(count: int) -> list[_Helper]:
    """Idle helpers, or new ones as far as the system has threads for them."""
    found: list[_Helper] = []
    with contextlib.suppress(RuntimeError):
        while len(found) < count:
            found.append(_idle_helper() or _Helper())
    return found


def _idle_helper() -> _Helper | None:
    try:
        return _idle.pop()
    except IndexError:
        return None


def _forget() -> None:
    """Threads do not live on in the child of a fork."""
    _idle.clear()
    _running.clear()


@atexit.register
def _end() -> None:
    """Memory is about to go away: let no member of a run in a thread that nobody waits for work on."""
    until = time.monotonic() + _FAREWELL
    while _running and time.monotonic() < until:
        for each in tuple(_running):
            each.stop()
        time.sleep(0.001)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
