"""What commands write: lines, one JSON document, files."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chainrule.cli.streams import has_color
from chainrule.errors import InputError
from chainrule.files import write_atomically

__all__ = ["counted", "emphasized", "print_json", "require_writable", "write_text"]


def print_json(document: Any) -> None:
    """Write the one JSON document of a command."""
    print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def emphasized(text: str) -> str:
    """Return the text in bold, if the standard output has it."""
    return f"\x1b[1m{text}\x1b[0m" if has_color(sys.stdout) else text


def counted(number: int, what: str) -> str:
    """Return a number of things.

    Example:
        >>> counted(1, "row"), counted(1797, "row")
        ('1 row', '1,797 rows')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def require_writable(path: Path, inputs: Iterable[str | os.PathLike[str]] = ()) -> None:
    """Find out before the work that its result could not be written, or would replace what it is made from.

    Raises:
        InputError: says why.
    """
    folder = path.parent
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file in it")
    if not folder.is_dir():
        raise InputError(f"{path} cannot be written: there is no folder {str(folder)!r}; make it first")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise InputError(f"{path} cannot be written: permission denied")
    for source in inputs:
        if path.exists() and os.path.exists(source) and os.path.samefile(path, source):
            raise InputError(f"{path} is what is read; give the result another name")


def write_text(path: Path, text: str) -> None:
    """Write a file as a whole or not at all.

    Raises:
        InputError: it cannot be written; says why.
    """
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from None
