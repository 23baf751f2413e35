"""A saved model and a table that it meets."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainrule.data import Table
    from chainrule.network import Network, TableModel

__all__ = ["TARGET", "fitted", "say_how_fitted"]

TARGET = "--target NAME"  # how one names the column to predict


def fitted(saved: "Network | TableModel", table: "Table", target: str | None, path: Path) -> "TableModel":
    """Return the model; of a network that was saved by itself, the model that it is for this table."""
    from chainrule.network import TableModel
    from chainrule.network.bare import model_of

    return saved if isinstance(saved, TableModel) else model_of(saved, table, target, str(path))


def say_how_fitted(saved: "Network | TableModel", model: "TableModel", path: Path) -> None:
    """Say on the standard error what a network that was saved by itself does not know."""
    from chainrule.data.columns import listed

    if saved is not model:
        inputs = listed(model.feature_names, most=4)
        print(f"{path} is a network without a table: its inputs are {inputs}, as they stand, unscaled", file=sys.stderr)
