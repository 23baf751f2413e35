"""What losses ask of their arguments, and how they make one number of a sample's outputs."""

import numpy as np

from chainrule.errors import InputError, ShapeError
from chainrule.functions.protocol import Array, as_numbers

__all__ = ["alike", "mean_over_outputs", "require_number"]


def alike(name: str, **arguments: Array) -> tuple[Array, Array]:
    """Return what a network says and its target as arrays of numbers of one shape.

    Args:
        name: of the loss, for messages.
        arguments: both, by the names that the loss gives them.

    Raises:
        ShapeError: the shapes differ.
        InputTypeError: an argument is no number, such as a text.

    Example:
        >>> alike("squared_error", prediction=[1.0], target=[2])
        (array([1.]), array([2]))
    """
    (first, values), (_, target) = ((key, as_numbers(value, name)) for key, value in arguments.items())
    if values.shape != target.shape:
        raise ShapeError(
            f"{name}: {first} has shape {values.shape} and the target has shape {target.shape}, but every output needs "
            f"its own target and nothing is broadcast. {_remedy(first, values.shape, target.shape)}"
        )
    return values, target


def mean_over_outputs(loss: Array) -> Array:
    """Return the mean over all axes but the first: one number per sample.

    Example:
        >>> mean_over_outputs(np.array([[1.0, 3.0], [0.0, 0.0]]))
        array([2., 0.])
    """
    return loss if loss.ndim <= 1 else np.mean(loss, axis=tuple(range(1, loss.ndim)))


def require_number(name: str, setting: str, value: float, words: str, fits: bool) -> None:
    """Complain of a setting of a loss that does not fit.

    Raises:
        InputError: it does not.
    """
    if not fits:
        raise InputError(f"{name}: {setting}={value!r}, but it must be {words}")


def _remedy(first: str, shape: tuple[int, ...], target_shape: tuple[int, ...]) -> str:
    """What to write instead: the shapes often differ by an axis of length 1 only."""
    without_ones = [[length for length in lengths if length != 1] for lengths in (shape, target_shape)]
    if without_ones[0] == without_ones[1]:
        return f"Write target.reshape({first}.shape)."
    return "Give one row per sample and one column per output in both."
