"""Functions that may end the process: each runs in a child of its own."""

import faulthandler
import os
import pickle
import select
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import pytest

_SECONDS = 60

needs_fork = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="a crash is found by forking")


class ChildError(AssertionError):
    """The child raised an error, was killed by a signal, or did not end."""


def isolated(function: Callable[[], Any]) -> Any:
    """What the function returns, computed by a child process.

    Raises:
        ChildError: there is nothing to return; says what happened.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(function, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = _read(pipe.fileno())
    if data is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if data is None:
        raise ChildError(f"no answer in {_SECONDS} seconds")
    if os.WIFSIGNALED(status):
        raise ChildError(f"the process was ended by {signal.Signals(os.WTERMSIG(status)).name}")
    if not data:
        raise ChildError(f"the process ended with {os.waitstatus_to_exitcode(status)}")
    result, error = pickle.loads(data)
    if error:
        raise ChildError(error)
    return result


def _read(pipe: int) -> bytes | None:
    data = b""
    while select.select([pipe], [], [], _SECONDS)[0]:
        more = os.read(pipe, 2**20)
        if not more:
            return data
        data += more
    return None


def _answer(function: Callable[[], Any], pipe: int) -> None:
    """Write the result and end at once, without what else the parent would do at its end."""
    faulthandler.disable()
    try:
        data = pickle.dumps((function(), ""))
    except BaseException:
        data = pickle.dumps((None, traceback.format_exc()))
    with os.fdopen(pipe, "wb") as file:
        file.write(data)
    os._exit(0)
