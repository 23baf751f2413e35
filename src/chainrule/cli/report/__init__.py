"""The page of the demo: data in, one self-contained HTML text out.

``story.py`` says what the page is about, ``page.py`` puts it together; ``curves.py``, ``confusion.py``, ``heat.py`` and
``sample.py`` draw one thing each. Nothing here trains, differentiates or reads files.
"""

from chainrule.cli.report.page import page
from chainrule.cli.report.story import Digit, Story

__all__ = ["Digit", "Story", "page"]
