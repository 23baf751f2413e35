"""Two layers compute every logic function: networks of step neurons built by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from chainrule.errors import ShapeError
from chainrule.network.logic.separation import roundest_scale
from chainrule.network.logic.tables import Inputs, TruthTable, all_inputs, n_inputs_of, truth_table
from chainrule.network.logic.text import weighted_sum
from chainrule.network.perceptron import Perceptron

__all__ = ["TwoLayer", "TwoLayerValues", "two_layer"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TwoLayerValues:
    """What a two-layer network computes for a batch, by the number of the layer as in the lecture.

    Attributes:
        z: net inputs, z[1] (N, M_1) and z[2] (N, 1).
        a: activations, a[0] (N, M_0) is the input, a[2] (N, 1) the output.
    """

    z: dict[int, Floats]
    a: dict[int, Floats]


@dataclass(frozen=True, eq=False)
class TwoLayer:
    """A network of step neurons with one hidden layer.

    Attributes:
        hidden: the neurons h1, h2 ... that see the inputs.
        output: the neuron that sees the hidden ones.
    """

    hidden: tuple[Perceptron, ...]
    output: Perceptron

    def forward(self, X: npt.ArrayLike) -> TwoLayerValues:
        """Return z and a of both layers for the rows of ``X`` (N, n); a ShapeError if that is not the shape of X."""
        inputs = np.asarray(X, dtype=np.float64)
        if inputs.ndim != 2:
            raise ShapeError(f"X has the shape {inputs.shape}, but the network takes (N, n)")
        z1, a1 = _layer(self.hidden, inputs)
        z2, a2 = _layer([self.output], a1)
        return TwoLayerValues(z={1: z1, 2: z2}, a={0: inputs, 1: a1, 2: a2})

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Return 0 or 1 for each row of ``X`` (N, n); errors as in `forward`."""
        return self.forward(X).a[2][:, 0].astype(np.int64)

    def __str__(self) -> str:
        lines = [f"h{j} = step({_net_input(h, 'x')})" for j, h in enumerate(self.hidden, start=1)]
        return "\n".join([*lines, f"y = step({_net_input(self.output, 'h')})"])


def two_layer(table: TruthTable) -> TwoLayer:
    """Build a network of step neurons, 1 where z > 0.5, that computes a logic function.

    Where only the number of ones in the input matters, a hidden neuron fires at k ones or more, for each k at which
    the function changes. For XOR these are the lecture's neurons: h1 = OR, h2 = AND, y = step(h1 - h2). Otherwise each
    hidden neuron fires at exactly one row of the table, of the output that is rarer. No z is exactly 0.5, so the
    network computes the same with z >= 0.5.

    Args:
        table: a truth table as `truth_table` takes it.

    Raises:
        InputError: there is no such truth table.

    Example:
        >>> print(two_layer("XOR"))
        h1 = step(x1 + x2)
        h2 = step(0.4*x1 + 0.4*x2)
        y = step(h1 - h2)
        >>> print(two_layer("IMPLIES"))
        h1 = step(x1 - x2)
        y = step(-h1 + 1)
    """
    outputs = truth_table(table)
    rows = all_inputs(n_inputs_of(outputs))
    by_count = {sum(x): y for x, y in zip(rows, outputs, strict=True)}
    if all(by_count[sum(x)] == y for x, y in zip(rows, outputs, strict=True)):
        return _from_counts([by_count[count] for count in range(len(rows[0]) + 1)])
    return _from_rows(rows, outputs)


def _from_counts(by_count: Sequence[int]) -> TwoLayer:
    """A network for a function of the number of ones."""
    n_inputs = len(by_count) - 1
    changes = {k: by_count[k] - by_count[k - 1] for k in range(1, n_inputs + 1) if by_count[k] != by_count[k - 1]}
    hidden = tuple(_at_least(k, [1] * n_inputs) for k in changes)
    return TwoLayer(hidden, Perceptron(list(changes.values()), bias=by_count[0]))


def _from_rows(rows: Sequence[Inputs], outputs: Sequence[int]) -> TwoLayer:
    """A network with a hidden neuron for each row of the rarer output."""
    rarer = int(2 * sum(outputs) <= len(outputs))
    hidden = tuple(_only_at(x) for x, y in zip(rows, outputs, strict=True) if y == rarer)
    return TwoLayer(hidden, Perceptron([2 * rarer - 1] * len(hidden), bias=1 - rarer))


def _only_at(x: Inputs) -> Perceptron:
    """A neuron that fires at one input only."""
    signs = [2 * bit - 1 for bit in x]
    return _at_least(sum(x), signs) if any(x) else Perceptron(signs, bias=1)


def _at_least(count: int, signs: Sequence[int]) -> Perceptron:
    """A neuron that fires where the signs of the ones in the input add up to ``count`` or more."""
    scale = float(roundest_scale(Fraction(count - 1), Fraction(count)))
    return Perceptron([scale * sign for sign in signs])


def _layer(neurons: Sequence[Perceptron], inputs: Floats) -> tuple[Floats, Floats]:
    """Net inputs and activations of one layer, a column for each neuron."""
    shape = (len(neurons), len(inputs))
    z = np.array([neuron.net_input(inputs) for neuron in neurons], dtype=np.float64)
    a = np.array([neuron.predict(inputs) for neuron in neurons], dtype=np.float64)
    return z.reshape(shape).T, a.reshape(shape).T


def _net_input(neuron: Perceptron, letter: str) -> str:
    weights = [] if neuron.weights is None else neuron.weights.tolist()
    return weighted_sum([*((w, f"{letter}{i}") for i, w in enumerate(weights, start=1)), (neuron.bias, "")])
