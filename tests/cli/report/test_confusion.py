"""The confusion matrix as a table."""

import re

from chainrule.cli.report.confusion import confusion_table
from chainrule.network.evaluation import ClassEvaluation


def test_each_cell_has_its_count_and_its_kind():
    table = confusion_table(ClassEvaluation.of([0, 0, 1], [0, 1, 1], ("<a>", "b"), 0.1))
    cells = re.findall(r'<td class="(\w+)"[^>]*>(\d+|·)</td>', table)
    assert cells == [("right", "1"), ("wrong", "1"), ("none", "·"), ("right", "1")]
    assert table.count("&lt;a&gt;") == 2
    assert "<a>" not in table
