"""Files that are there as a whole or not at all."""

import contextlib
import errno
import os
import secrets
import shutil
from pathlib import Path

__all__ = ["write_atomically"]


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file under a temporary name in the same folder, force it to the disk, and rename it.

    A crash, a full disk or an interrupt leaves what stood there before, and no temporary file. A symbolic link is
    followed; a file that is replaced keeps its permissions.

    Raises:
        OSError: the folder is not there or not writable, the disk is full, or the path is not that of a file.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
