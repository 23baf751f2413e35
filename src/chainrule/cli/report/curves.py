"""Learning curves as SVG: one figure over the epochs, of the training rows and of those held out."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from chainrule.errors import InputError

__all__ = ["Axis", "curves", "linear_axis", "log_axis"]

_WIDTH, _HEIGHT = 480, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 14, 14, 40


@dataclass(frozen=True)
class Axis:
    """Where numbers stand from 0 (bottom) to 1 (top), and which of them are written beside the lines.

    Attributes:
        place: number -> 0 to 1.
        ticks: numbers with their texts.
    """

    place: Callable[[float], float]
    ticks: Sequence[tuple[float, str]]


def log_axis(numbers: Sequence[float]) -> Axis:
    """Return a logarithmic axis around positive numbers, with the powers of ten written.

    Raises:
        InputError: a number is not positive.

    Example:
        >>> axis = log_axis([0.03, 1.1])
        >>> axis.place(0.02), axis.place(2.0), [text for _, text in axis.ticks]
        (0.0, 1.0, ['0.1', '1'])
    """
    if min(numbers) <= 0:
        raise InputError("a logarithmic axis takes positive numbers")
    round_numbers = [digit * 10.0**power for power in range(-308, 308) for digit in (1, 2, 5)]
    low = max(number for number in round_numbers if number <= min(numbers))
    high = min(number for number in round_numbers if number > max(numbers))
    powers = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    decades = math.log10(high / low)
    return Axis(
        lambda number: math.log10(number / low) / decades, [(10.0**power, f"{10.0**power:g}") for power in powers]
    )


def linear_axis(low: float, high: float, step: float, text: Callable[[float], str]) -> Axis:
    """Return an axis from low to high with a tick at each step."""
    count = round((high - low) / step)
    ticks = [low + step * number for number in range(count + 1)]
    return Axis(lambda number: (number - low) / (high - low), [(tick, text(tick)) for tick in ticks])


def curves(title: str, lines: Mapping[str, Sequence[float]], axis: Axis) -> str:
    """Return the drawing.

    Args:
        title: what the figure is.
        lines: by CSS class, one number for each epoch.
        axis: of the numbers.
    """
    n_epochs = max(map(len, lines.values()))
    return "\n".join(
        [
            f'<svg class="curves" role="img" aria-label="{escape(title)}" viewBox="0 0 {_WIDTH} {_HEIGHT}">',
            *(_tick(axis, number, text) for number, text in axis.ticks),
            *(_epoch_tick(epoch, n_epochs) for epoch in _epoch_ticks(n_epochs)),
            *(_line(css, numbers, axis, n_epochs) for css, numbers in lines.items()),
            "</svg>",
        ]
    )


def _x(epoch: int, n_epochs: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (epoch - 1) / max(1, n_epochs - 1)


def _y(axis: Axis, number: float) -> float:
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - axis.place(number))


def _tick(axis: Axis, number: float, text: str) -> str:
    y = _y(axis, number)
    line = f'<line class="rule" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return f'{line}<text class="end" x="{_LEFT - 8}" y="{y + 5:.1f}">{escape(text)}</text>'


def _epoch_ticks(n_epochs: int) -> list[int]:
    """The first and the last epoch, and round numbers between."""
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, n_epochs) if n_epochs / size <= 6)
    between = [epoch for epoch in range(step, n_epochs, step) if 1 < epoch <= n_epochs - 0.6 * step]
    return sorted({1, *between, n_epochs})


def _epoch_tick(epoch: int, n_epochs: int) -> str:
    text = f"epoch {epoch}" if epoch == n_epochs else str(epoch)
    place = "end" if epoch == n_epochs > 1 else "middle"
    return f'<text class="{place}" x="{_x(epoch, n_epochs):.1f}" y="{_HEIGHT - 12}">{text}</text>'


def _line(css: str, numbers: Sequence[float], axis: Axis, n_epochs: int) -> str:
    points = [f"{_x(epoch, n_epochs):.1f} {_y(axis, number):.1f}" for epoch, number in enumerate(numbers, start=1)]
    return f'<path class="line {css}" d="M{"L".join(points)}"/>'
