"""One digit on its way through the network and back."""

from collections.abc import Iterator
from html import escape
from typing import Any

import numpy as np

from chainrule.cli.report.heat import heat, product, wrapped
from chainrule.cli.report.story import Digit
from chainrule.network.passes import Passes

__all__ = ["backward", "forward", "probabilities", "sizes"]

_COLUMNS = 32  # units of a layer that stand in one row


def forward(passes: Passes) -> str:
    """Return the activations of the hidden layers, one strip each."""
    rows = [
        _strip(f"a<sup>({layer})</sup>", f"{a.size} units, {np.count_nonzero(a)} of them not 0", a)
        for layer, a in passes.layers.a.items()
        if 0 < layer < max(passes.layers.a)
    ]
    return "".join(rows)


def probabilities(passes: Passes, classes: tuple[Any, ...], digit: Digit) -> str:
    """Return the probability of each class as a bar."""
    outputs = passes.layers.a[max(passes.layers.a)]
    rows = [_bar(str(label), float(p), _role(label, digit)) for label, p in zip(classes, outputs, strict=True)]
    return f'<table class="bars"><tbody>{"".join(rows)}</tbody></table>'


def _role(label: Any, digit: Digit) -> str:
    return "right" if label == digit.truth else "wrong" if label == digit.taken_for else ""


def _bar(label: str, probability: float, role: str) -> str:
    bar = f'<span class="bar {role}" style="width:{100 * probability:.2f}%"></span>'
    note = {"right": "what it is", "wrong": "what was read"}.get(role, "")
    return (
        f'<tr><th scope="row">{escape(label)}</th><td class="track">{bar}</td>'
        f'<td class="number">{probability:.1%}</td><td class="note">{note}</td></tr>'
    )


def backward(passes: Passes) -> str:
    """Return, from the last layer to the first, the gradient by the weights as the product that it is."""
    return "".join(_layer(passes, layer) for layer in sorted(passes.layers.z, reverse=True))


def _layer(passes: Passes, layer: int) -> str:
    delta, given = passes.delta(layer), passes.layers.a[layer - 1]
    drawing = product(delta, given, f"gradient by the weights of layer {layer}, and its two factors")
    rows, columns = passes.gradients.W[layer].shape
    caption = (
        f"∂E/∂W<sup>({layer})</sup>, {rows} × {columns}; at the left δ<sup>({layer})</sup>, "
        f"above it a<sup>({layer - 1})</sup>"
    )
    return f"<figure>{drawing}<figcaption>{caption}</figcaption></figure>"


def _strip(title: str, note: str, values: Any) -> str:
    drawing = heat(wrapped(values, min(_COLUMNS, values.size)), f"{values.size} activations", css="ink")
    return f'<div class="strip"><p>{title} <small>{note}</small></p>{drawing}</div>'


def sizes(passes: Passes) -> Iterator[tuple[str, str, str, str]]:
    """Yield for each parameter its name, shape, root mean square and greatest entry of the gradient."""
    for name, gradient in passes.gradients.items():
        shape = " × ".join(map(str, gradient.shape))
        yield (
            f"{name[0]}<sup>({name[1:]})</sup>",
            shape,
            f"{np.sqrt(np.mean(np.square(gradient))):.2g}",
            f"{np.abs(gradient).max():.2g}",
        )
