"""``x.flat`` of a tracer: its entries in one row, for reading and for assignment."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.tracing.tracer import Tracer

__all__ = ["Flat"]


class Flat:
    """The entries of an array in one row, as NumPy's ``flatiter``.

    Args:
        array: whose entries these are.
    """

    def __init__(self, array: Tracer) -> None:
        self._array = array

    def __len__(self) -> int:
        return self._array.size

    def __iter__(self) -> Iterator[Any]:
        return iter(self.copy())

    def __getitem__(self, key: Any) -> Any:
        return self.copy()[key]

    def __setitem__(self, key: Any, values: Any) -> None:
        entries = self.copy()
        entries[key] = values
        self._array.assign(np.reshape(entries, self._array.shape))  # type: ignore[arg-type]

    def copy(self) -> Any:
        """The entries as an array of their own."""
        return np.ravel(self._array).copy()  # type: ignore[call-overload]
