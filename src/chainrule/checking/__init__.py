"""Where a function breaks in floating-point arithmetic.

::

    ranges ──> samples ──> runs: floats beside the truth ──> blame: the node at fault, what went wrong there
        │                                                      └──> search: the edges of where it does ──┐
        └──> bounds: what cannot happen anywhere ────────────────────────────────────────────────────────┴──> Check
"""

from chainrule.checking.checks import check, checked
from chainrule.checking.findings import Finding
from chainrule.checking.result import Check

__all__ = ["Check", "Finding", "check", "checked"]
