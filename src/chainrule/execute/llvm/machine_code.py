"""LLVM IR becomes object code, and object code becomes addresses of functions.

The two steps are apart because object code can be kept: it depends on the module and on the target only.

No flag lets LLVM change what is computed: no fast-math, no contraction of a product and a sum but where the code asks
for a fused one. Code keeps subnormal numbers and leaves the floating-point state of the process alone.
"""

import itertools
from collections.abc import Sequence
from functools import cache
from typing import Any

import llvmlite.binding as llvm

from chainrule.execute.llvm.targets import Target, host

__all__ = ["Library", "assembly", "load", "object_code"]

_OPTIMIZATION = 2
_SIMPLIFICATION = 1  # more takes longer, and finds no more in loops that are written as they should run
_numbers = itertools.count()


def object_code(module: object, target: Target) -> bytes:
    """Compile a module (its text, or an ``llvmlite.ir.Module``) for a target."""
    return bytes(_machine(target).emit_object(_optimized(module, target)))


def assembly(module: object, target: Target) -> str:
    """The machine code of a module as text, to be read."""
    return str(_machine(target).emit_assembly(_optimized(module, target)))


class Library:
    """Functions in memory. They stay as long as this object does."""

    def __init__(self, tracker: Any) -> None:
        self._tracker = tracker

    def __getitem__(self, name: str) -> int:
        """The address of a function."""
        return int(self._tracker[name])


def load(code: bytes, names: Sequence[str]) -> Library:
    """Link object code into this process and look up the named functions.

    Raises:
        RuntimeError: the object code is broken or lacks a name.
    """
    builder = llvm.JITLibraryBuilder().add_object_img(code).add_current_process()
    for name in names:
        builder.export_symbol(name)
    return Library(builder.link(_linker(), f"chainrule-{next(_numbers)}"))


def _optimized(module: object, target: Target) -> Any:
    parsed = llvm.parse_assembly(str(module))
    parsed.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=_SIMPLIFICATION)
    options.loop_vectorization = False  # vectors are written as such; what is scalar is a short rest
    options.slp_vectorization = False
    builder = llvm.create_pass_builder(_machine(target), options)
    builder.getModulePassManager().run(parsed, builder)
    return parsed


@cache
def _machine(target: Target) -> Any:
    """LLVM's code generator. Code and constants lie close together, because the linker allocates them as one piece."""
    _initialize()
    return llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
        cpu=target.cpu, features=target.features, opt=_OPTIMIZATION, reloc="pic", codemodel="small"
    )


@cache
def _linker() -> Any:
    return llvm.create_lljit_compiler(_machine(host()), use_jit_link=True)


@cache
def _initialize() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
