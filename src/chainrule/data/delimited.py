"""Tables in text: cells between commas, semicolons or tabs."""

import csv
import io
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data.columns import as_number, listed, parse_cells
from chainrule.data.tables import Table
from chainrule.errors import DataError

__all__ = ["parse_delimited"]

_DELIMITERS = ",;\t"
_SAMPLE_LINES = 50
_SAMPLE_CHARACTERS = 65_536


def parse_delimited(data: bytes, source: str) -> Table:
    r"""Return the table in a text of UTF-8 with or without a byte order mark and with any line ends.

    - The first line names the columns. Where it holds only numbers there is no header, and the columns are
      called ``col1``, ``col2``, ...; the line 0,1,2,... is the header that pandas writes by default. A column with
      an empty name is called by its position too, and is left out if it is empty altogether.
    - The delimiter is the one of comma, semicolon and tab that splits the first line and most lines alike.
    - Cells may be quoted with ``"``, a quote in them is doubled; blanks around a cell and empty lines do not count.
    - A column is numbers when each of its cells is a number or missing: empty, ``NA``, ``NaN``, ``null`` or ``?``.

    Raises:
        DataError: binary data, not UTF-8, empty, only a header, lines of unequal length, a name that stands twice.

    Example:
        >>> table = parse_delimited(b"height;kind\n1.5;a\n1.8;b\n", "an example")
        >>> table.names, table.columns["height"]
        (('height', 'kind'), array([1.5, 1.8]))
    """
    rows, lines = _rows(_decode(data, source), source)
    header = [] if _only_numbers(rows[0]) else rows.pop(0)
    if not rows:
        raise DataError(f"{source} has a header but no rows below it")
    titles = header or [""] * len(rows[0])
    columns = {}
    for name, title, cells in zip(_names(titles, source), titles, zip(*rows, strict=True), strict=True):
        values = parse_cells(cells)
        if title or not _is_blank(values):
            columns[name] = values
    return Table(columns, source, lines=lines[-len(rows) :], has_header=bool(header))


def _decode(data: bytes, source: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError(f"{source} is UTF-16 text: save it as UTF-8")
    zero = data.find(b"\0")
    if zero >= 0:
        raise DataError(f"{source} is not text (byte {zero} is zero); tables are read from CSV, TSV and .npz files")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise DataError(f"{source} is not UTF-8 text: byte 0x{byte:02x} on line {line}; save it as UTF-8") from None
    return text


def _rows(text: str, source: str) -> tuple[list[list[str]], list[int]]:
    """The rows of stripped cells that are not blank, and the line on which each starts."""
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if cells not in ([], [""]):
                rows.append(cells)
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{source}, line {start}, cannot be read: {error}; is a quote not closed?") from None
    if not rows:
        raise DataError(f"{source} is empty: a table has a line of column names and rows below it")
    _require_equal_lengths(rows, lines, source)
    return rows, lines


def _require_equal_lengths(rows: list[list[str]], lines: list[int], source: str) -> None:
    expected = len(rows[0])
    ragged = [at for at, row in enumerate(rows) if len(row) != expected]
    if ragged:
        first = ragged[0]
        raise DataError(
            f"{source}, line {lines[first]}: {len(rows[first])} cells where line {lines[0]} has {expected} "
            f"({len(ragged)} of {len(rows)} rows differ): complete the row, or quote a cell that holds the delimiter"
        )


def _delimiter(text: str) -> str:
    sample = [line for line in text.lstrip("\r\n")[:_SAMPLE_CHARACTERS].splitlines() if line.strip()][:_SAMPLE_LINES]
    return max(_DELIMITERS, key=lambda delimiter: _agreement(sample, delimiter))


def _agreement(sample: list[str], delimiter: str) -> tuple[int, int]:
    """In how many lines a delimiter finds as many cells as in the first one, and how many; 0 if it splits none."""
    counts = [len(row) for row in csv.reader(sample, delimiter=delimiter, skipinitialspace=True)]
    return (counts.count(counts[0]), counts[0]) if counts and counts[0] > 1 else (0, 0)


def _only_numbers(row: list[str]) -> bool:
    """Whether a first row is data: all numbers, but not the 0, 1, 2, ... that pandas writes as a header."""
    filled = [cell for cell in row if cell]
    try:
        numbers = [as_number(cell) for cell in filled]
    except ValueError:
        return False
    return bool(numbers) and (len(numbers) < 3 or numbers != list(range(len(numbers))))


def _names(header: list[str], source: str) -> list[str]:
    names = [title or f"col{position}" for position, title in enumerate(header, start=1)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        first = names.index(twice[0]) + 1
        second = names.index(twice[0], first) + 1
        raise DataError(
            f"{source} has more than one column with the name {listed(twice)} (columns {first} and {second}): "
            "give each its own name"
        )
    return names


def _is_blank(values: NDArray[Any]) -> bool:
    return values.dtype.kind == "f" and bool(np.isnan(values).all())
