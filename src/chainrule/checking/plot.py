"""The error over a range as a plot of block characters, which needs no color and fits into 80 columns."""

import numpy as np

from chainrule.checking.findings import Curve
from chainrule.checking.samples import axis

__all__ = ["columns", "plot"]

COLUMNS, ROWS = 64, 5
_BLOCKS = " ▁▂▃▄▅▆▇█"


def columns(curve: Curve, count: int = COLUMNS) -> list[float]:
    """The greatest error in each part of the range, which has equal parts on its axis."""
    x, bits = np.array(curve.x), np.array(curve.bits)
    ends = axis(float(x[0]), float(x[-1]), count + 1)
    places = np.clip(np.searchsorted(ends, x, side="right") - 1, 0, count - 1)
    return [float(np.max(bits[places == k], initial=0.0)) for k in range(count)]


def plot(curve: Curve) -> list[str]:
    """Return the lines of the plot: bits of error upward, the range from left to right.

    Example:
        >>> for line in plot(Curve("float32", (0.0, 1.0), (0.0, 32.0))):
        ...     print(line.rstrip())
          32 ┤                                                               █
             │                                                               █
          16 ┤                                                               █
             │                                                               █
        bits └────────────────────────────────────────────────────────────────
              0                              0.5                             1
    """
    width = 8 * np.dtype(curve.dtype).itemsize
    found = columns(curve)
    names = {0: f"{width:4d} ┤", ROWS // 2: f"{width // 2:4d} ┤"}
    rows = [_row(found, k, width) for k in range(ROWS - 1)]
    return [
        *(f"{names.get(k, '     │')}{row}".rstrip() for k, row in enumerate(rows)),
        "bits └" + "─" * COLUMNS,
        _scale(curve),
    ]


def _row(found: list[float], k: int, width: int) -> str:
    """The part of all columns that stands in row k from above."""
    heights = [8 * (ROWS - 1) * bits / width - 8 * (ROWS - 2 - k) for bits in found]
    return "".join(_BLOCKS[int(np.clip(np.ceil(height), 0, 8))] for height in heights)


def _scale(curve: Curve) -> str:
    first, half, last = (f"{number:g}" for number in axis(curve.x[0], curve.x[-1], 3))
    line = f"      {first}".ljust(6 + COLUMNS // 2 - len(half) // 2) + half
    return line.ljust(6 + COLUMNS - len(last)) + last
