"""Formulas that are easy to write and hard to compute, as data: one TOML file for each source.

``hard_points.toml`` and ``families.toml`` say at which points; ``hamming.toml`` and ``fpbench.toml`` in which ranges.
Formulas are those of ``chainrule.formula``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import chainrule as cr
from chainrule.formulas import Formula

__all__ = ["Expression", "load"]

INFINITY = float("inf")


@dataclass(frozen=True, eq=False)
class Expression:
    """A function of real numbers, written as in a textbook.

    Attributes:
        name: unique in its file.
        formula: its text.
        let: formulas of intermediate results, in order, which the later ones may use.
        ranges: for each variable, in the order of the parameters, between which numbers it lies.
        where: conditions on the variables, all of which hold.
        at: the one point at which it is judged, instead of ranges.
        wrt: by which variables the gradient is asked for; all of them by default.
        truth: value, gradient (by one variable) and second derivative at that point, where they are limits, or where a
            kink has a subgradient; else they are computed from the formula. None: not asked for.
    """

    name: str
    formula: str
    let: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    where: tuple[str, ...] = ()
    at: Mapping[str, float] = field(default_factory=dict)
    wrt: tuple[str, ...] = ()
    truth: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(self.ranges or self.at)

    @property
    def asked(self) -> tuple[str, ...]:
        """The variables of the gradient."""
        return self.wrt or self.variables

    @cached_property
    def _steps(self) -> list[tuple[str, Formula]]:
        return [(name, cr.formula(text)) for name, text in {**self.let, "": self.formula}.items()]

    def __call__(self, *values: Any) -> Any:
        """The value in plain NumPy, of numbers or arrays in the order of the variables."""
        known = dict(zip(self.variables, values, strict=True))
        for name, step in self._steps:
            known[name] = step(*[known[variable] for variable in step.variables])
        return known[""]

    def admits(self, *values: Any) -> Any:
        """Do the conditions hold?"""
        known = dict(zip(self.variables, values, strict=True))
        conditions = [cr.formula(text) for text in self.where]
        held = [condition(*[known[variable] for variable in condition.variables]) for condition in conditions]
        return sum(held) == len(held) if held else True

    def __repr__(self) -> str:
        return f"<{self.name}: {self.formula}>"


def load(name: str) -> list[Expression]:
    """The expressions of one file."""
    table = tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
    return [_expression(row) for row in table["expression"]]


def _expression(row: dict[str, Any]) -> Expression:
    ranges = {name: (float(low), float(high)) for name, (low, high) in row.get("ranges", {}).items()}
    truth = {key: None if value == "none" else float(value) for key, value in row.get("truth", {}).items()}
    lists = {key: tuple(row.get(key, ())) for key in ("where", "wrt")}
    name = row.get("name", f"{row['formula']} at {row.get('at')}")
    return Expression(name, row["formula"], row.get("let", {}), ranges, at=row.get("at", {}), truth=truth, **lists)
