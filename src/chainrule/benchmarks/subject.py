"""A competitor at a case, ready to be timed, and what it computed on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
from importlib import import_module
from typing import Any

import numpy as np

from chainrule.benchmarks import reference
from chainrule.benchmarks.cases import Case, Gradient, Inference, Product, Training
from chainrule.benchmarks.competitors import COMPETITORS

__all__ = ["Subject", "subject"]

Array = Any
Arrays = dict[str, Array]
_STEPS = 5
_ROWS = 2000  # that the loss after an epoch is computed on


@dataclass(frozen=True)
class Subject:
    """What is timed.

    Attributes:
        run: does so many units: epochs or calls.
        results: what must be about the same for all, by name.
    """

    run: Callable[[int], Any]
    results: dict[str, float]


@singledispatch
def subject(case: Case, arrays: Arrays, competitor: str, threads: int) -> Subject:
    """Return a competitor at a case, warmed up."""
    raise TypeError(f"nothing is timed for {case!r}")


def _module(kind: str, competitor: str) -> Any:
    return import_module(f"chainrule.benchmarks.{kind}.{COMPETITORS[competitor].module}")


@subject.register
def _(case: Training, arrays: Arrays, competitor: str, threads: int) -> Subject:
    """Five steps on one batch, where the order of the samples does not matter; then an epoch, each in its own order."""
    trainer = _module("training", competitor).trainer
    batch, rows = _first(arrays, case.batch_size), _first(arrays, _ROWS)
    few = trainer(case, batch, threads)
    few.epochs(_STEPS)
    full = trainer(case, arrays, threads)
    full.epochs(1)
    results = {
        "loss after 5 steps": reference.loss(case.net, few.params(), batch["X"], batch["y"]),
        "loss after an epoch": reference.loss(case.net, full.params(), rows["X"], rows["y"]),
    }
    return Subject(full.epochs, results)


def _first(arrays: Arrays, rows: int) -> Arrays:
    return {**arrays, "X": arrays["X"][:rows], "y": arrays["y"][:rows]}


@subject.register
def _(case: Inference, arrays: Arrays, competitor: str, threads: int) -> Subject:
    predict, X = _module("inference", competitor).predictor(case.net, arrays, threads), arrays["X"]
    error = np.max(np.abs(predict(X) - reference.prediction(case.net, arrays, X)))
    return Subject(_repeated(lambda: predict(X)), {"error": float(error)})


@subject.register
def _(case: Gradient, arrays: Arrays, competitor: str, threads: int) -> Subject:
    from chainrule.benchmarks.gradients.formulas import flat

    call = _module("gradients", competitor).call(case, arrays, threads)
    expected = flat(*_module("gradients", "numpy").call(case, arrays, threads)())
    error = np.max(np.abs(flat(*call()) - expected)) / np.max(np.abs(expected))
    return Subject(_repeated(call), {"error": float(error)})


@subject.register
def _(case: Product, arrays: Arrays, competitor: str, threads: int) -> Subject:
    del competitor, threads
    A, B, out = arrays["A"], arrays["B"], np.empty((case.size, case.size), np.float32)
    return Subject(_repeated(lambda: np.matmul(A, B, out=out)), {})


def _repeated(call: Callable[[], Any]) -> Callable[[int], None]:
    def run(count: int) -> None:
        for _ in range(count):
            call()

    return run
