"""What is to be predicted: one of some classes, or a quantity."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from chainrule.data.columns import Column, listed
from chainrule.errors import DataError, InputError

__all__ = ["MOST_INTEGER_CLASSES", "Kind", "Task"]

Kind = Literal["classification", "regression"]

MOST_INTEGER_CLASSES = 20  # a target of whole numbers with more distinct values than this is a quantity


@dataclass(frozen=True)
class Task:
    """What is to be predicted.

    Attributes:
        kind: ``"classification"`` or ``"regression"``.
        classes: the labels, sorted, as int, float or str; unit k of a network's output stands for ``classes[k]``.
            Empty for regression.

    Example:
        >>> task = Task("classification", ("setosa", "virginica"))
        >>> task.decode(np.array([1, 0]))
        ['virginica', 'setosa']
    """

    kind: Kind
    classes: tuple[Any, ...] = ()

    @classmethod
    def find(cls, column: Column, kind: Kind | None = None) -> "Task":
        """Return the task that a target column sets.

        The rule: text, or whole numbers with at most 20 distinct values, are classes; all else is a quantity.
        Text among more than 20 distinct numbers is taken for spoiled cells of a quantity, and is an error.

        Args:
            column: the target.
            kind: decides in place of the rule.

        Raises:
            DataError: missing or infinite values, text among quantities, or nothing to tell apart.
            InputError: ``kind`` is neither classification nor regression.
        """
        if kind not in (None, "classification", "regression"):
            raise InputError(f"a task is 'classification' or 'regression', not {kind!r}")
        text_allowed = kind == "classification" or (kind is None and not _is_spoiled_quantity(column))
        _require_usable(column, text_allowed=text_allowed)
        labels = sorted(set(column.labels))
        if len(labels) == 1:
            raise DataError(
                f"{column.source}: the target column {column.name!r} has one value, {labels[0]!r}, in all of its "
                f"{column.values.size} rows, so there is nothing to tell apart: give rows of at least two classes"
            )
        if (kind or _kind_of(labels)) == "regression":
            return cls("regression")
        return cls("classification", tuple(labels))

    def encode(self, column: Column) -> NDArray[Any]:
        """Return a target column as what a network learns: class numbers (N,) as int64, or quantities as float64.

        Raises:
            DataError: missing or infinite values, text among quantities, or a class that the task does not have.
        """
        _require_usable(column, text_allowed=self.kind == "classification")
        if self.kind == "regression":
            return np.array(column.values)
        labels = column.labels
        number_of = {str(label): number for number, label in enumerate(self.classes)}
        numbers = np.array([number_of.get(str(label), -1) for label in labels], dtype=np.int64)
        unknown = np.flatnonzero(numbers < 0)
        if unknown.size:
            first = int(unknown[0])
            raise DataError(
                f"{column.source}: the target column {column.name!r} holds {labels[first]!r} on {column.place(first)}, "
                f"which is none of the known classes {listed(self.classes)} ({unknown.size} of {len(labels)} rows)"
            )
        return numbers

    def decode(self, predicted: NDArray[Any]) -> list[Any]:
        """Return predicted class numbers (N,) as labels, and quantities (N,) as floats."""
        if self.kind == "regression":
            return [float(quantity) for quantity in predicted]
        return [self.classes[int(number)] for number in predicted]


def _kind_of(labels: list[Any]) -> Kind:
    """The rule of `Task.find` on the distinct values of a target."""
    few_integers = isinstance(labels[0], int) and len(labels) <= MOST_INTEGER_CLASSES
    return "classification" if isinstance(labels[0], str) or few_integers else "regression"


def _require_usable(column: Column, *, text_allowed: bool) -> None:
    fault = column.problem(text_allowed=text_allowed, text_remedy="make the task classification")
    if fault:
        raise DataError(f"{column.source}: the target {fault}")


def _is_spoiled_quantity(column: Column) -> bool:
    """Whether a column of text holds too many distinct numbers to be labels."""
    if not column.is_text:
        return False
    text = {column.values[row] for row in column.text_rows()}
    return len(set(column.values.tolist()) - text) > MOST_INTEGER_CLASSES
