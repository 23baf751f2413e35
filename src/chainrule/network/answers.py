"""What a network says about samples, by machine code that serves any number of them."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from chainrule.execute.llvm.rowwise.row_function import RowFunction
from chainrule.layers.dense import Architecture, Layers, Numbered, run_layers
from chainrule.tracing import trace_leaves
from chainrule.training.samples import as_inputs
from chainrule.transforms.rows import example_rows, for_any_rows

__all__ = ["Answers"]

Array = Any
Arrays = tuple[Array, ...]


class Answers:
    """What networks of one kind say. The parameters are read in every call, so that nothing is ever out of date.

    Args:
        architecture: of the networks.
        dtype: of their parameters.
    """

    def __init__(self, architecture: Architecture, dtype: np.dtype[Any]) -> None:
        self._architecture = architecture
        self._dtype = dtype
        self._functions: dict[str, RowFunction] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Machine code is not copied: it is found again."""
        return Answers, (self._architecture, self._dtype)

    def of(self, what: str, X: ArrayLike, params: Arrays) -> Array:
        """Return what a network says about samples (N, M_0), or one sample (M_0,).

        Args:
            what: of the last layer the ``activations`` a^(L), the ``logits`` z^(L), which logit is the ``greatest``, or
                whether each is ``positive``.
            X: the samples.
            params: the network's W1, b1, W2, b2 ...

        Raises:
            InputError, ShapeError: samples that do not fit the network.
        """
        function = self._functions.get(what) or self._function(what)
        try:
            found = function((X, *params))
        except AttributeError:  # X is no array
            found = None
        return self._checked(function, X, params)[0] if found is None else found[0]

    def layers(self, X: Array, params: Arrays) -> Layers:
        """Return every net input and activation for samples that fit the network."""
        every = self._function("layers").run((X, *params))
        count = self._architecture.n_layers
        z, a = (Numbered(enumerate(part, start=1)) for part in (every[:count], every[count:]))
        return Layers(z, Numbered({0: X, **a}))

    def _checked(self, function: RowFunction, X: ArrayLike, params: Arrays) -> list[Array]:
        """The same for any samples, or an error that says what is wrong with them."""
        return function.run((as_inputs(X, self._architecture, self._dtype), *params))

    def _function(self, what: str) -> RowFunction:
        return self._functions.setdefault(what, _compiled(self._architecture, self._dtype, what))


@lru_cache(maxsize=64)
def _compiled(architecture: Architecture, dtype: np.dtype[Any], what: str) -> RowFunction:
    """The machine code, found once for all networks of a kind."""
    rows = example_rows(architecture.widths)
    shapes = architecture.parameter_shapes()
    example = [
        np.zeros((rows, architecture.widths[0]), dtype),
        *(np.zeros(each[::-1], dtype) for each in shapes.values()),
    ]

    def says(X: Array, *params: Array) -> list[Array]:
        turned = (array.T for array in params)  # in memory matrices lie transposed
        layers = run_layers(architecture, dict(zip(shapes, turned, strict=True)), X)
        return _SAYS[what](layers, architecture.n_layers)

    graph = for_any_rows(trace_leaves(says, example, ["X", *shapes]).graph, rows)
    assert graph is not None  # no activation function looks at other rows, or decides by values
    return RowFunction(graph)


_SAYS: Mapping[str, Callable[[Layers, int], list[Array]]] = MappingProxyType(
    {
        "layers": lambda layers, last: [*layers.z.values(), *(layers.a[layer] for layer in layers.z)],
        "logits": lambda layers, last: [layers.z[last]],
        "activations": lambda layers, last: [layers.a[last]],
        "greatest": lambda layers, last: [np.argmax(layers.z[last], axis=-1)],
        "positive": lambda layers, last: [(layers.z[last] > 0).astype(np.int64)],
    }
)
