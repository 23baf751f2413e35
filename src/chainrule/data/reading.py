"""From the name of a file or of a bundled data set to a table."""

import difflib
import os
import stat
from pathlib import Path

from chainrule.data.bundled import BUNDLED, load_bundled
from chainrule.data.columns import listed, short
from chainrule.data.delimited import parse_delimited
from chainrule.data.npz import parse_npz
from chainrule.data.tables import Table
from chainrule.errors import DataError, DataNotFoundError

__all__ = ["MOST_BYTES", "read_table"]

MOST_BYTES = 4 * 2**30  # a file is read at once, so a larger one is refused

_NAME = 250  # characters of a file's name that a message shows

_PARSERS = {".npz": parse_npz}  # by suffix; every other file is taken for delimited text


def read_table(source: str | os.PathLike[str]) -> Table:
    """Return the table of a file or of a bundled name.

    - ``digits``, ``iris``, ``breast_cancer``, ``wine`` and ``diabetes`` are bundled (a file of that name: ``./iris``);
    - ``.npz``: one array per column, or X and y (see `parse_npz`);
    - any other file is text with commas, semicolons or tabs between the cells (see `parse_delimited`).

    Raises:
        DataNotFoundError: there is neither such a file nor such a bundled name.
        DataError: the file cannot be read as a table.

    Example:
        >>> table = read_table("iris")
        >>> table.names
        ('sepal length (cm)', 'sepal width (cm)', 'petal length (cm)', 'petal width (cm)', 'target')
    """
    name = os.fspath(source)
    if not name:
        raise DataNotFoundError(f"the name of a table is empty; name a file or one of {listed(BUNDLED)}")
    if name in BUNDLED:
        return load_bundled(name)
    path = Path(name)
    return _PARSERS.get(path.suffix.lower(), parse_delimited)(_read_bytes(path, name), name)


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        _require_readable(path.stat(), name)
        return path.read_bytes()
    except DataError:
        raise
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a name that no file can have
        raise DataNotFoundError(_not_found(name)) from None
    except OSError as error:
        raise DataError(f"{short(repr(name), _NAME)} cannot be read: {error.strerror or error}") from None


def _require_readable(found: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise DataError(f"{name!r} is a folder, not a table: name a file in it")
    if stat.S_ISCHR(found.st_mode) or stat.S_ISBLK(found.st_mode):
        raise DataError(f"{name!r} is a device, not a table")
    if found.st_size > MOST_BYTES:
        raise DataError(f"{name!r} has {found.st_size:,} bytes; a table is read at once, up to {MOST_BYTES:,} bytes")


def _not_found(name: str) -> str:
    close = difflib.get_close_matches(name.lower(), BUNDLED, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else f"; bundled are {listed(BUNDLED)}"
    return f"there is no file {short(repr(name), _NAME)} and no bundled table of that name{hint}"
