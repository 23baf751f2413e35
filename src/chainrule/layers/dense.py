"""A chain of dense layers in the lecture's notation.

For one sample, a column: ``z = W a + b`` and ``a = f(z)``. In code batches are rows: ``Z = A W^T + b``.
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from chainrule import functions
from chainrule.errors import InputError

__all__ = ["ACTIVATIONS", "Architecture", "Layers", "Numbered", "activation_function", "run_layers"]

Array = Any
Activation = Callable[[Array], Array]

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        "identity": functions.identity,
        "sigmoid": functions.sigmoid,
        "tanh": functions.tanh,
        "relu": functions.relu,
        "leaky_relu": functions.leaky_relu,
        "elu": functions.elu,
        "selu": functions.selu,
        "softplus": functions.softplus,
        "silu": functions.silu,
        "gelu": functions.gelu,
        "mish": functions.mish,
        "hard_sigmoid": functions.hard_sigmoid,
        "softmax": functions.softmax,
    }
)


@dataclass(frozen=True)
class Architecture:
    """A feedforward network without its parameters.

    Attributes:
        widths: M_0 ... M_L: number of inputs, then of units of each layer.
        activation: name of the hidden layers' activation function.
        output: name of the last layer's.
    """

    widths: tuple[int, ...]
    activation: str
    output: str

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or any(not _positive(width) for width in self.widths):
            raise InputError(
                f"widths={list(self.widths)}: give the number of inputs and then of units of each layer, "
                "all at least 1, such as [64, 128, 10]"
            )
        activation_function(self.activation)
        activation_function(self.output)
        if self.activation == "softmax":
            raise InputError("activation='softmax' mixes the units of a layer; it is meant for the output")
        if self.output == "softmax" and self.widths[-1] == 1:
            raise InputError(
                "output='softmax' of a single unit is always 1; give one unit to each class, or for a yes-or-no "
                "question write output='sigmoid'"
            )

    @property
    def n_layers(self) -> int:
        """L: layers with weights; the input is layer 0."""
        return len(self.widths) - 1

    @property
    def n_parameters(self) -> int:
        """Entries of all W and b."""
        return sum(rows * columns + rows for rows, columns in self.shapes)

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """The shape (M_l, M_{l-1}) of W for each layer."""
        return tuple(zip(self.widths[1:], self.widths[:-1], strict=True))

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter by name: W1, b1, W2, b2 ..."""
        return {
            name: shape
            for layer, (rows, columns) in enumerate(self.shapes, start=1)
            for name, shape in ((f"W{layer}", (rows, columns)), (f"b{layer}", (rows,)))
        }

    @property
    def activations(self) -> tuple[str, ...]:
        """The name of each layer's activation function."""
        return (*[self.activation] * (self.n_layers - 1), self.output)


def activation_function(name: str) -> Activation:
    """Return an activation function by its name.

    Raises:
        InputError: there is none of this name; the message lists those that there are.
    """
    if not isinstance(name, str) or name not in ACTIVATIONS:
        close = difflib.get_close_matches(str(name).lower(), ACTIVATIONS, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise InputError(f"there is no activation function {name!r}; there are {', '.join(ACTIVATIONS)}{hint}")
    return ACTIVATIONS[name]


class Numbered(dict[int, Array]):
    """Arrays by layer: a dictionary that says which layers there are when it is asked for another one."""

    def __missing__(self, layer: object) -> Array:
        raise InputError(
            f"there is no {'a' if 0 in self else 'z'}[{layer!r}]: layers with weights are numbered from 1 to "
            f"{max(self)}, and a[0] is the input"
        )


@dataclass(frozen=True)
class Layers:
    """Every net input and activation of one forward sweep.

    Attributes:
        z: by layer 1 ... L the net inputs z = W a + b.
        a: by layer 0 ... L the activations; a[0] is the input, a[L] the prediction.
    """

    z: Numbered
    a: Numbered


def run_layers(architecture: Architecture, params: Mapping[str, Array], X: Array) -> Layers:
    """Compute all layers for one sample (M_0,) or a batch (N, M_0)."""
    z, a = Numbered(), Numbered({0: X})
    for layer, name in enumerate(architecture.activations, start=1):
        f = activation_function(name)
        z[layer] = a[layer - 1] @ params[f"W{layer}"].T + params[f"b{layer}"]
        a[layer] = f(z[layer])
    return Layers(z, a)


def _positive(width: object) -> bool:
    return isinstance(width, int) and not isinstance(width, bool) and width > 0
