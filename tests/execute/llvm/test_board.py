"""The board: whoever comes to help, or does not, a job is done once and right."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.execute.llvm import board

WIDTHS = (300, 400, 300, 7)


def network() -> tuple[cr.Network, Any]:
    return cr.Network(WIDTHS, "relu", "softmax"), np.random.default_rng(0).normal(size=(40, 300)).astype(np.float32)


def test_two_threads_with_jobs_at_the_same_time() -> None:
    net, X = network()
    expected = net.predict(X).tobytes()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: net.predict(X).tobytes(), range(400)))
    assert set(found) == {expected}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_the_child_of_a_fork_has_helpers_of_its_own() -> None:
    net, X = network()
    expected = net.predict(X).tobytes()
    child = os.fork()
    if child == 0:
        os._exit(0 if all(net.predict(X).tobytes() == expected for _ in range(200)) else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0


def test_a_process_ends_while_helpers_are_awake() -> None:
    code = f"import chainrule as cr, numpy as np; cr.Network({WIDTHS}).predict(np.ones((40, 300), np.float32))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_there_is_at_least_the_owner_of_a_job() -> None:
    assert board.members() >= 1
