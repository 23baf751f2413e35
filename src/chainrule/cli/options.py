"""Options of the commands: what each takes, as the help shows it and as its value is read."""

from collections.abc import Callable
from typing import Any

import typer

__all__ = ["option"]


def option(takes: str, help: str, default: str | bool = True) -> Any:
    """Return an option of Typer.

    Args:
        takes: what stands behind it, as the help shows it; behind ``N`` and ``NUMBER`` it must be a number.
        help: what it does.
        default: what the help calls the default, where that is not its value.
    """
    return typer.Option(metavar=takes, help=help, show_default=default, parser=_PARSERS.get(takes))


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a whole number, such as 20") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a number, such as 0.1") from None


_PARSERS: dict[str, Callable[[str], Any]] = {"N": _whole_number, "NUMBER": _number}
