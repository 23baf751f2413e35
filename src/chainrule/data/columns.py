"""One column of a table: which cells are numbers, which are missing, and what keeps it from being used."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import DataError

__all__ = ["MISSING", "Column", "as_number", "listed", "parse_cells", "short", "to_values"]

MISSING = frozenset({"", "?", "na", "n/a", "#n/a", "nan", "-nan", "<na>", "null"})  # in lower case

_TEXT = np.dtypes.StringDType()
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+([eE][-+]?\d+)?")


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a table.

    Attributes:
        name: its name.
        values: (N,), float64 with NaN for a missing cell, or text (StringDType) with ``""`` for a missing cell.
        source: the table that it belongs to, for messages.
        lines: for a text file the line on which each row starts.
    """

    name: str
    values: NDArray[Any]
    source: str
    lines: Sequence[int] | None = None

    @property
    def is_text(self) -> bool:
        """Whether the column holds text."""
        return bool(self.values.dtype.kind == "T")

    @property
    def labels(self) -> list[Any]:
        """The cells as Python values: text, int when all numbers are whole, otherwise float."""
        if not self.is_text and np.all(self.values == np.floor(self.values)):
            return [int(number) for number in self.values.tolist()]
        return list(self.values.tolist())

    def place(self, row: int) -> str:
        """Return where a row stands: ``line 7`` of a text file, otherwise ``row 6``, counted from 1."""
        return f"row {row + 1}" if self.lines is None else f"line {self.lines[row]}"

    def text_rows(self) -> list[int]:
        """Return the rows whose cell is neither a number nor missing."""
        return [row for row, cell in enumerate(self.values.tolist()) if not _is_number(cell)] if self.is_text else []

    def problem(self, *, text_allowed: bool = False, text_remedy: str = "delete the column") -> str | None:
        """Return what keeps the column from being used, as the end of a sentence, or None.

        Args:
            text_allowed: whether text is meant here, as for the labels of classes.
            text_remedy: what can be done about text that is not meant, if it cannot be written as numbers.
        """
        if self.is_text:
            if not text_allowed:
                return self._text_problem(text_remedy)
            return self._problem_at(self.values == "", "missing", "fill the cells")
        return self._problem_at(np.isnan(self.values), "missing", "fill the cells") or self._problem_at(
            np.isinf(self.values), "infinite", "write finite numbers"
        )

    def _problem_at(self, bad: NDArray[np.bool_], kind: str, remedy: str) -> str | None:
        rows = np.flatnonzero(bad)
        if not rows.size:
            return None
        counted = f"1 {kind} value" if rows.size == 1 else f"{rows.size} {kind} values"
        first = self.place(int(rows[0]))
        return f"column {self.name!r} has {counted} in {bad.size} rows, first on {first}: {remedy} or delete the rows"

    def _text_problem(self, remedy: str) -> str | None:
        rows = self.text_rows()
        if not rows:
            return self._problem_at(self.values == "", "missing", "fill the cells")
        first = self.values[rows[0]]
        advice = f"write it as numbers or {remedy}"
        if _DECIMAL_COMMA.fullmatch(first):
            advice = f"write decimals with a point, as in {first.replace(',', '.')}"
        return (
            f"column {self.name!r} holds text where numbers are needed: {short(first)!r} on {self.place(rows[0])} "
            f"(text in {len(rows)} of {self.values.size} rows): {advice}"
        )


def as_number(cell: str) -> float:
    """Return the number that a cell holds, NaN for a missing one; ValueError for text (``1_000`` is text).

    Example:
        >>> as_number("1e-3"), as_number("n/a")
        (0.001, nan)
    """
    if cell.lower() in MISSING:
        return math.nan
    if "_" in cell:
        raise ValueError(cell)
    return float(cell)


def parse_cells(cells: Sequence[str]) -> NDArray[Any]:
    """Return cells as numbers when each of them is one or is missing, and otherwise as text."""
    try:
        return np.array([as_number(cell) for cell in cells], dtype=np.float64)
    except ValueError:
        return np.array(["" if cell.lower() in MISSING else cell for cell in cells], dtype=_TEXT)


def to_values(array: ArrayLike, what: str) -> NDArray[Any]:
    """Return an array of numbers, truth values or text as the read-only values of a column.

    Args:
        array: (N,).
        what: what the array is called in messages.

    Raises:
        DataError: the array has another dtype, or is not one-dimensional.
    """
    given = np.asarray(array)
    if given.ndim != 1:
        raise DataError(f"{what} has shape {given.shape}; a column is one-dimensional")
    if given.dtype.kind in "biuf":
        values = given.astype(np.float64)
    elif given.dtype.kind in "UT":
        values = parse_cells(given.tolist())
    else:
        raise DataError(f"{what} has dtype {given.dtype}; a column holds real numbers, truth values or text")
    values.flags.writeable = False
    return values


def listed(names: Iterable[Any], most: int = 10) -> str:
    """Return names in quotes with commas, cut after some of them.

    Example:
        >>> listed(["a", "b", "c"], most=2)
        "'a', 'b' and 1 more"
    """
    quoted = [short(repr(name)) for name in names]
    shown = ", ".join(quoted[:most])
    return shown if len(quoted) <= most else f"{shown} and {len(quoted) - most} more"


def short(text: str, most: int = 60) -> str:
    """Return a text, cut after some characters."""
    return text if len(text) <= most else text[: most - 3] + "..."


def _is_number(cell: str) -> bool:
    try:
        as_number(cell)
    except ValueError:
        return False
    return True
