"""Numbers as shades: images of digits, activations, gradients."""

from collections import defaultdict
from html import escape
from typing import Any

import numpy as np

__all__ = ["heat", "product", "wrapped"]

_SHADES = 16
_MARGIN = 5  # of a product, in squares: the thickness of a factor and the gap beside it
_FACTOR = 3  # thickness of a factor


def heat(values: Any, label: str, *, most: float | None = None, css: str = "") -> str:
    """Return a drawing with one square for each entry: the larger the entry, the stronger the shade.

    Positive entries have the class ``plus``, negative ones ``minus``.

    Args:
        values: (rows, columns).
        label: what it shows, for those who cannot see it.
        most: the size that gets the full shade; None: the greatest that there is.
        css: a further class.
    """
    rows, columns = np.shape(values)
    return _drawing(columns, rows, label, _sheet(values, most), f"heat {css}".strip())


def product(column: Any, row: Any, label: str) -> str:
    """Return the drawing of an outer product: the column (m,) at the left, the row (n,) above, and their products."""
    column, row = np.asarray(column)[:, None], np.asarray(row)[None, :]
    height, width = column.size, row.size
    left = _placed(column, 0, _MARGIN, _FACTOR, height)
    above = _placed(row, _MARGIN, 0, width, _FACTOR)
    products = _placed(column * row, _MARGIN, _MARGIN, width, height)
    return _drawing(width + _MARGIN, height + _MARGIN, label, left + above + products, "product")


def wrapped(values: Any, columns: int) -> Any:
    """Return the entries (n,) in rows of so many columns, the last one filled up with zeros."""
    flat = np.asarray(values, dtype=np.float64).ravel()
    rows = -(-flat.size // columns)
    return np.pad(flat, (0, rows * columns - flat.size)).reshape(rows, columns)


def _drawing(width: int, height: int, label: str, content: str, css: str) -> str:
    return (
        f'<svg class="{css}" role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height}" '
        f'shape-rendering="crispEdges">{content}</svg>'
    )


def _placed(values: Any, x: int, y: int, width: int, height: int) -> str:
    """A sheet at its place in a larger drawing, stretched to width and height."""
    rows, columns = values.shape
    return (
        f'<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="0 0 {columns} {rows}" '
        f'preserveAspectRatio="none">{_sheet(values)}</svg>'
    )


def _sheet(values: Any, most: float | None = None) -> str:
    """One square for each entry, on paper."""
    array = np.asarray(values, dtype=np.float64)
    full = (np.abs(array).max() if most is None else most) or 1.0
    shades = np.rint(np.clip(array / full, -1, 1) * _SHADES).astype(int)
    paths = [
        f'<path class="{"plus" if shade > 0 else "minus"}" opacity="{abs(shade) / _SHADES:g}" d="{squares}"/>'
        for shade, squares in sorted(_squares(shades).items())
    ]
    return f'<rect class="paper" width="{array.shape[1]}" height="{array.shape[0]}"/>{"".join(paths)}'


def _squares(shades: Any) -> dict[int, str]:
    """For each shade but 0 the path of its squares; neighbors in a row are one rectangle."""
    paths: dict[int, list[str]] = defaultdict(list)
    for y, row in enumerate(shades.tolist()):
        x = 0
        while x < len(row):
            end = next((i for i in range(x, len(row)) if row[i] != row[x]), len(row))
            if row[x]:
                paths[row[x]].append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = end
    return {shade: "".join(parts) for shade, parts in paths.items()}
