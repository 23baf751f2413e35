"""Tracing: a plain NumPy function becomes a graph.

``trace.py`` runs the function; ``tracer.py`` is the stand-in for arrays; ``ufuncs.py``, ``numpy_functions.py``,
``methods.py`` and
``indexing.py`` say what NumPy's functions, methods and brackets are made of; ``origin.py`` finds names, scopes and
lines.
"""

from chainrule.tracing.trace import Traced, replay, trace, trace_leaves
from chainrule.tracing.tracer import Tracer

__all__ = ["Traced", "Tracer", "replay", "trace", "trace_leaves"]
