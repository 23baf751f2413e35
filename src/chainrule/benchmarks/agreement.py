"""Whether all competitors computed the same."""

from statistics import median

from chainrule.benchmarks.cases import GROUPS
from chainrule.benchmarks.competitors import COMPETITORS
from chainrule.benchmarks.measure import Row

__all__ = ["disagreements"]


def disagreements(row: Row) -> list[str]:
    """Return a sentence for each result that is too far from what it should be.

    An error should be 0; a loss should be the median of all.
    """
    tolerance = GROUPS[row.name.partition("/")[0]].tolerance
    return [sentence for result, most in tolerance.items() for sentence in _outliers(row, result, most)]


def _outliers(row: Row, result: str, most: float) -> list[str]:
    found = {name: entry.results[result] for name, entry in row.entries.items() if result in entry.results}
    if not found:
        return []
    middle = 0.0 if result == "error" else median(found.values())
    allowed = most if result == "error" else most * middle
    expected = f"at most {most:g}" if result == "error" else f"{middle:.6g} within {most:.2%}"
    return [
        f"{row.name}: {COMPETITORS[name].title}: {result} is {number:.6g}, not {expected}"
        for name, number in found.items()
        if not abs(number - middle) <= allowed
    ]
