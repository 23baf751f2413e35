"""The folder that object code is kept in: where it is, whether it can be trusted, how large it may grow.

What lies there is machine code that will be executed. So the folder must belong to this user, and nobody else may reach
into it; any other folder is as good as none. Nothing here raises: without a folder, code is compiled each time.
"""

import contextlib
import os
import stat
import sys
import time
from pathlib import Path

__all__ = ["LIMIT", "cache_folder", "is_own", "prune"]

LIMIT = 256 * 2**20  # bytes of all entries together
_LEFTOVER = 3600.0  # seconds after which a temporary file belongs to a process that was killed
_NAME = "object-code"


def cache_folder() -> Path | None:
    """Return the folder, made if need be; None where there is none to be trusted, or where the user wants none.

    It is ``object-code`` in the folder that ``CHAINRULE_CACHE_DIR`` names, else in the user's cache folder of the
    platform. ``CHAINRULE_CACHE=0`` or an empty ``CHAINRULE_CACHE_DIR`` switches the cache off.
    """
    try:
        home = _home()
        if home is None or _belongs_to_somebody_else(home):
            return None
        folder = home / _NAME
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder if _is_private(folder) else None
    except (OSError, RuntimeError, ValueError):  # not writable; no home; a name that no file can have
        return None


def is_own(file: int) -> bool:
    """Whether this user has written an open file."""
    return sys.platform == "win32" or os.fstat(file).st_uid == os.geteuid()


def prune(folder: Path) -> None:
    """Remove what has not been used for longest until the rest fits ``LIMIT``, and what killed processes have left.

    Processes may do so at once, and while others read: who has opened a file can read it to its end.
    """
    files = sorted(_files(folder))
    excess = sum(size for _, size, _ in files) - LIMIT
    for used, size, path in files:
        leftover = path.suffix == ".tmp" and used < time.time() - _LEFTOVER
        if excess > 0 or leftover:
            with contextlib.suppress(OSError):
                path.unlink()
            excess -= size


def _home() -> Path | None:
    """The folder of all that chainrule keeps for this user."""
    environment = os.environ
    chosen = environment.get("CHAINRULE_CACHE_DIR")
    if environment.get("CHAINRULE_CACHE") == "0" or chosen == "":
        return None
    return Path(chosen) if chosen else _platform_caches() / "chainrule"


def _platform_caches() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    chosen = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return chosen if chosen.is_absolute() else Path.home() / ".cache"


def _belongs_to_somebody_else(home: Path) -> bool:
    """Whether root, by ``sudo``, would leave a folder in a user's home that the user could not use afterwards."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return False
    there = next(folder for folder in (home.absolute(), *home.absolute().parents) if folder.exists())
    return there.stat().st_uid != 0


def _is_private(folder: Path) -> bool:
    if sys.platform == "win32":  # the folders of a user are
        return True
    found = folder.stat()
    return found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o077


def _files(folder: Path) -> list[tuple[float, int, Path]]:
    """Last use, size and path of each file."""
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):  # somebody else has just removed it
                info = entry.stat(follow_symlinks=False)
                found.append((info.st_mtime, info.st_size, Path(entry.path)))
    return found
