"""Tables of named columns, and the features and target that are taken from them."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.data.columns import Column, listed, to_values
from chainrule.data.tasks import Kind, Task
from chainrule.errors import DataError

__all__ = ["Samples", "Table"]


@dataclass(frozen=True, eq=False)
class Samples:
    """What a network learns from.

    Attributes:
        X: features (N, M) as float64, one sample a row.
        y: the target (N,): class numbers as int64 (the label is ``task.classes[y]``), or quantities as float64.
        feature_names: the M names of the columns of X.
        task: classification or regression, with the labels of the classes.
    """

    X: NDArray[np.float64]
    y: NDArray[Any]
    feature_names: tuple[str, ...]
    task: Task


@dataclass(frozen=True, eq=False)
class Table:
    """Named columns of equal length; immutable.

    Attributes:
        columns: name to array (N,): float64 with NaN for a missing cell, or text with ``""`` for a missing cell.
        source: the file or bundled name that it was read from, for messages.
        lines: for a text file the line on which each row starts, counted from 1.
        default_target: the column that a bundled table is there to predict.
        has_header: whether the file named its columns; if not, they are ``col1``, ``col2``, ...

    Raises:
        DataError: no columns, no rows, columns of different lengths, or dtypes that are neither numbers nor text.

    Example:
        >>> table = Table({"height": [1.5, 1.8, 1.7], "kind": ["a", "b", "a"]}, "an example")
        >>> samples = table.split_target("kind")
        >>> samples.X.ravel(), samples.y, samples.task.classes
        (array([1.5, 1.8, 1.7]), array([0, 1, 0]), ('a', 'b'))
    """

    columns: Mapping[str, NDArray[Any]]
    source: str
    lines: Sequence[int] | None = None
    default_target: str | None = None
    has_header: bool = True

    def __post_init__(self) -> None:
        columns = {name: to_values(values, f"{self.source}: column {name!r}") for name, values in self.columns.items()}
        lengths: dict[int, str] = {}
        for name, column in columns.items():
            lengths.setdefault(column.size, name)
        if not columns:
            raise DataError(f"{self.source} has no columns")
        if len(lengths) > 1:
            (rows, name), (others, other) = list(lengths.items())[:2]
            raise DataError(f"{self.source}: column {name!r} has {rows} rows, but column {other!r} has {others}")
        if 0 in lengths:
            raise DataError(f"{self.source} has {len(columns)} columns but no rows")
        object.__setattr__(self, "columns", columns)

    def __len__(self) -> int:
        return next(iter(self.columns.values())).size

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the file."""
        return tuple(self.columns)

    def column(self, name: str) -> Column:
        """Return one column.

        Raises:
            DataError: there is no column of this name; the message lists those that are there.
        """
        if name in self.columns:
            return Column(name, self.columns[name], self.source, self.lines)
        close = difflib.get_close_matches(name, self.names, n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise DataError(f"{self.source} has no column {name!r}{hint}; {self._inventory()}")

    def features(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Return the named columns as features X (N, M); the other columns are ignored.

        Raises:
            DataError: a column is not there, or holds text, missing or infinite values.
        """
        absent = [name for name in names if name not in self.columns]
        if absent:
            raise DataError(
                f"{self.source} lacks {len(absent)} of {len(names)} features, {listed(absent)}; {self._inventory()}"
            )
        faults = {name: fault for name in names if (fault := self.column(name).problem())}
        if faults:
            first, *others = faults
            also = f"; nor can {listed(others)} be used" if others else ""
            raise DataError(f"{self.source}: {faults[first]}{also}")
        return np.stack([self.columns[name] for name in names], axis=1)

    def take(self, rows: ArrayLike) -> "Table":
        """Return the table of the rows with these numbers, counted from 0, in this order."""
        chosen = np.asarray(rows)
        columns = {name: values[chosen] for name, values in self.columns.items()}
        lines = None if self.lines is None else [self.lines[row] for row in chosen]
        return replace(self, columns=columns, lines=lines)

    def target_name(self, target: str | None = None, *, option: str = "target=NAME") -> str:
        """Return the name of the column to predict: the given one, or that of a bundled table.

        Args:
            target: the name, or None.
            option: how the user gives it, for the message.

        Raises:
            DataError: there is no name, or nothing that it could be.
        """
        name = target or self.default_target
        if name is not None:
            return name
        if len(self.names) == 1:
            only = self.names[0]
            raise DataError(f"{self.source} has one column, {only!r}: add a column to predict, and name it by {option}")
        raise DataError(f"name the column of {self.source} that is to be predicted by {option}; {self._inventory()}")

    def task(self, target: str, kind: Kind | None = None) -> Task:
        """Return what the target column asks for: classification or regression (see `Task.find`)."""
        return Task.find(self.column(target), kind)

    def target(self, target: str, task: Task) -> NDArray[Any]:
        """Return the target column as class numbers (N,) of the given task, or as quantities.

        Raises:
            DataError: the column is not there, has missing or infinite values, or a class that the task does not have.
        """
        return task.encode(self.column(target))

    def split_target(self, target: str | None = None, kind: Kind | None = None) -> Samples:
        """Return the target and, as features, all the other columns.

        Args:
            target: the column to predict; may be left out for a bundled table.
            kind: ``"classification"`` or ``"regression"`` where the rule of `Task.find` is not what is meant.

        Raises:
            DataError: the target is not there, no features are left, or a column cannot be used.
        """
        target = self.target_name(target)
        task = self.task(target, kind)
        names = tuple(name for name in self.names if name != target)
        if not names:
            raise DataError(f"{self.source} has only the target column {target!r}: add a column to learn from")
        return Samples(self.features(names), self.target(target, task), names, task)

    def _inventory(self) -> str:
        """The columns that are there, as the end of a sentence."""
        unnamed = "" if self.has_header else " (its first line holds only numbers, so it was read as data)"
        return f"it has the columns {listed(self.names)}{unnamed}"
