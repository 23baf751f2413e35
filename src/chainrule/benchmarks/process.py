"""The processes of competitors, seen from the one that asks: their environment, their start, their answers."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

__all__ = ["CompetitorError", "Worker", "cores", "environment", "removed_variables", "seconds_to_first_epoch"]

# What slows some competitors down, or speeds some up, and not others. Machine images export some of these.
_NOT_FOR_ANYBODY = ("OPENBLAS_", "GOTO_", "BLIS_", "MKL_", "OMP_", "KMP_", "ONEDNN_", "DNNL_", "ATEN_", "NPY_", "XLA_")
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
    """One competitor at one case with one number of threads; to be used in a ``with`` statement.

    Attributes:
        results: what it computed.

    Raises:
        CompetitorError: it failed, at the start or at a measurement.
    """

    def __init__(self, name: str, competitor: str, threads: int, data: Path, seconds: float) -> None:
        self._resources = ExitStack()
        self._errors = self._resources.enter_context(tempfile.TemporaryFile())
        self._process = subprocess.Popen(
            _command("worker", name, competitor, threads, data, seconds),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment(threads),
            text=True,
        )
        try:
            self.results: dict[str, float] = self._answer()["results"]
        except BaseException:
            self.close()
            raise

    def measure(self) -> float:
        """Return the seconds of a unit."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # that there is no answer says enough
            print(file=self._process.stdin, flush=True)
        return float(self._answer()["seconds"])

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise CompetitorError(_last_line(self._errors) or f"ended with code {self._process.returncode}")
        answer: dict[str, Any] = json.loads(line)
        return answer


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
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            _command("first_epoch", name, competitor, data),
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment(cores(), _caches(cache)),
        )
        with process:
            assert process.stdout is not None
            said = process.stdout.readline()
            taken = time.perf_counter() - started
        if not said:
            raise CompetitorError(_last_line(errors))
        return taken


def _command(module: str, *arguments: object) -> list[str]:
    return [sys.executable, "-P", "-m", f"chainrule.benchmarks.{module}", *map(str, arguments)]


def _caches(folder: Path) -> dict[str, str]:
    return {
        "CHAINRULE_CACHE_DIR": str(folder),
        "JAX_COMPILATION_CACHE_DIR": str(folder),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "0",
    }


def _last_line(errors: Any) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
