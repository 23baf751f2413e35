"""The processors that code is made for: this one, and a few by name so that each kind of code can be tested on it."""

import platform
from dataclasses import dataclass
from functools import cache

import llvmlite.binding as llvm

__all__ = ["AVX2", "AVX512", "SSE2", "Target", "host", "runs_here"]

_AVX512_PARTS = ("avx512f", "avx512bw", "avx512dq", "avx512vl")


@dataclass(frozen=True)
class Target:
    """A kind of processor.

    Attributes:
        cpu: LLVM's name of the processor.
        features: LLVM's list of what it can do beyond the name, as in ``+avx2,+fma``.
        vector_bytes: size of its vector registers.
        fma: it multiplies and adds with one rounding.
        avx512: it has AVX-512 (F, BW, DQ, VL).
    """

    cpu: str
    features: str = ""
    vector_bytes: int = 16
    fma: bool = False
    avx512: bool = False

    def lanes(self, itemsize: int) -> int:
        """How many numbers of ``itemsize`` bytes one register holds."""
        return self.vector_bytes // itemsize


AVX512 = Target("x86-64-v4", vector_bytes=64, fma=True, avx512=True)
AVX2 = Target("x86-64-v3", vector_bytes=32, fma=True)
SSE2 = Target("x86-64")


@cache
def host() -> Target:
    """The processor that this process runs on."""
    features = llvm.get_host_cpu_features()
    avx512 = all(features.get(part, False) for part in _AVX512_PARTS)
    wide = features.get("avx2", False)
    return Target(
        cpu=llvm.get_host_cpu_name(),
        features=features.flatten(),
        vector_bytes=64 if avx512 else 32 if wide else 16,
        fma=features.get("fma", False) or platform.machine().lower() in ("arm64", "aarch64"),
        avx512=avx512,
    )


def runs_here(target: Target) -> bool:
    """Whether code for a target runs on this processor."""
    here = host()
    if target.cpu.startswith("x86-64") and not llvm.get_process_triple().startswith("x86_64"):
        return False
    return target.vector_bytes <= here.vector_bytes and target.fma <= here.fma and target.avx512 <= here.avx512
