"""What machine and which versions are measured."""

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from chainrule.benchmarks.process import cores, removed_variables

__all__ = ["Machine", "this_machine"]

_PACKAGES = ("chainrule", "numpy", "scipy", "scikit-learn", "torch", "jax", "autograd", "onnxruntime")


@dataclass(frozen=True)
class Machine:
    """A machine, what is installed on it, and which variables were kept from the competitors."""

    processor: str
    cores: int
    memory: str
    system: str
    versions: dict[str, str]
    removed: tuple[str, ...]

    def __str__(self) -> str:
        kept_away = ", ".join(self.removed) or "none was set"
        return "\n".join(
            [
                f"Machine: {self.processor}, {self.cores} cores, {self.memory}, {self.system}.",
                f"Versions: {', '.join(f'{name} {number}' for name, number in self.versions.items())}.",
                f"Variables that slow some libraries down, removed from everybody's environment: {kept_away}.",
            ]
        )


def this_machine() -> Machine:
    """Return what this machine is."""
    versions = {"Python": platform.python_version(), **dict(_installed())}
    system = f"{platform.system()} {platform.machine()}"
    return Machine(_processor(), cores(), _memory(), system, versions, tuple(removed_variables()))


def _installed() -> Iterator[tuple[str, str]]:
    for package in _PACKAGES:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            continue


def _processor() -> str:
    """The model, where Linux says it, and whether it has AVX-512."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    wide = " with AVX-512" if "avx512f" in facts.get("flags", "").split() else ""
    return facts.get("model name", platform.processor()) + wide


def _memory() -> str:
    if not hasattr(os, "sysconf"):
        return "memory unknown"
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
