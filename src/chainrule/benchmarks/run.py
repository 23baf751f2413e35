"""The run: which cases, how thoroughly, one after another."""

from collections.abc import Callable, Sequence

from chainrule.benchmarks.cases import GROUPS, selected
from chainrule.benchmarks.machine import this_machine
from chainrule.benchmarks.measure import FULL, QUICK, measure
from chainrule.benchmarks.report import Report
from chainrule.errors import InputError

__all__ = ["run"]

_QUICK_CASES = ("training/digits", "inference/digits-1", "gradients/rosenbrock", "start/digits-warm")


def run(only: Sequence[str] = (), quick: bool = False, announce: Callable[[str], object] = lambda name: None) -> Report:
    """Measure chainrule and the peers that are installed.

    Args:
        only: names of groups or cases, such as "training" or "training/digits"; empty: all.
        quick: a few small cases, unless some are named, on one thread, in short measurements.
        announce: gets the name of each case before it is measured.

    Raises:
        InputError: there is no such group or case.
    """
    for name in only:
        _require_known(name)
    machine, rows = this_machine(), []  # the machine first: libraries set variables of their own when they are loaded
    for name in selected(tuple(only) or (_QUICK_CASES if quick else ())):
        announce(name)
        rows.append(measure(name, QUICK if quick else FULL))
    return Report(machine, tuple(rows))


def _require_known(name: str) -> None:
    if not selected((name,)):
        raise InputError(
            f"there is no benchmark {name!r}; there are the groups {', '.join(GROUPS)} and in them "
            f"{', '.join(selected())}"
        )
