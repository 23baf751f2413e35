"""A network that was saved by itself, as a model for the rows of a table."""

from typing import Any

import numpy as np

from chainrule.data import Standardizer, Table, Task
from chainrule.errors import DataError, InputError
from chainrule.network.network import Network
from chainrule.network.table_model import TableModel

__all__ = ["model_of"]

_PREDICTION = "prediction"  # what the predicted column is called where nobody named it


def model_of(network: Network, table: Table, target: str | None = None, name: str = "the network") -> TableModel:
    """Return a network as a model for a table: it knows neither names, nor scales, nor labels.

    Its inputs are all columns but the target, as they stand. Softmax outputs are the classes 0, 1, 2, ..., a single
    sigmoid output says 0 or 1, any other single output is a quantity.

    Raises:
        DataError: the table has more or fewer features than the network has inputs.
        InputError: the network has several outputs that are not the classes of one target.

    Example:
        >>> table = Table({"a": [0.0, 1.0], "b": [1.0, 1.0], "y": [1.0, 0.0]}, "an example")
        >>> model_of(Network([2, 1], output="sigmoid"), table, "y").task.classes
        (0, 1)
    """
    target = target or table.default_target
    if target is not None:
        table.column(target)  # an error where there is none
    names = tuple(column for column in table.names if column != target)
    n_inputs = network.widths[0]
    if len(names) != n_inputs:
        besides = "" if target is None else f" besides {target!r}"
        raise DataError(
            f"{name} is a network with {n_inputs} inputs, and {table.source} has {len(names)} columns{besides}: "
            "give a table with just its features, in the order of the training"
        )
    task = _task(network, name)
    quantity = None if task.classes else _unchanged(())
    return TableModel(network, names, target or _PREDICTION, task, _unchanged((n_inputs,)), quantity, None, "")


def _task(network: Network, name: str) -> Task:
    output, n_outputs = network.architecture.output, network.widths[-1]
    if output == "softmax":
        return Task("classification", tuple(range(n_outputs)))
    if n_outputs > 1:
        raise InputError(
            f"{name} is a network with {n_outputs} outputs ({output}), and a table has one target: "
            f"use it in Python, chainrule.load({name!r}).predict(X)"
        )
    return Task("classification", (0, 1)) if output == "sigmoid" else Task("regression")


def _unchanged(shape: tuple[int, ...]) -> Standardizer:
    mean: Any = np.zeros(shape)
    return Standardizer(mean, np.ones(shape))
