"""The figures of a group as a table: a case a row, a competitor a column."""

import math
from collections.abc import Sequence

from chainrule.benchmarks.cases import GROUPS, Training, find_case
from chainrule.benchmarks.competitors import COMPETITORS, OURS, of_group
from chainrule.benchmarks.measure import Entry, Row

__all__ = ["as_markdown", "as_text", "grid", "notes", "rate_of_products"]

Grid = list[list[str]]
NOTHING = "-"


def grid(group: str, rows: Sequence[Row], peak: float | None = None) -> Grid:
    """Return the cells, the heads of the columns first.

    Args:
        group: of the rows.
        rows: what was found.
        peak: operations per second that the machine's products reach; with it, training has a column for the share of
            it that chainrule reaches.
    """
    competing = of_group(group)
    shares = peak is not None and group == "training"
    heads = [f"case, {GROUPS[group].unit}", *(COMPETITORS[name].title for name in competing)]
    table = [heads + ["share of peak"] * shares]
    for row in rows:
        cells = [_cell(row, name, GROUPS[group].per_second) for name in competing]
        table.append([row.name.partition("/")[2], *cells, *([_share(row, peak)] if shares and peak else [])])
    return table


def rate_of_products(rows: Sequence[Row]) -> float | None:
    """Return the operations per second of NumPy's product, if it was measured."""
    for row in rows:
        entry = row.entries.get("numpy")
        if row.name == "machine/product" and entry and entry.seconds:
            return float(find_case(row.name).operations / entry.seconds)
    return None


def notes(rows: Sequence[Row]) -> list[str]:
    """Return a line for each competitor without a time: one for all cases where the reason is the same."""
    cases: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for name, entry in row.entries.items():
            if entry.note:
                cases.setdefault((COMPETITORS[name].title, entry.note), []).append(row.name)
    return [f"{title}: {note}" + _where(note, names) for (title, note), names in cases.items()]


def _where(note: str, names: list[str]) -> str:
    return f" ({', '.join(names)})" if note.startswith("failed") else ""


def as_text(table: Grid) -> str:
    """Return the table with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join("  ".join(_aligned(row, widths)).rstrip() for row in table)


def _aligned(row: list[str], widths: list[int]) -> list[str]:
    first, *others = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]


def as_markdown(table: Grid) -> str:
    """Return the table for a Markdown page."""
    heads, *rows = table
    rule = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, rule, *rows))


# --- cells ----------------------------------------------------------------------------------------------------------


def _cell(row: Row, competitor: str, per_second: float) -> str:
    """The time, its ratio to chainrule's, and the number of threads that was the better one."""
    entry = row.entries[competitor]
    if entry.seconds is None:
        return NOTHING
    ratio = _ratio(entry, row.entries.get(OURS, Entry()))
    aside = [f"{ratio}x"] * (competitor != OURS and bool(ratio)) + [f"{entry.threads}t"]
    return f"{_number(entry.seconds * per_second)} ({', '.join(aside)})"


def _ratio(entry: Entry, ours: Entry) -> str:
    return _number(entry.seconds / ours.seconds, 2) if entry.seconds and ours.seconds else ""


def _share(row: Row, peak: float) -> str:
    case, seconds = find_case(row.name), row.entries[OURS].seconds
    assert isinstance(case, Training)
    return f"{case.net.training_products * case.rows / seconds / peak:.0%}" if seconds else NOTHING


def _number(number: float, digits: int = 3) -> str:
    """So many significant digits, without an exponent."""
    return f"{number:,.{max(0, digits - 1 - math.floor(math.log10(number)))}f}"
