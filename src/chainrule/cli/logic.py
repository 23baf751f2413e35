"""``chainrule logic``: what one neuron computes, why it cannot compute the rest, and how two layers do."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainrule.cli.output import emphasized, print_json

if TYPE_CHECKING:
    from chainrule.network import Perceptron
    from chainrule.network.logic import Separation, TwoLayer

__all__ = ["logic"]

_MOST_ROWS = 16


def logic(
    function: Annotated[
        str,
        typer.Argument(
            metavar="FUNCTION", help="AND, OR, NAND, XOR, MAJORITY3 ..., or the outputs: 0110.", show_default=False
        ),
    ],
    inclusive: Annotated[bool, typer.Option("--inclusive", help="Fire at z >= 0.5 in place of z > 0.5.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Find the neuron that computes a logic function, or the contradiction that forbids one.

    Where there is none, two layers are shown that do.

    Example: chainrule logic XOR
    """
    from chainrule.network.logic import separate, two_layer

    separation = separate(function, strict=not inclusive)
    layers = None if separation.separable else two_layer(function)
    if json:
        print_json(_document(function, separation, layers))
        return
    print(emphasized(function), separation, sep="\n")
    if layers is not None:
        print("\ntwo layers compute it", layers, *_rows(separation.outputs, layers), sep="\n")


def _rows(outputs: tuple[int, ...], layers: "TwoLayer") -> list[str]:
    """The truth table with the hidden neurons between inputs and output."""
    import numpy as np

    if len(outputs) > _MOST_ROWS:
        return []
    inputs = _inputs(len(outputs))
    activations = layers.forward(inputs).a.values()
    heads = [f"{kind}{i}" for kind, a in zip("xh", activations, strict=False) for i in range(1, a.shape[1] + 1)] + ["y"]
    rows = [[f"{number:g}" for number in row] for row in np.hstack([*activations])]
    return ["  ".join(cell.rjust(len(head)) for cell, head in zip(row, heads, strict=True)) for row in [heads, *rows]]


def _inputs(n_rows: int) -> list[list[int]]:
    """All inputs in counting order."""
    digits = n_rows.bit_length() - 1
    return [[int(bit) for bit in f"{row:0{digits}b}"] for row in range(n_rows)]


def _document(function: str, separation: "Separation", layers: "TwoLayer | None") -> dict[str, Any]:
    certificate = separation.certificate
    return {
        "function": function,
        "outputs": list(separation.outputs),
        "separable": separation.separable,
        "weights": separation.weights and list(separation.weights),
        "bias": separation.bias,
        "threshold": separation.threshold,
        "strict": separation.strict,
        "inequalities": list(certificate.inequalities) if certificate else None,
        "contradiction": list(certificate.contradiction) if certificate else None,
        "two_layers": layers and {"hidden": [_neuron(h) for h in layers.hidden], "output": _neuron(layers.output)},
    }


def _neuron(neuron: "Perceptron") -> dict[str, Any]:
    weights = [] if neuron.weights is None else neuron.weights.tolist()
    return {"weights": weights, "bias": neuron.bias, "threshold": neuron.threshold}
