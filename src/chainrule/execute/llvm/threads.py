"""How many threads a user wants, and how many processors there are for them."""

import multiprocessing
import operator
import os
from pathlib import Path

from chainrule.errors import InputError

__all__ = ["threads_for"]

_VARIABLE = "CHAINRULE_NUM_THREADS"
_GROUP = Path("/sys/fs/cgroup")  # where Linux says how much time a container gets
_TOPOLOGY = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"


def threads_for(threads: int | None = None) -> int:
    """Return the number of threads to use: the argument, else ``CHAINRULE_NUM_THREADS``, else one for each core.

    Counted are the cores that this process may use, within the quota of its container and within joblib's
    ``LOKY_MAX_CPU_COUNT``. Two threads of one core count once: they share the units that do the arithmetic. A worker
    process of joblib, ``multiprocessing`` or ``concurrent.futures`` gets one thread, because its siblings use the other
    cores, or as many as joblib grants it (``OMP_NUM_THREADS``, which it sets for each worker).

    Raises:
        InputError: the argument or the variable is not a positive integer.

    Example:
        >>> threads_for(2)
        2
    """
    if threads is not None:
        return _positive(threads, "threads")
    wanted = os.environ.get(_VARIABLE, "").strip()
    if wanted:
        return _positive(wanted, _VARIABLE)
    limits = [_cores(), _quota(_GROUP), _variable("LOKY_MAX_CPU_COUNT")]
    if multiprocessing.parent_process() is not None:
        limits.append(_variable("OMP_NUM_THREADS") or 1)
    return min(limit for limit in limits if limit is not None)


def _positive(value: int | str, name: str) -> int:
    number = _integer(value)
    if number is None or number < 1:
        raise InputError(f"{name} is {value!r}, which is no number of threads; give an integer from 1 on")
    return number


def _variable(name: str) -> int | None:
    """A positive integer in the environment, if there is one."""
    return _integer(os.environ.get(name, "")) or None


def _integer(value: int | str) -> int | None:
    """The number, or the number that a text of digits means; neither True nor 2.0 nor "-1" is one."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
    try:
        return None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return None


def _cores() -> int:
    """How many cores this process may run on."""
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    return len({_siblings(processor) for processor in os.sched_getaffinity(0)})


def _siblings(processor: int) -> str:
    """The threads of the core that a processor, as the system counts them, is one of."""
    return _read(Path(_TOPOLOGY.format(processor))) or str(processor)


def _quota(group: Path) -> int | None:
    """Whole processors that the container of this process may keep busy, by Linux's control groups 2 or 1."""
    old = group / "cpu"
    limit = _read(group / "cpu.max") or f"{_read(old / 'cpu.cfs_quota_us')} {_read(old / 'cpu.cfs_period_us')}"
    quota, _, period = limit.partition(" ")
    if quota.isdigit() and period.isdigit() and int(period) > 0:
        return max(1, int(quota) // int(period))
    return None


def _read(path: Path) -> str:
    """What stands in a small file; nothing where it is not there."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
