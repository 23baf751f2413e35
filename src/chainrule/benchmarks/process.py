"""The processes of competitors, seen from the one that asks: their environment, their start, their answers."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

__all__ = [
    "CompetitorError",
    "Worker",
    "cores",
    "environment",
    "removed_variables",
    "seconds_to_first_epoch",
    "worker",
]

# What slows some competitors down, or speeds some up, and not others. Machine images export some of these.
_NOT_FOR_ANYBODY = (
    *("OPENBLAS_", "GOTO_", "BLIS_", "MKL_", "OMP_", "KMP_", "ONEDNN_", "DNNL_", "ATEN_", "NPY_", "XLA_"),
    "PYTHONDONTWRITEBYTECODE",  # who runs from a checkout would read its source anew at every start
)
_THREADS = (
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "NPROC",  # XLA
    "CHAINRULE_NUM_THREADS",
)


class CompetitorError(Exception):
    """A competitor could not do what it was asked; the message is the last line that it wrote."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def removed_variables() -> list[str]:
    """Return the names of the environment variables that no competitor gets to see."""
    return sorted(name for name in os.environ if name.startswith(_NOT_FOR_ANYBODY))


def environment(threads: int, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a competitor."""
    kept = {name: value for name, value in os.environ.items() if name not in removed_variables()}
    numbers = dict.fromkeys(_THREADS, str(threads))
    return {**kept, **numbers, "JAX_PLATFORMS": "cpu", **(more or {})}


class Worker:
    """The process of one competitor at one case, which measures as often as it is asked.

    Attributes:
        results: what it computed while it made itself ready.
    """

    def __init__(self, process: "_Process") -> None:
        self._process = process
        self.results: dict[str, float] = json.loads(process.answer())["results"]

    def measure(self) -> float:
        """Return the seconds of a unit.

        Raises:
            CompetitorError: it failed.
        """
        self._process.ask()
        return float(json.loads(self._process.answer())["seconds"])


@contextmanager
def worker(name: str, competitor: str, threads: int, data: Path, seconds: float) -> Iterator[Worker]:
    """Start a competitor; it ends with the context.

    Args:
        name: of the case.
        competitor: who is measured.
        threads: how many it may use.
        data: the file of the data.
        seconds: that a measurement takes at least.

    Raises:
        CompetitorError: it failed.
    """
    command = _command("worker", name, competitor, threads, data, seconds)
    with _started(command, environment(threads)) as process:
        yield Worker(process)


def seconds_to_first_epoch(name: str, competitor: str, data: Path, cache: Path) -> float:
    """Return the seconds from the start of a process to the end of its first epoch.

    Args:
        name: of the case.
        competitor: who trains.
        data: the file of the data.
        cache: the folder in which compilers may keep their work.

    Raises:
        CompetitorError: it failed.
    """
    started = time.perf_counter()
    command = _command("first_epoch", name, competitor, cores(), data)
    with _started(command, environment(cores(), _caches(cache))) as process:
        process.answer()
        taken = time.perf_counter() - started
        process.wait()  # until what it keeps in the cache is written
        return taken


@dataclass(frozen=True)
class _Process:
    """A process that answers lines with lines."""

    popen: "subprocess.Popen[str]"
    errors: IO[bytes]

    def ask(self) -> None:
        assert self.popen.stdin is not None
        with suppress(BrokenPipeError):  # that there is no answer says enough
            print(file=self.popen.stdin, flush=True)

    def answer(self) -> str:
        assert self.popen.stdout is not None
        line = self.popen.stdout.readline()
        if not line:
            self.wait()
            raise CompetitorError(_last_line(self.errors) or f"ended with code {self.popen.returncode}")
        return line

    def wait(self) -> None:
        self.popen.wait()


@contextmanager
def _started(command: list[str], variables: dict[str, str]) -> Iterator[_Process]:
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors, env=variables, text=True) as popen,
    ):
        try:
            yield _Process(popen, errors)
        finally:
            popen.kill()


def _command(module: str, *arguments: object) -> list[str]:
    return [sys.executable, "-P", "-m", f"chainrule.benchmarks.{module}", *map(str, arguments)]


def _caches(folder: Path) -> dict[str, str]:
    return {
        "CHAINRULE_CACHE_DIR": str(folder),
        "JAX_COMPILATION_CACHE_DIR": str(folder),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "0",
    }


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
