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

__all__ = [
    "KIND",
    "described",
    "history_of",
    "network_header",
    "read_architecture",
    "read_model",
    "save_network",
]

KIND = "network"

Path = str | os.PathLike[str]


def save_network(
    path: Path, architecture: Architecture, seed: int, history: History, params: Mapping[str, Any]
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


def read_model(path: Path, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return arrays and header of a file of this kind.

    Raises:
        ModelFileError: it is damaged or of another kind.
    """
    arrays, header = weights.read(path)
    if header.get("kind") != kind:
        raise ModelFileError(
            f"{os.fspath(path)} holds a {header.get('kind')} and not a {kind}; chainrule.load reads both"
        )
    return arrays, header


@contextlib.contextmanager
def described(path: Path, kind: str) -> Iterator[None]:
    """While something is made of a header: what is missing in it or does not fit makes the file a damaged one."""
    try:
        yield
    except ModelFileError:
        raise
    except KeyError as error:
        raise ModelFileError(f"{os.fspath(path)} does not describe a {kind}: it has no {error}") from error
    except (AttributeError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise ModelFileError(f"{os.fspath(path)} does not describe a {kind}: {error}") from error


def read_architecture(path: Path, header: Mapping[str, Any], arrays: Mapping[str, Any]) -> Architecture:
    """Return the architecture that a header tells, checked against the arrays.

    Raises:
        ModelFileError: the header does not tell one, or the arrays are not its parameters.
    """
    with described(path, KIND):
        widths = tuple(header["widths"])
        if 2 * (len(widths) - 1) != len(arrays):  # before as many names are made
            raise InputError(f"{len(widths)} widths and {len(arrays)} arrays do not fit each other")
        architecture = Architecture(widths, header["activation"], header["output"])
        _require_parameters(architecture, arrays)
    return architecture


def history_of(header: Mapping[str, Any]) -> History:
    """Return the training history in a header.

    Raises:
        InputError: it is damaged.
    """
    return History.from_dict(header["history"])


def _require_parameters(architecture: Architecture, arrays: Mapping[str, Any]) -> None:
    shapes = {name: np.shape(array) for name, array in arrays.items()}
    if shapes != architecture.parameter_shapes():
        raise InputError(f"the arrays do not have the shapes that widths {list(architecture.widths)} want")
    dtypes = {array.dtype.name for array in arrays.values()}
    if dtypes not in ({"float32"}, {"float64"}):
        raise InputError(f"the parameters are {', '.join(sorted(dtypes))} and must be all float32 or all float64")
