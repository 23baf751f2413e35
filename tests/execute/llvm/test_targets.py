import platform
import subprocess
import sys

import llvmlite.binding as llvm

from chainrule.execute.llvm.targets import AVX2, AVX512, SSE2, Target, host, runs_here


def test_host_knows_its_vectors() -> None:
    here = host()
    features = llvm.get_host_cpu_features()
    assert here.vector_bytes == (64 if features.get("avx512f") else 32 if features.get("avx2") else 16)
    assert here.fma == bool(features.get("fma") or platform.machine().lower() in ("arm64", "aarch64"))
    assert runs_here(here)


def test_lanes() -> None:
    assert (AVX512.lanes(4), AVX2.lanes(8), SSE2.lanes(4)) == (16, 4, 4)


def test_what_is_wider_does_not_run() -> None:
    here = host()
    assert not runs_here(Target("generic", vector_bytes=2 * here.vector_bytes))
    assert runs_here(Target("generic"))


def test_neither_chainrule_nor_the_interpreter_loads_llvmlite() -> None:
    code = "import sys, chainrule, chainrule.execute.interpret; assert 'llvmlite' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
