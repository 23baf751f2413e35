"""Object code on disk: found again, never trusted blindly, and there for the next run whatever happened to this one."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chainrule.execute.llvm import cache, cache_folder
from chainrule.execute.llvm.cache import library_of, object_code_of
from chainrule.execute.llvm.machine_code import object_code
from chainrule.execute.llvm.targets import SSE2, host

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions and signals of POSIX")


def answer(number: int) -> str:
    return f"define i64 @answer() {{ ret i64 {number} }}"


def never() -> str:
    raise AssertionError("compiled again")


def result(code_or_library) -> int:
    return ctypes.CFUNCTYPE(ctypes.c_int64)(code_or_library["answer"])()


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where the entries are; nothing of other tests is in memory."""
    monkeypatch.setenv("CHAINRULE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("CHAINRULE_CACHE", raising=False)
    monkeypatch.setattr(cache, "_libraries", type(cache._libraries)())
    return tmp_path / "cache" / "object-code"


def entry(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_code_is_compiled_once_and_then_read(folder):
    code = object_code_of("key", host(), lambda: answer(42))
    assert code == object_code(answer(42), host())
    assert object_code_of("key", host(), never) == code


def test_key_target_version_and_sources_tell_entries_apart(folder, monkeypatch):
    object_code_of("key", host(), lambda: answer(1))
    object_code_of("other", host(), lambda: answer(2))
    object_code_of("key", SSE2, lambda: answer(3))
    monkeypatch.setattr("chainrule.__version__", "999")
    object_code_of("key", host(), lambda: answer(4))
    monkeypatch.setattr("llvmlite.__version__", "999")
    object_code_of("key", host(), lambda: answer(5))
    monkeypatch.setattr(cache, "_sources", list)
    object_code_of("key", host(), lambda: answer(6))
    assert len(list(folder.iterdir())) == 6
    assert object_code_of("key", host(), never) == object_code(answer(6), host())


def test_any_text_can_be_a_key(folder):
    for key in ["", "\0", "\ud800", "x" * 10**6]:
        object_code_of(key, host(), lambda: answer(1))
        object_code_of(key, host(), never)


def test_a_library_is_linked_once(folder):
    first = library_of("key", host(), ["answer"], lambda: answer(7))
    assert library_of("key", host(), ["answer"], never) is first
    assert result(first) == 7


def test_few_libraries_stay_in_memory(folder, monkeypatch):
    monkeypatch.setattr(cache, "_LOADED", 2)
    libraries = [library_of(str(i), host(), ["answer"], lambda i=i: answer(i)) for i in (0, 1)]
    assert library_of("0", host(), ["answer"], never) is libraries[0]
    library_of("2", host(), ["answer"], lambda: answer(2))
    assert library_of("0", host(), ["answer"], never) is libraries[0]
    again = library_of("1", host(), ["answer"], never)
    assert again is not libraries[1]
    assert result(again) == result(libraries[1]) == 1


DAMAGES = {
    "empty": lambda data: b"",
    "header only": lambda data: data[:20],
    "truncated": lambda data: data[:-1],
    "longer": lambda data: data + b"\0",
    "a bit flipped in the code": lambda data: data[:-100] + bytes([data[-100] ^ 1]) + data[-99:],
    "a bit flipped in the header": lambda data: bytes([data[0] ^ 1]) + data[1:],
    "a bit flipped in the length": lambda data: data[:9] + bytes([data[9] ^ 1]) + data[10:],
    "a bit flipped in the hash": lambda data: data[:30] + bytes([data[30] ^ 1]) + data[31:],
    "zeros": lambda data: bytes(len(data)),
    "foreign": lambda data: b"#!/bin/sh\n",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_entry_is_replaced(folder, damage):
    code = object_code_of("key", host(), lambda: answer(1))
    path = entry(folder)
    path.write_bytes(damage(path.read_bytes()))
    assert object_code_of("key", host(), lambda: answer(1)) == code
    assert object_code_of("key", host(), never) == code


def test_the_entry_of_another_key_is_not_taken(folder):
    object_code_of("key", host(), lambda: answer(1))
    first = entry(folder)
    object_code_of("other", host(), lambda: answer(2))
    (second,) = set(folder.iterdir()) - {first}
    second.replace(first)
    assert object_code_of("key", host(), lambda: answer(1)) == object_code(answer(1), host())


def test_a_folder_in_place_of_an_entry_does_no_harm(folder):
    object_code_of("key", host(), lambda: answer(1))
    path = entry(folder)
    path.unlink()
    path.mkdir()
    assert object_code_of("key", host(), lambda: answer(1)) == object_code(answer(1), host())


def test_a_full_disk_is_silent(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert object_code_of("key", host(), lambda: answer(1)) == object_code(answer(1), host())
    assert not list(folder.iterdir())


def test_an_error_of_the_builder_is_passed_on_and_nothing_kept(folder):
    with pytest.raises(AssertionError, match="compiled again"):
        object_code_of("key", host(), never)
    assert not list(folder.iterdir())


PROGRAM = """
import ctypes, sys
from chainrule.execute.llvm.cache import library_of
from chainrule.execute.llvm.targets import host

def build():
    if "never" in sys.argv:
        raise AssertionError("compiled again")
    return "define i64 @answer() { ret i64 42 }"

print("ready", flush=True)
library = library_of("key", host(), ["answer"], build)
assert ctypes.CFUNCTYPE(ctypes.c_int64)(library["answer"])() == 42
"""


def start(program: str = PROGRAM, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE)


def finish(process: subprocess.Popen) -> int:
    process.communicate(timeout=60)
    return process.returncode


def test_ten_processes_at_once_on_an_empty_cache(folder):
    processes = [start() for _ in range(10)]
    assert [finish(process) for process in processes] == [0] * 10
    assert finish(start(PROGRAM, "never")) == 0
    assert len(list(folder.iterdir())) == 1


@posix
@pytest.mark.parametrize("delay", [0.0, 0.002, 0.005, 0.01, 0.02])
def test_a_process_killed_at_any_time_leaves_a_cache_that_works(folder, delay):
    process = start()
    process.stdout.readline()
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    finish(process)
    assert finish(start()) == 0
    assert finish(start(PROGRAM, "never")) == 0


@posix
@pytest.mark.parametrize("where", ["os.fsync", "os.replace", "chainrule.execute.llvm.cache.object_code"])
def test_a_process_killed_while_compiling_or_writing(folder, where):
    dying = f"""
import os, signal, unittest.mock
import chainrule.execute.llvm.cache
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
unittest.mock.patch({where!r}, die).start()
{PROGRAM}"""
    assert finish(start(dying)) == -signal.SIGKILL
    assert finish(start()) == 0
    assert finish(start(PROGRAM, "never")) == 0


def put(folder: Path, name: str, size: int, age: float) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / name).write_bytes(bytes(size))
    os.utime(folder / name, (time.time() - age,) * 2)


def test_what_was_used_long_ago_is_removed(folder, monkeypatch):
    monkeypatch.setattr(cache_folder, "LIMIT", 300)
    for name, age in [("old", 30.0), ("older", 40.0), ("new", 10.0)]:
        put(folder, name, 140, age)
    cache_folder.prune(folder)
    assert {path.name for path in folder.iterdir()} == {"old", "new"}


def test_reading_counts_as_use(folder):
    object_code_of("key", host(), lambda: answer(1))
    path = entry(folder)
    os.utime(path, (0, 0))
    object_code_of("key", host(), never)
    assert path.stat().st_mtime > time.time() - 60


def test_leftovers_of_killed_processes_are_removed_when_they_are_old(folder):
    put(folder, ".0123.tmp", 10, age=7200)
    put(folder, ".4567.tmp", 10, age=60)
    object_code_of("key", host(), lambda: answer(1))
    assert {path.name for path in folder.iterdir() if path.suffix} == {".4567.tmp"}


def test_removing_what_is_already_gone_is_silent(tmp_path, monkeypatch):
    cache_folder.prune(tmp_path / "nowhere")
    monkeypatch.setattr(cache_folder, "LIMIT", 0)
    put(tmp_path, "a", 1, age=1)
    monkeypatch.setattr(Path, "unlink", lambda _: os.remove(tmp_path / "gone"))
    cache_folder.prune(tmp_path)


@pytest.mark.parametrize(("name", "value"), [("CHAINRULE_CACHE", "0"), ("CHAINRULE_CACHE_DIR", "")])
def test_the_cache_can_be_switched_off(folder, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert cache_folder.cache_folder() is None
    assert object_code_of("key", host(), lambda: answer(1)) == object_code(answer(1), host())
    assert not folder.parent.exists()


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="the folder of Linux")
def test_the_folder_of_the_user(monkeypatch, tmp_path):
    monkeypatch.delenv("CHAINRULE_CACHE_DIR", raising=False)
    monkeypatch.delenv("CHAINRULE_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert cache_folder.cache_folder() == tmp_path / ".cache" / "chainrule" / "object-code"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    found = cache_folder.cache_folder()
    assert found == tmp_path / "xdg" / "chainrule" / "object-code"
    assert found.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("place", ["a file", "a name with \0"])
def test_where_there_can_be_no_folder_there_is_no_cache(monkeypatch, tmp_path, place):
    (tmp_path / "a file").write_bytes(b"")
    monkeypatch.setattr(cache_folder, "_home", lambda: tmp_path / place)
    assert cache_folder.cache_folder() is None
    assert object_code_of("key", host(), lambda: answer(1))


@posix
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o755, 0o702, 0o720])
def test_a_folder_that_others_can_reach_into_is_refused(folder, mode):
    folder.mkdir(parents=True)
    folder.chmod(mode)
    assert cache_folder.cache_folder() is None
    object_code_of("key", host(), lambda: answer(1))
    assert not list(folder.iterdir())


@posix
def test_folders_and_entries_of_somebody_else_are_refused(folder, monkeypatch):
    code = object_code_of("key", host(), lambda: answer(1))
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert cache_folder.cache_folder() is None
    monkeypatch.setattr(cache_folder, "_is_private", lambda _: True)
    with pytest.raises(AssertionError, match="compiled again"):
        object_code_of("key", host(), never)
    monkeypatch.setattr(os, "geteuid", lambda: me)
    assert object_code_of("key", host(), never) == code


@posix
def test_root_leaves_no_folder_with_somebody_else(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert cache_folder._belongs_to_somebody_else(tmp_path / "new" / "cache") == (tmp_path.stat().st_uid != 0)
    assert not cache_folder._belongs_to_somebody_else(Path("/new"))
