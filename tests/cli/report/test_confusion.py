"""The confusion matrix as a table."""

import re

import numpy as np

from chainrule.cli.report.confusion import confusion_table, digit_figure
from chainrule.cli.report.story import Digit
from chainrule.network.evaluation import ClassEvaluation


def test_each_cell_has_its_count_and_its_kind():
    table = confusion_table(ClassEvaluation.of([0, 0, 1], [0, 1, 1], ("<a>", "b"), 0.1))
    cells = re.findall(r'<td class="(\w+)"[^>]*>(\d+|·)</td>', table)
    assert cells == [("right", "1"), ("wrong", "1"), ("none", "·"), ("right", "1")]
    assert table.count("&lt;a&gt;") == 2
    assert "<a>" not in table


def test_an_eight_has_its_own_article():
    assert "<figcaption>an 8, read as 3<br>" in digit_figure(Digit(np.zeros((8, 8)), 8, 3, 0.5))
    assert "<figcaption>a 3, read as 8<br>" in digit_figure(Digit(np.zeros((8, 8)), 3, 8, 0.5))
