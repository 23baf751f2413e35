"""All that was found: as text, as one JSON document, and as the tables of a Markdown page."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from chainrule.benchmarks.agreement import disagreements
from chainrule.benchmarks.cases import GROUPS, find_case
from chainrule.benchmarks.competitors import OURS, of_group
from chainrule.benchmarks.machine import Machine
from chainrule.benchmarks.measure import Row
from chainrule.benchmarks.plot import plot
from chainrule.benchmarks.table import as_markdown, as_text, grid, notes, rate_of_products
from chainrule.errors import InputError

__all__ = ["BEGIN", "END", "Report", "filled"]

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
LEGEND = (
    "In brackets: how many times chainrule's time, and the number of threads that was the better one (t). Share of "
    "peak: the products of chainrule's training step, as a share of the rate of NumPy's product of two large matrices."
)
AGREED = "All competitors computed the same, within the tolerances."


@dataclass(frozen=True)
class Report:
    """What was measured, where.

    Attributes:
        machine: where.
        rows: one for each case, in the order of the groups.
    """

    machine: Machine
    rows: tuple[Row, ...]

    def __str__(self) -> str:
        tables = [f"\n{GROUPS[group].title}\n{as_text(self._grid(group))}" for group in self.groups]
        return "\n".join([str(self.machine), *tables, "", LEGEND, *self.remarks])

    @property
    def groups(self) -> list[str]:
        """Groups of which there are rows."""
        return [group for group in GROUPS if self.of_group(group)]

    @property
    def remarks(self) -> list[str]:
        """Who is missing, and who computed something else."""
        outliers = [sentence for row in self.rows for sentence in disagreements(row)]
        return [*notes(self.rows), *(outliers or [AGREED])]

    def of_group(self, group: str) -> list[Row]:
        """The rows of a group."""
        return [row for row in self.rows if row.name.partition("/")[0] == group]

    def to_dict(self) -> dict[str, Any]:
        """Return the report for JSON; times are in seconds."""
        return {
            "machine": dataclasses.asdict(self.machine),
            "cases": {row.name: {"about": str(find_case(row.name)), **_by_competitor(row)} for row in self.rows},
            "remarks": self.remarks,
        }

    def to_markdown(self) -> str:
        """Return the tables, each with its picture, which lies beside the page."""
        parts = [*str(self.machine).splitlines(), *(self._section(group) for group in self.groups), LEGEND]
        return "\n\n".join([*parts, "\n".join(f"- {remark}" for remark in self.remarks)])

    def pictures(self) -> dict[str, str]:
        """Return the drawings by the name of their file."""
        return {f"{group}.svg": plot(group, self.of_group(group)) for group in self.groups if _has_picture(group)}

    def _grid(self, group: str) -> list[list[str]]:
        return grid(group, self.of_group(group), rate_of_products(self.rows))

    def _section(self, group: str) -> str:
        title, rows = GROUPS[group].title, self.of_group(group)
        picture = f"![{title}: the ratios]({group}.svg)\n\n" * _has_picture(group)
        cases = "\n".join(f"- {row.name.partition('/')[2]}: {find_case(row.name)}" for row in rows)
        return f"## {title}\n\n{picture}{as_markdown(self._grid(group))}\n\n{cases}"


def filled(page: str, tables: str) -> str:
    """Return a page with the tables between its two markers.

    Raises:
        InputError: the markers are not there.
    """
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise InputError(f"the page has no place for the tables: write the lines {BEGIN} and {END} where they belong")
    return f"{head}{BEGIN}\n\n{tables}\n\n{END}{tail}"


def _by_competitor(row: Row) -> dict[str, Any]:
    return {"competitors": {name: dataclasses.asdict(entry) for name, entry in row.entries.items()}}


def _has_picture(group: str) -> bool:
    return OURS in of_group(group)
