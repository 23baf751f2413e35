"""The referee: a graph in interval arithmetic of any precision, so that its true value can be told from its errors.

::

    graph, arguments ──> evaluate     every node as intervals, with more bits until they are narrow ──> truths
                            │
                            ├─ arrays         sums, shares, order, products, elimination
                            ├─ functions      exp, sin, erf ... of intervals, by the bounds that mpmath computes
                            ├─ logic          yes, no, or not decided with so many bits
                            └─ interval       two bounds with + - * /

Arguments and constants are exact: the truth is that of the numbers that the graph holds, not of those that somebody may
have meant. Nothing here overflows, underflows or cancels; what the last precision leaves undecided says so.
"""

from chainrule.execute.referee.bits import bits_of_error
from chainrule.execute.referee.evaluate import Truth, truths

__all__ = ["Truth", "bits_of_error", "truths"]
