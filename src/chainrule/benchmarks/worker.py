"""The process of one competitor at one case: it makes itself ready and measures as often as it is asked.

It is started with the name of the case, of the competitor, the number of threads, the file of the data, and the seconds
that a measurement should take. It answers in JSON, one line each: what it computed, then a time for each line it gets.
"""

import gc
import json
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from chainrule.benchmarks.cases import find_case
from chainrule.benchmarks.data import read
from chainrule.benchmarks.subject import subject

__all__ = ["main"]


def main(name: str, competitor: str, threads: str, data: str, seconds: str) -> None:
    """Answer until there is no more question."""
    answers = _own_output()
    found = subject(find_case(name), read(Path(data)), competitor, int(threads))
    count = _count(found.run, float(seconds))
    _answer(answers, {"results": found.results})
    for _ in sys.stdin:
        gc.collect()
        _answer(answers, {"seconds": _timed(found.run, count) / count})


def _own_output() -> TextIO:
    """The standard output for answers only: what libraries print goes to the standard error."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return answers


def _answer(answers: TextIO, what: dict[str, Any]) -> None:
    answers.write(json.dumps(what) + "\n")


def _count(run: Callable[[int], Any], seconds: float) -> int:
    """How many units take about so long; all of them have run once when this is known."""
    count = 1
    while (taken := _timed(run, count)) < seconds / 2:
        count = math.ceil(count * min(10, seconds / taken))
    return max(1, round(count * seconds / taken))


def _timed(run: Callable[[int], Any], count: int) -> float:
    started = time.perf_counter()
    run(count)
    return time.perf_counter() - started


if __name__ == "__main__":
    main(*sys.argv[1:])
