"""How good predictions are, on rows whose target is known: counts and rates for classes, distances for quantities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import InputError

__all__ = ["ClassEvaluation", "Evaluation", "QuantityEvaluation", "evaluation_from"]

Rates = tuple[float | None, ...]

_MOST_LISTED = 30  # classes in the table of an evaluation; of more, those with the most errors


@dataclass(frozen=True)
class ClassEvaluation:
    """How often a classifier is right, and what it takes for what.

    Attributes:
        loss: mean categorical cross-entropy.
        classes: the labels.
        confusion: counts: ``confusion[i][j]`` rows of class i were taken for class j.

    Example:
        >>> evaluation = ClassEvaluation.of([0, 0, 1, 1], [0, 1, 1, 1], ("cat", "dog"), loss=0.25)
        >>> evaluation.accuracy, evaluation.precision, evaluation.recall
        (0.75, (1.0, 0.6666666666666666), (0.5, 1.0))
        >>> print(evaluation)
        75.0% right (3 of 4), loss 0.25
        class  rows  precision  recall  taken for
        cat       2       1.00    0.50  dog (1)
        dog       2       0.67    1.00
    """

    loss: float
    classes: tuple[Any, ...]
    confusion: tuple[tuple[int, ...], ...]

    kind: ClassVar[str] = "classification"

    @classmethod
    def of(cls, y: ArrayLike, predicted: ArrayLike, classes: Sequence[Any], loss: float) -> "ClassEvaluation":
        """Return the evaluation of predicted class numbers (N,) against the true ones."""
        confusion = np.zeros((len(classes), len(classes)), dtype=np.int64)
        np.add.at(confusion, (np.asarray(y), np.asarray(predicted)), 1)
        return cls(float(loss), tuple(classes), tuple(map(tuple, confusion.tolist())))

    @property
    def n(self) -> int:
        """The number of rows."""
        return sum(map(sum, self.confusion))

    @property
    def n_right(self) -> int:
        """How many of them were told right."""
        return sum(row[number] for number, row in enumerate(self.confusion))

    @property
    def accuracy(self) -> float:
        """The share of them."""
        return self.n_right / self.n

    @property
    def precision(self) -> Rates:
        """Of the rows taken for each class, the share that is right; None where there are none."""
        columns = list(zip(*self.confusion, strict=True))
        return tuple(_share(column[number], sum(column)) for number, column in enumerate(columns))

    @property
    def recall(self) -> Rates:
        """Of the rows of each class, the share that was recognized; None where there are none."""
        return tuple(_share(row[number], sum(row)) for number, row in enumerate(self.confusion))

    @property
    def confused(self) -> list[tuple[Any, Any, int]]:
        """What was taken for what, and how often: (class, taken for, rows), most frequent first."""
        pairs = [
            (self.classes[i], self.classes[j], count)
            for i, row in enumerate(self.confusion)
            for j, count in enumerate(row)
            if i != j and count
        ]
        return sorted(pairs, key=lambda pair: -pair[2])

    def to_dict(self) -> dict[str, Any]:
        """Return all figures for JSON, where infinity and NaN are texts."""
        return {
            "kind": self.kind,
            "n": self.n,
            "loss": _json_number(self.loss),
            "accuracy": self.accuracy,
            "classes": list(self.classes),
            "precision": list(self.precision),
            "recall": list(self.recall),
            "confusion": [list(row) for row in self.confusion],
        }

    @classmethod
    def from_dict(cls, figures: Mapping[str, Any]) -> "ClassEvaluation":
        """Return the evaluation whose `to_dict` is given."""
        confusion = tuple(tuple(int(count) for count in row) for row in figures["confusion"])
        classes = tuple(figures["classes"])
        if {len(classes)} != {len(confusion), *map(len, confusion)}:
            raise InputError(f"a confusion matrix of {len(classes)} classes has as many rows and columns")
        return cls(float(figures["loss"]), classes, confusion)

    def __str__(self) -> str:
        head = f"{self.accuracy:.1%} right ({self.n_right:,} of {self.n:,}), loss {self.loss:.3g}"
        rows = [["class", "rows", "precision", "recall", "taken for"], *map(self._row, self._listed)]
        left_out = len(self.classes) - len(self._listed)
        return "\n".join([head, *_aligned(rows), *([f"and {left_out} more classes"] if left_out else [])])

    @property
    def _listed(self) -> list[int]:
        """The numbers of the classes that the table shows: all, or of many those with the most errors."""
        errors = [sum(counts) - counts[number] for number, counts in enumerate(self.confusion)]
        return sorted(sorted(range(len(errors)), key=lambda number: -errors[number])[:_MOST_LISTED])

    def _row(self, number: int) -> list[str]:
        label, counts = self.classes[number], self.confusion[number]
        taken = ", ".join(f"{other} ({count})" for own, other, count in self.confused if own == label)
        return [str(label), str(sum(counts)), _rate(self.precision[number]), _rate(self.recall[number]), taken]


@dataclass(frozen=True)
class QuantityEvaluation:
    r"""How far predicted quantities are from the true ones, in the units of the target.

    Attributes:
        loss: mean squared error of the standardized target, which is what the network minimizes.
        n: the number of rows.
        rmse: root of the mean squared error, :math:`\sqrt{\overline{(\hat y - y)^2}}`.
        mae: mean absolute error, :math:`\overline{|\hat y - y|}`.
        r2: the share of the variance of the target that is explained, :math:`1 - \overline{(\hat y - y)^2} / var(y)`;
            0 for always saying the mean of these rows, negative for worse, None where the target is constant.

    Example:
        >>> print(QuantityEvaluation.of([1.0, 3.0], [1.0, 2.0], loss=0.5))
        off by 0.7071 (root mean square; mean 0.5), R² 0.500 on 2 rows, loss 0.5
    """

    loss: float
    n: int
    rmse: float
    mae: float
    r2: float | None

    kind: ClassVar[str] = "regression"

    @classmethod
    def of(cls, y: ArrayLike, predicted: ArrayLike, loss: float) -> "QuantityEvaluation":
        """Return the evaluation of predicted quantities (N,) against the true ones."""
        truth = np.asarray(y, dtype=np.float64)
        error = np.asarray(predicted, dtype=np.float64) - truth
        rmse, spread = _root_mean_square(error), _root_mean_square(truth - truth.mean())
        r2 = 1 - (rmse / spread) ** 2 if spread else None
        return cls(float(loss), truth.size, rmse, float(np.mean(np.abs(error))), r2)

    def to_dict(self) -> dict[str, Any]:
        """Return all figures for JSON, where infinity and NaN are texts."""
        figures = {"loss": self.loss, "rmse": self.rmse, "mae": self.mae, "r2": self.r2}
        return {"kind": self.kind, "n": self.n, **{name: _json_number(figure) for name, figure in figures.items()}}

    @classmethod
    def from_dict(cls, figures: Mapping[str, Any]) -> "QuantityEvaluation":
        """Return the evaluation whose `to_dict` is given."""
        r2 = figures["r2"]
        loss, rmse, mae = (float(figures[name]) for name in ("loss", "rmse", "mae"))
        return cls(loss, int(figures["n"]), rmse, mae, None if r2 is None else float(r2))

    def __str__(self) -> str:
        explained = "R² undefined (constant target)" if self.r2 is None else f"R² {self.r2:.3f}"
        distance = f"off by {self.rmse:.4g} (root mean square; mean {self.mae:.4g})"
        return f"{distance}, {explained} on {self.n:,} rows, loss {self.loss:.3g}"


Evaluation = ClassEvaluation | QuantityEvaluation

_KINDS: dict[str, type[ClassEvaluation] | type[QuantityEvaluation]] = {
    "classification": ClassEvaluation,
    "regression": QuantityEvaluation,
}


def evaluation_from(figures: Mapping[str, Any]) -> Evaluation:
    """Return the evaluation whose `to_dict` is given.

    Raises:
        InputError: these are not the figures of an evaluation.
    """
    try:
        return _KINDS[figures["kind"]].from_dict(figures)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"these are not the figures of an evaluation: {error}") from error


def _root_mean_square(values: NDArray[np.float64]) -> float:
    """Without overflow or underflow of the squares, since a power of two is taken out first, which is exact."""
    _, exponent = np.frexp(np.abs(values).max())
    return float(np.ldexp(np.sqrt(np.mean(np.square(np.ldexp(values, -exponent)))), exponent))


def _json_number(figure: float | None) -> float | str | None:
    return figure if figure is None or np.isfinite(figure) else str(figure)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _rate(share: float | None) -> str:
    return "-" if share is None else f"{share:.2f}"


def _aligned(rows: list[list[str]]) -> list[str]:
    """Columns side by side: the first and the last to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *middle, last in rows:
        numbers = [cell.rjust(width) for cell, width in zip(middle, widths[1:-1], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *numbers, last]).rstrip())
    return lines
