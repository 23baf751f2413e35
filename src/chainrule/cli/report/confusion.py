"""The confusion matrix and the misread digits."""

from collections.abc import Sequence
from html import escape

from chainrule.cli.report.heat import heat
from chainrule.cli.report.story import Digit, with_article
from chainrule.network.evaluation import ClassEvaluation

__all__ = ["confusion_table", "digit_figure", "gallery"]


def confusion_table(evaluation: ClassEvaluation) -> str:
    """Return the confusion matrix as a table: a row for each true class, a column for what it was taken for."""
    labels = [escape(str(label)) for label in evaluation.classes]
    heads = "".join(f'<th scope="col">{label}</th>' for label in labels)
    rows = [
        f'<tr><th scope="row">{label}</th>{"".join(_cell(i, j, row) for j in range(len(row)))}</tr>'
        for i, (label, row) in enumerate(zip(labels, evaluation.confusion, strict=True))
    ]
    corner = '<td class="corner" aria-hidden="true">is \\ read as</td>'
    return f'<table class="confusion"><thead><tr>{corner}{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _cell(i: int, j: int, row: Sequence[int]) -> str:
    count = row[j]
    if not count:
        return '<td class="none">·</td>'
    kind = "right" if i == j else "wrong"
    return f'<td class="{kind}" style="--share:{count / sum(row):.3f}">{count}</td>'


def gallery(digits: Sequence[Digit]) -> str:
    """Return the digits side by side."""
    return f'<div class="gallery">{"".join(map(digit_figure, digits))}</div>'


def digit_figure(digit: Digit) -> str:
    """Return one digit with what it is and what it was taken for."""
    said = f"{with_article(digit.truth)}, read as {digit.taken_for}"
    caption = f"{said}<br><small>{digit.probability:.0%} sure</small>"
    return f"<figure>{heat(digit.image, said, most=1.0, css='ink')}<figcaption>{caption}</figcaption></figure>"
