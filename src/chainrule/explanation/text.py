"""The explanation for a terminal: aligned columns; color only repeats what the position says."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from chainrule.explanation.accuracy import Accuracy
from chainrule.explanation.notation import UNSET, array_text, bound, columns, short
from chainrule.explanation.results import Input, Results
from chainrule.explanation.steps import BackwardStep, ForwardStep, SeedStep, Step, SumStep

__all__ = ["text"]

_CODES = {"value": "32", "gradient": "31", "heading": "1", "faint": "2", "loss": "1;33"}  # ANSI colors, bold, faint
_FORWARD = ("gate", "", "", "value", "right bits")
_BACKWARD = ("gate", "to", "upstream", "local", "", "downstream", "right bits", "")
_INPUTS = ("input", "value", "", "gradient", "right bits")
_NUMBERS = {"value", "upstream", "downstream", "gradient"}  # columns that are aligned to the right


class _Cell(NamedTuple):
    text: str
    style: str = ""
    right: bool = False


def text(results: Results, steps: Sequence[Step], *, color: bool = False) -> str:
    """Return the formula, the forward table, the backward table and the gradients.

    Args:
        results: of the run.
        steps: of the run.
        color: write values green and gradients red, with ANSI codes.
    """
    forward = [_forward_row(step) for step in steps if isinstance(step, ForwardStep)]
    backward = [row for step in steps for row in _backward_rows(step)]
    inputs = [_input_row(results.name, each) for each in results.inputs]
    title = [_Cell(results.title, "heading"), _Cell("="), _Cell(array_text(results.value), "value")]
    tables = [
        _table("forward", _FORWARD, forward, color),
        _table("backward: upstream × local = downstream", _BACKWARD, backward, color),
        _table("inputs and gradients", _INPUTS, inputs, color),
    ]
    return "\n\n".join([" ".join(_painted(cell, color) for cell in title), *filter(None, tables)])


# --- rows ---------------------------------------------------------------------------------------------------

_Row = list[_Cell]


def _forward_row(step: ForwardStep) -> _Row:
    named = _Cell(f"{step.name} = {step.formula}")
    return [_Cell(step.symbol), named, _Cell(step.numbers), _value(step.value), _right(step.accuracy)]


def _backward_rows(step: Step) -> Iterator[_Row]:
    if isinstance(step, SeedStep):
        yield [_Cell(""), _Cell(step.name), *[_Cell("")] * 3, _gradient(step.upstream), _Cell("")]
    elif isinstance(step, SumStep):
        first, *more = (UNSET if part is None else short(part) for part in step.parts)
        parts = " + ".join([first, *map(bound, more)])
        total, pattern = _gradient(step.total), _Cell(step.pattern, "faint")
        yield [_Cell("copy"), _Cell(step.name), _Cell(""), _Cell(parts), _Cell(""), total, _Cell(""), pattern]
    elif isinstance(step, BackwardStep):
        yield from _flow_rows(step)


def _flow_rows(step: BackwardStep) -> Iterator[_Row]:
    for i, flow in enumerate(step.flows):
        digits = "" if flow.local is None else short(flow.local)
        yield [
            _Cell("" if i else step.symbol),
            _Cell(flow.name),
            _gradient(step.upstream),
            _Cell("" if flow.formula == digits else flow.formula),
            _Cell(digits, "", right=True),
            _gradient(flow.downstream),
            _right(flow.accuracy),
            _Cell("" if i else step.pattern, "faint"),
        ]


def _input_row(result: str, given: Input) -> _Row:
    named = _Cell(f"∂{result}/∂{given.name}")
    return [_Cell(given.name), _value(given.value), named, _gradient(given.gradient), _right(given.accuracy)]


def _value(value: Any) -> _Cell:
    return _Cell(short(value), "value", right=True)


def _gradient(gradient: Any) -> _Cell:
    return _Cell(UNSET if gradient is None else short(gradient), "gradient", right=True)


def _right(accuracy: Accuracy | None) -> _Cell:
    return _Cell("") if accuracy is None else _Cell(str(accuracy), "loss" if accuracy.is_loss else "")


# --- columns ------------------------------------------------------------------------------------------------


def _table(title: str, heads: Sequence[str], rows: Sequence[_Row], color: bool) -> str:
    """The rows under a title, each column as wide as its widest cell; "" without rows."""
    if not rows:
        return ""
    empty = [i for i, name in enumerate(heads) if name == "right bits" and not any(row[i].text for row in rows)]
    heads = [name for i, name in enumerate(heads) if i not in empty]
    rows = [[cell for i, cell in enumerate(row) if i not in empty] for row in rows]
    count = len(heads)
    head = [_Cell(each, "faint", each in _NUMBERS) for each in heads]
    full = [[*row, *[_Cell("")] * (count - len(row))] for row in (head, *rows)]
    widths = [max(columns(row[i].text) for row in full) for i in range(count)]
    lines = ["  ".join(_padded(cell, n, color) for cell, n in zip(row, widths, strict=True)) for row in full]
    return "\n".join([_painted(_Cell(title, "heading"), color), *(f"  {line}".rstrip() for line in lines)])


def _padded(cell: _Cell, width: int, color: bool) -> str:
    space = " " * (width - columns(cell.text))
    return space + _painted(cell, color) if cell.right else _painted(cell, color) + space


def _painted(cell: _Cell, color: bool) -> str:
    return f"\x1b[{_CODES[cell.style]}m{cell.text}\x1b[0m" if color and cell.style and cell.text else cell.text
