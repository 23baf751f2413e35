"""TableModel: a network that knows the table it is for: features, target, labels, scales, and how good it is."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data import Samples, Standardizer, Table, Task, held_out_split
from chainrule.data.tasks import Kind
from chainrule.errors import DataError, InputError
from chainrule.export import weights
from chainrule.network import table_files
from chainrule.network.evaluation import ClassEvaluation, Evaluation, QuantityEvaluation
from chainrule.network.files import read_model
from chainrule.network.network import Network
from chainrule.network.recipe import BATCH_SIZE, HIDDEN, optimizer_for, usual_epochs
from chainrule.network.settings import require_positive
from chainrule.training.history import History
from chainrule.training.loop import Callback
from chainrule.training.optimizers.optimizer import Optimizer

__all__ = ["TableModel"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TableModel:
    """A network for the rows of a table; made by `train`, immutable.

    Attributes:
        network: the network; its inputs are the standardized features.
        feature_names: the columns that it takes, in order.
        target: the column that it predicts.
        task: classification with its labels, or regression.
        features: mean and scale of the features, of the rows that it was trained on.
        quantity: mean and scale of the target; None for classes.
        evaluation: how good it is on the rows that were held out.
        source: the name of the table that it was trained on.

    Example:
        >>> from chainrule.data import read_table
        >>> iris = read_table("iris")
        >>> model = TableModel.train(iris, progress=False)
        >>> model.evaluation.n, model.evaluation.accuracy > 0.85
        (30, True)
        >>> model.predict(iris)[:2]
        ['setosa', 'setosa']
    """

    network: Network
    feature_names: tuple[str, ...]
    target: str
    task: Task
    features: Standardizer
    quantity: Standardizer | None
    evaluation: Evaluation | None
    source: str

    @classmethod
    def train(
        cls,
        table: Table,
        target: str | None = None,
        *,
        kind: Kind | None = None,
        hidden: Sequence[int] = HIDDEN,
        activation: str = "relu",
        epochs: int | None = None,
        batch_size: int = BATCH_SIZE,
        optimizer: str | Optimizer | None = None,
        learning_rate: float | None = None,
        held_out: float | Table = 0.2,
        seed: int = 0,
        on_start: Callable[["TableModel"], None] | None = None,
        callbacks: Iterable[Callback] = (),
        progress: bool = True,
    ) -> "TableModel":
        """Train a network to predict one column of a table from the others.

        Features, and a quantity to predict, are standardized. The rows that are held out are only looked at: they give
        the validation figures of ``history`` and the ``evaluation``. The same table and settings give the same bits.

        Args:
            table: what to learn from; all columns but the target are features, and must be numbers.
            target: the column to predict; may be left out for a bundled table.
            kind: "classification" or "regression", where the rule of `Task.find` is not what is meant.
            hidden: the widths of the hidden layers.
            activation: their activation function.
            epochs: how often every row is used; None: as often as makes 3000 steps, but 10 to 100 times.
            batch_size: rows per step.
            optimizer: a name or an object of ``cr.optimizers``; None: AdamW with a weight decay of 600 / rows.
            learning_rate: that of the optimizer; None: 0.003 for the default optimizer, otherwise its own default.
            held_out: the share of the rows to hold out, of each class alike; or another table to judge by.
            seed: of the rows that are held out, of the initial weights, and of the order of the rows.
            on_start: gets the untrained model when data and settings have been found right, before the first epoch.
            callbacks: functions that get the History after each epoch; training stops when one returns True.
            progress: draw a progress bar, if the output is a terminal.

        Raises:
            DataError: a column that is not there or cannot be used; one class only; too few rows.
            InputError: settings that do not fit.
            DivergenceError: the loss left the finite numbers.
        """
        require_positive(batch_size=batch_size, epochs=1 if epochs is None else epochs)
        samples, name = table.split_target(target, kind), table.target_name(target)
        learn, aside = _parts(samples, name, held_out, seed)
        model = cls._untrained(learn, name, table.source, hidden, activation, seed)
        settings: dict[str, Any] = {
            "epochs": usual_epochs(len(learn.y), batch_size) if epochs is None else epochs,
            "optimizer": optimizer_for(len(learn.y), optimizer, learning_rate),
            "validation": (model._inputs(aside.X, table.source), model._scaled(aside.y)),
        }
        X, y = model._inputs(learn.X, table.source), model._scaled(learn.y)
        if on_start is not None:
            on_start(model)
        model.network.fit(X, y, batch_size=batch_size, callbacks=callbacks, seed=seed, progress=progress, **settings)
        return replace(model, evaluation=model._evaluate(aside, table.source))

    @property
    def history(self) -> History:
        """What happened in each epoch; the validation figures are those of the rows that were held out."""
        return self.network.history

    def predict(self, table: Table) -> list[Any]:
        """Return a label or a quantity for each row.

        Raises:
            DataError: a feature is not there or cannot be used, or lies too far out for a finite prediction.
        """
        return self.task.decode(self._decide(self._outputs(table)))

    def probabilities(self, table: Table) -> Floats:
        """Return the probability of each class (N, K), in the order of ``task.classes``; errors as in `predict`.

        Raises:
            InputError: the model predicts a quantity.
        """
        if self.quantity is not None:
            raise InputError(f"the target {self.target!r} is a quantity: there are no probabilities, only predictions")
        return self._outputs(table).astype(np.float64)

    def evaluate(self, table: Table, target: str | None = None) -> Evaluation:
        """Return how good the predictions are on a table whose target is known; errors as in `predict`.

        Args:
            table: the rows; should not be those that the model was trained on.
            target: the column to compare with; None: the one of the same name as in training.

        Raises:
            DataError: also if the target is not there, cannot be used, or holds a class that the model does not know.
        """
        X = table.features(self.feature_names)
        y = table.target(target or self.target, self.task)
        samples = Samples(X, y, self.feature_names, self.task)
        return self._evaluate(samples, table.source)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one file, whole or not at all; ``cr.load`` reads it.

        Raises:
            ModelFileError: the file cannot be written.
        """
        weights.write(path, *table_files.pack(vars(self)))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "TableModel":
        """Read a model that `save` wrote; loading never runs code.

        Raises:
            ModelFileError: the file is missing, damaged, or of another kind.
        """
        return cls._restore(path, *read_model(path, table_files.KIND))

    def __str__(self) -> str:
        what = f"one of {len(self.task.classes)} classes" if self.quantity is None else "a quantity"
        lines = [f"predicts {self.target!r}, {what}, from {len(self.feature_names)} features ({self.source})"]
        if self.evaluation is not None:
            lines.append(f"on rows that were held out: {str(self.evaluation).splitlines()[0]}")
        return "\n".join([*lines, str(self.network)])

    # --- helpers -------------------------------------------------------------------------------------------

    @classmethod
    def _restore(
        cls, path: str | os.PathLike[str], arrays: Mapping[str, Any], header: Mapping[str, Any]
    ) -> "TableModel":
        """The model that arrays and header of a file describe; a ModelFileError if they do not."""
        return cls(**table_files.unpack(path, arrays, header))

    @classmethod
    def _untrained(
        cls, learn: Samples, target: str, source: str, hidden: Sequence[int], activation: str, seed: int
    ) -> "TableModel":
        classes = learn.task.classes
        widths = [len(learn.feature_names), *hidden, len(classes) or 1]
        network = Network(widths, activation, "softmax" if classes else "identity", seed)
        quantity = None if classes else Standardizer.fit(learn.y)
        features = Standardizer.fit(learn.X)
        return cls(network, learn.feature_names, target, learn.task, features, quantity, None, source)

    def _inputs(self, X: Floats, source: str) -> NDArray[Any]:
        """Standardized features in the dtype of the network."""
        with np.errstate(over="ignore"):
            return _finite(self.features.transform(X).astype(self.network.dtype), source)

    def _scaled(self, y: NDArray[Any]) -> NDArray[Any]:
        """The target as the network learns it."""
        return y if self.quantity is None else self.quantity.transform(y)

    def _outputs(self, table: Table) -> NDArray[Any]:
        """What the last layer says to the rows of a table."""
        return self._said(self._inputs(table.features(self.feature_names), table.source), table.source)

    def _said(self, inputs: NDArray[Any], source: str) -> NDArray[Any]:
        """What the last layer says; of a single sigmoid output, the probabilities of no and yes."""
        outputs = _finite(self.network.predict(inputs), source)
        yes_or_no = len(self.task.classes) == 2 and outputs.shape[1] == 1
        return np.hstack([1 - outputs, outputs]) if yes_or_no else outputs

    def _decide(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """The number of the most probable class, or the quantity in its own units."""
        if self.quantity is None:
            return np.asarray(np.argmax(outputs, axis=1))
        return self.quantity.inverse_transform(outputs[:, 0])

    def _evaluate(self, samples: Samples, source: str) -> Evaluation:
        inputs = self._inputs(samples.X, source)
        predicted = self._decide(self._said(inputs, source))
        with np.errstate(over="ignore"):  # a target far out has an infinite loss
            loss = self.network.loss(inputs, self._scaled(samples.y))
        if self.quantity is None:
            return ClassEvaluation.of(samples.y, predicted, self.task.classes, loss)
        return QuantityEvaluation.of(samples.y, predicted, loss)


def _finite(rows: NDArray[Any], source: str) -> NDArray[Any]:
    """The rows, of which none has left the finite numbers."""
    bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    if bad.size:
        raise DataError(
            f"{source}: {bad.size} of {len(rows)} rows lie so far from the rows of the training that the network's "
            f"numbers overflow, the first at row {bad[0] + 1}: look for a misplaced decimal point"
        )
    return rows


def _parts(samples: Samples, target: str, held_out: float | Table, seed: int) -> tuple[Samples, Samples]:
    """The samples to learn from and those to judge by."""
    if isinstance(held_out, Table):
        X, y = held_out.features(samples.feature_names), held_out.target(target, samples.task)
        return samples, replace(samples, X=X, y=y)
    labels = samples.y if samples.task.classes else None
    parts = held_out_split(len(samples.y), held_out=held_out, seed=seed, stratify=labels)
    learn, aside = (replace(samples, X=samples.X[rows], y=samples.y[rows]) for rows in parts)
    return learn, aside
