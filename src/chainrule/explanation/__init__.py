"""The glass box: one run of a formula or function with every value and every gradient, gate by gate.

::

    graph ──> circuit ──> record ──┬──> steps ──────────────────> text (terminal), html (page)
              what a      all      │    with sentences                              ^
              reader sees numbers  └──> scene, placed by layout ──> svg ────────────┘

``circuit.py`` makes gates and wires (``gates.py``), ``record.py`` runs them, ``steps.py`` tells what happened, and thin
painters show it. What things are called and how numbers are written is in ``names.py``, ``symbols.py``,
``local_gradients.py``, ``sentences.py`` and ``notation.py``.
"""

from chainrule.explanation.explanation import Explanation, explain

__all__ = ["Explanation", "explain"]
