"""The demo's network: trained on handwritten digits, and what it makes of those that were held out."""

from chainrule.cli.report.story import Digit, Story
from chainrule.data import Table, held_out_split, read_table
from chainrule.network import TableModel
from chainrule.network.evaluation import ClassEvaluation
from chainrule.network.passes import passes

__all__ = ["SIDE", "read_digits", "split_digits", "tell"]

SIDE = 8  # pixels of an image

_INK = 16.0  # the darkest value of a pixel
_MOST_MISREAD = 18  # digits in the gallery


def split_digits() -> tuple[Table, Table]:
    """Return the digits to learn from and those to hold out."""
    digits = read_table("digits")
    learn, aside = held_out_split(len(digits), stratify=digits.column("target").labels)
    return digits.take(learn), digits.take(aside)


def read_digits(model: TableModel, table: Table) -> list[Digit]:
    """Return each digit of a table with what the model takes it for; the one with the greatest loss first."""
    images = table.features(model.feature_names).reshape(-1, SIDE, SIDE) / _INK
    probabilities = model.probabilities(table)
    truths = model.task.encode(table.column(model.target))
    hardest_first = probabilities[range(len(table)), truths].argsort(kind="stable")
    labels = model.task.classes
    return [
        Digit(images[row], labels[truths[row]], labels[probabilities[row].argmax()], float(probabilities[row].max()))
        for row in hardest_first
    ]


def tell(model: TableModel, n_trained: int, digits: list[Digit], formula: str, circuit: str) -> Story:
    """Return what the page of the demo shows; ``digits`` are those held out, hardest first."""
    evaluation = model.evaluation
    assert isinstance(evaluation, ClassEvaluation), "digits are classes"
    hardest = digits[0]
    x = model.features.transform(hardest.image.reshape(1, -1) * _INK)[0]
    misread = [digit for digit in digits if digit.truth != digit.taken_for]
    *hidden, last = model.network.widths[1:]
    layers = (
        f"{SIDE * SIDE} inputs, {len(hidden)} hidden layers of {' and '.join(map(str, hidden))} units, {last} outputs"
    )
    return Story(
        formula=formula,
        circuit=circuit,
        n_trained=n_trained,
        network=layers,
        history=model.history,
        evaluation=evaluation,
        misread=misread[:_MOST_MISREAD],
        digit=hardest,
        passes=passes(model.network, x, model.task.classes.index(hardest.truth)),
    )
