"""Text for any terminal: with color or without, and with signs that its encoding may not have."""

import codecs
import os
import re
import unicodedata
from typing import TextIO

__all__ = ["has_color", "write_anywhere"]

_PLAIN = {  # what stands for a sign where the encoding does not have it
    "×": "*",
    "·": ".",
    "÷": "/",
    "−": "-",
    "–": "-",
    "…": "...",
    "→": "->",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "∂": "d",
    "∞": "inf",
    "√": "sqrt",
    "Σ": "sum",
    "σ": "sigmoid",
    "π": "pi",
    "░": ".",
    "▒": "o",
    "▓": "%",
    "█": "#",
    "▄": "m",
    "▀": "^",
    "─": "-",
    "━": "-",
    "╸": "-",
    "╺": "-",
    "│": "|",
}
_PLAIN |= dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))

_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_EXPONENT = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")

_HANDLER = "chainrule.plain"


def write_anywhere(*streams: TextIO) -> None:
    """Let the streams write each line at once, with plain signs in place of those that their encoding does not have."""
    codecs.register_error(_HANDLER, _plain)
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_HANDLER, line_buffering=True)


def has_color(stream: TextIO) -> bool:
    """Whether to write in color there: to a terminal that has color, unless NO_COLOR is set (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = _EXPONENT.sub(lambda match: f"^{match[0].translate(_RAISED)}", error.object[error.start : error.end])
    return "".join(map(_plain_sign, signs)), error.end


def _plain_sign(sign: str) -> str:
    """What is listed; a Greek letter by its name, since a variable may be called so; otherwise a question mark."""
    name = unicodedata.name(sign, "")
    letter = name.rpartition(" ")[2].lower() if name.startswith("GREEK SMALL LETTER") else "?"
    return _PLAIN.get(sign, sign if sign.isascii() else letter)
