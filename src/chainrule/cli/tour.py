"""What ``chainrule demo`` shows: a backward pass gate by gate, and a network that learns to read digits."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from chainrule.cli import art
from chainrule.cli.digits import SIDE, read_digits, split_digits, tell
from chainrule.cli.output import emphasized, write_text
from chainrule.cli.report import Digit, page
from chainrule.cli.streams import has_color
from chainrule.errors import InputError
from chainrule.explanation import explain
from chainrule.network import TableModel

__all__ = ["tour"]

_FORMULA, _VALUES = "(x+y)*z", {"x": -2.0, "y": 5.0, "z": -4.0}
_MOST_CONFUSED = 5


def tour(out: Path) -> None:
    """Show both in the terminal, and write the report and the trained model into a folder.

    Raises:
        InputError: the folder cannot be made or written to.
    """
    _make_folder(out)
    print(_heading("1. Two gates, forward and backward: the lecture's first circuit"))
    explanation = explain(_FORMULA, expand=False, **_VALUES)
    print(explanation.to_text(color=has_color(sys.stdout)))

    print(_heading("2. The same rule in a network: learning to read handwritten digits"))
    learn, aside = split_digits()
    print(f"{len(learn):,} digits of {SIDE} x {SIDE} pixels to learn from, {len(aside)} held out", flush=True)
    model = TableModel.train(learn, held_out=aside)
    print(f"held out: {emphasized(str(model.evaluation).partition(', loss')[0])}")

    print(_heading("3. Where it errs"))
    digits = read_digits(model, aside)
    story = tell(model, len(learn), digits, _FORMULA, explanation.to_svg())
    print(_confused(story.evaluation.confused), "", *_gallery(story.misread), sep="\n")

    print(_heading("4. Look closer"))
    model.save(out / "digits.chainrule")
    write_text(out / "report.html", page(story))
    print(_farewell(out))


def _heading(text: str) -> str:
    return f"\n{emphasized(text)}\n"


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise InputError(f"{path} is a file; name a folder with --out") from None
    except OSError as error:
        raise InputError(f"the folder {path} cannot be made: {error.strerror or error}") from None


def _confused(confused: Sequence[tuple[object, object, int]]) -> str:
    if not confused:
        return "nowhere: all of the digits that were held out were read right"
    pairs = [f"{own} read as {other}{'' if count == 1 else f' ({count} times)'}" for own, other, count in confused]
    more = len(pairs) - _MOST_CONFUSED
    return ", ".join(pairs[:_MOST_CONFUSED]) + (f", and {more} more" if more > 0 else "")


def _gallery(digits: Sequence[Digit]) -> list[str]:
    """As many digits as there is room for, side by side."""
    blocks = [_block(digit) for digit in digits]
    room = shutil.get_terminal_size().columns
    return art.side_by_side(blocks[: max(1, (room + art.GAP) // (art.WIDTH + art.GAP))])


def _block(digit: Digit) -> list[str]:
    image = art.with_color(digit.image) if has_color(sys.stdout) else art.without_color(digit.image)
    return [*image, f"{digit.truth} read as {digit.taken_for}".ljust(art.WIDTH)]


def _farewell(out: Path) -> str:
    model = out / "digits.chainrule"
    return "\n".join(
        [
            f"The report: {emphasized(str((out / 'report.html').resolve()))}",
            "",
            "Try next:",
            '  chainrule explain "1/(1+exp(-(w0*x0+w1*x1+w2)))" w0=2 x0=-1 w1=-3 x1=-2 w2=-3',
            f"  chainrule evaluate {model} digits",
            "  chainrule train wine",
            "  chainrule logic XOR",
        ]
    )
