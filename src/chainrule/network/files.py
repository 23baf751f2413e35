"""Networks as files: the parameters as arrays, everything else in the header."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from chainrule.errors import InputError, ModelFileError
from chainrule.export import weights
from chainrule.layers.dense import Architecture
from chainrule.training.history import History

Arrays = Mapping[str, Any]

__all__ = ["KIND", "described", "network_header", "read_architecture", "read_model", "save_network"]

KIND = "network"


def save_network(
    path: str | os.PathLike[str], architecture: Architecture, seed: int, history: History, params: Mapping[str, Any]
) -> None:
    """Write a network to one file."""
    weights.write(path, dict(params), network_header(architecture, seed, history))


def network_header(architecture: Architecture, seed: int, history: History) -> dict[str, Any]:
    """All of a network but its arrays, as JSON."""
    return {
        "kind": KIND,
        "widths": list(architecture.widths),
        "activation": architecture.activation,
        "output": architecture.output,
        "seed": seed,
        "history": history.to_dict(),
    }


def read_model(path: str | os.PathLike[str], kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return arrays and header of a file of this kind.

    Raises:
        ModelFileError: it is damaged or of another kind.
    """
    arrays, header = weights.read(path)
    if header.get("kind") != kind:
        raise ModelFileError(f"{os.fspath(path)} holds {header.get('kind')!r} where a {kind!r} is wanted")
    return arrays, header


@contextlib.contextmanager
def described(path: str | os.PathLike[str], kind: str) -> Iterator[None]:
    """Read a header inside of this: whatever is missing or wrong in it becomes a ModelFileError."""
    try:
        yield
    except ModelFileError:
        raise
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise ModelFileError(f"{os.fspath(path)}: the header does not describe a {kind}: {reason}") from error


def read_architecture(header: Mapping[str, Any], arrays: Mapping[str, Any]) -> Architecture:
    """Return the architecture that a header tells, checked against the arrays.

    Raises:
        InputError: it tells none, or one that the arrays do not fit.
    """
    architecture = Architecture(tuple(header["widths"]), header["activation"], header["output"])
    shapes = {name: np.shape(array) for name, array in arrays.items()}
    if shapes != architecture.parameter_shapes() or len({array.dtype for array in arrays.values()}) != 1:
        raise InputError(f"the arrays do not fit widths {list(architecture.widths)}")
    return architecture
