"""The parameters of a network, or a gradient by them, in the lecture's notation: ``W[l]`` and ``b[l]``, l = 1 ... L."""

from collections.abc import Iterator, Mapping
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from chainrule.errors import InputError, ShapeError
from chainrule.training.samples import as_numbers

__all__ = ["ByLayer", "Parameters", "by_columns"]

Array = Any


class Parameters(Mapping[str, Array]):
    """Arrays W1, b1, W2, b2 ...: a mapping by name, and ``W[l]``, ``b[l]`` by layer.

    Used for the parameters themselves and for gradients, which have the same form.

    Args:
        arrays: by name; the dictionary is not copied, so assignments change it.

    Example:
        >>> gradient = Parameters({"W1": np.ones((1, 2)), "b1": np.zeros(1)})
        >>> gradient.W[1], list(gradient)
        (array([[1., 1.]]), ['W1', 'b1'])
    """

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._arrays = arrays

    @property
    def W(self) -> "ByLayer":
        """Weights by layer: W[l] is (M_l, M_{l-1}); row j holds the weights into unit j."""
        return ByLayer(self._arrays, "W")

    @property
    def b(self) -> "ByLayer":
        """Biases by layer: b[l] is (M_l,)."""
        return ByLayer(self._arrays, "b")

    def arrays(self) -> tuple[Array, ...]:
        """All of them, in the order of their names: W1, b1, W2, b2 ..."""
        return tuple(self._arrays.values())

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        return f"Parameters({', '.join(f'{name} {list(np.shape(a))}' for name, a in self._arrays.items())})"


def by_columns(arrays: Mapping[str, Array]) -> Parameters:
    """Return parameters that lie in memory as machine code reads them: the weights out of an input side by side.

    Arrays that lie so are not copied.
    """
    return Parameters({name: np.asarray(array, order="F") for name, array in arrays.items()})


class ByLayer:
    """One kind of parameter, numbered as the layers are: from 1 to L. Entries may be assigned."""

    def __init__(self, arrays: dict[str, Array], kind: str) -> None:
        self._arrays = arrays
        self._kind = kind

    def __getitem__(self, layer: int) -> Array:
        return self._arrays[self._name(layer)]

    def __setitem__(self, layer: int, value: ArrayLike) -> None:
        name = self._name(layer)
        old = self._arrays[name]
        new = as_numbers(value, f"{self._kind}[{layer}]", old.dtype)
        if new.shape != old.shape:
            raise ShapeError(f"{self._kind}[{layer}] is {list(old.shape)} and the new value is {list(new.shape)}")
        self._arrays[name] = new.copy(order="F")

    def __len__(self) -> int:
        return sum(name.startswith(self._kind) for name in self._arrays)

    def __iter__(self) -> Iterator[Array]:
        return (self[layer] for layer in range(1, len(self) + 1))

    def __repr__(self) -> str:
        return f"{self._kind}[1..{len(self)}]: {', '.join(str(list(np.shape(each))) for each in self)}"

    def _name(self, layer: int) -> str:
        name = f"{self._kind}{layer}"
        if not isinstance(layer, Integral) or name not in self._arrays:
            raise InputError(
                f"there is no {self._kind}[{layer!r}]: layers with weights are numbered from 1 to {len(self)}"
            )
        return name
