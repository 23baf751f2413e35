"""Images of digits in the terminal: half blocks in shades of gray, or signs where there is no color."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

__all__ = ["GAP", "WIDTH", "side_by_side", "with_color", "without_color"]

WIDTH = 16  # columns of a terminal that an image of 8 x 8 pixels takes
GAP = 3  # columns between images

_DARKEST, _SHADES = 232, 23  # the grays of the 256 colors of a terminal: 232 is black, 255 white
_SIGNS = " ░▒▓█"
_SCALE = 2  # columns of a terminal for a pixel


def with_color(image: Any) -> list[str]:
    """Return an image (rows, columns), 0 to 1, as lines of half blocks: ink white, paper black."""
    grays = _DARKEST + np.rint(np.repeat(np.repeat(image, _SCALE, axis=0), _SCALE, axis=1) * _SHADES).astype(int)
    pairs = zip(grays[::2].tolist(), grays[1::2].tolist(), strict=True)
    return ["".join(_block(up, low) for up, low in zip(*pair, strict=True)) + "\x1b[0m" for pair in pairs]


def without_color(image: Any) -> list[str]:
    """Return an image (rows, columns), 0 to 1, as lines of signs: the more ink, the fuller."""
    levels = np.rint(np.asarray(image) * (len(_SIGNS) - 1)).astype(int)
    return ["".join(_SIGNS[level] * _SCALE for level in row) for row in levels.tolist()]


def side_by_side(blocks: Sequence[Sequence[str]], gap: str = " " * GAP) -> list[str]:
    """Return blocks of lines, each of equal widths, next to each other."""
    return [gap.join(lines) for lines in zip_longest(*blocks, fillvalue="")]


def _block(upper: int, lower: int) -> str:
    return f"\x1b[38;5;{upper};48;5;{lower}m▀"
