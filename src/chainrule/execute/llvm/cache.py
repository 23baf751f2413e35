"""Object code that is kept: in memory while the process runs, on disk from then on.

An entry is a file that is written as a whole or not at all. Its name is the hash of all that the code depends on: what
was to be compiled, the processor, and the versions of chainrule and of LLVM. It carries the hash of that name and of
the code, because broken machine code would end the process: whatever is truncated, foreign or damaged is compiled anew
and replaced. Many processes may read, write and remove entries at once, and each may be killed at any time.
"""

import contextlib
import os
import struct
import sys
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import astuple
from functools import cache
from hashlib import sha256
from pathlib import Path

import llvmlite
import llvmlite.binding as llvm

from chainrule.execute.llvm.cache_folder import LIMIT, cache_folder, is_own, prune
from chainrule.execute.llvm.crew import aside
from chainrule.execute.llvm.machine_code import Library, load, object_code
from chainrule.execute.llvm.targets import Target
from chainrule.files import write_atomically

__all__ = ["library_of", "object_code_of"]

Build = Callable[[], object]

_FORMAT = 1
_MAGIC = b"chainobj"
_HEADER = struct.Struct("<8sQ32s")  # magic, length of the code, hash of name and code
_LOADED = 128  # libraries that stay in memory though nobody uses them

_libraries: OrderedDict[tuple[bytes, tuple[str, ...]], Library] = OrderedDict()


def object_code_of(key: str, target: Target, build: Build) -> bytes:
    """Return the object code of a module for a target, from the disk if it has been compiled before.

    Args:
        key: all that decides the module, as text: equal keys must mean equal modules.
        target: the processor.
        build: makes the module (its text, or an ``llvmlite.ir.Module``); called only where the code is not there.
    """
    return aside(lambda: _kept_code(_name(key, target), target, build))


def library_of(key: str, target: Target, names: Sequence[str], build: Build) -> Library:
    """Return the named functions of a module, compiled and linked at most once while they are in use.

    Threads that ask for the same new key at the same time may each compile it; all get the same library.
    """
    name = _name(key, target)
    place = name, tuple(names)
    library = _libraries.get(place)
    if library is None:
        library = _libraries.setdefault(place, aside(lambda: load(_kept_code(name, target, build), names)))
    with contextlib.suppress(KeyError):  # another thread has just taken it out
        _libraries.move_to_end(place)
    while len(_libraries) > _LOADED:
        with contextlib.suppress(KeyError):
            _libraries.popitem(last=False)
    return library


def _kept_code(name: bytes, target: Target, build: Build) -> bytes:
    folder = cache_folder()
    if folder is None:
        return object_code(build(), target)
    path = folder / name.hex()
    kept = _read(path, name)
    if kept is not None:
        return kept
    code = object_code(build(), target)
    with contextlib.suppress(OSError):  # a full disk: compiled again next time
        write_atomically(path, _entry(name, code))
        prune(folder)
    return code


def _name(key: str, target: Target) -> bytes:
    """The hash of all that object code depends on."""
    version = sys.modules["chainrule"].__version__  # importing it would close a cycle
    versions = _FORMAT, version, llvmlite.__version__, llvm.llvm_version_info, llvm.get_process_triple()
    return sha256(repr((versions, _sources(), astuple(target), key)).encode("utf-8", "backslashreplace")).digest()


@cache
def _sources() -> list[tuple[str, int, int]]:
    """Size and time of the files that write code: who changes one must not meet the code of yesterday."""
    here = Path(__file__).parent
    infos = [(path.relative_to(here).as_posix(), path.stat()) for path in sorted(here.rglob("*.py"))]
    return [(name, info.st_size, info.st_mtime_ns) for name, info in infos]


def _entry(name: bytes, code: bytes) -> bytes:
    return _HEADER.pack(_MAGIC, len(code), sha256(name + code).digest()) + code


def _read(path: Path, name: bytes) -> bytes | None:
    """The code of an entry, or None if there is none that is whole."""
    try:
        with open(path, "rb") as file:
            if not is_own(file.fileno()) or os.fstat(file.fileno()).st_size > LIMIT:
                return None
            data = file.read()
    except OSError:
        return None
    code = data[_HEADER.size :]
    if data != _entry(name, code):
        return None
    with contextlib.suppress(OSError):  # used now, so to be removed later than others
        os.utime(path)
    return code
