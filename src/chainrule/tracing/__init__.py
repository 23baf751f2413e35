"""Tracing: a plain NumPy function becomes a graph.

``traced.py`` runs the function; ``tracer.py`` is the stand-in for an array, ``array.py`` its behavior;
``ufuncs.py``, ``numpy_functions.py``, ``methods.py`` and ``indexing.py`` say what NumPy's functions, methods and
brackets are made of;
``origin.py`` finds names, scopes and lines; ``arguments.py`` selects the arguments that a derivative is taken by.
"""

from chainrule.tracing.traced import Traced, replay, trace, trace_leaves
from chainrule.tracing.tracer import Tracer

__all__ = ["Traced", "Tracer", "replay", "trace", "trace_leaves"]
