"""Tracing: a plain NumPy function becomes a graph.

``traced.py`` runs the function. ``tracer.py`` is the stand-in for an array, ``array.py`` its behavior, and
``recording.py`` makes a node of each operation on it. ``operators.py``, ``ufuncs.py``, ``numpy_functions``,
``methods.py``, ``indexing.py`` and ``flat.py`` say what Python's operators and NumPy's functions, methods and brackets
are made of. ``origin.py`` finds names, scopes and lines; ``arguments.py`` selects the arguments of a derivative.
"""

from chainrule.tracing.traced import Traced, replay, trace, trace_leaves
from chainrule.tracing.tracer import Tracer

__all__ = ["Traced", "Tracer", "replay", "trace", "trace_leaves"]
