"""Value and gradient, one file per competitor: ``call(case, arrays, threads)`` gives a function without arguments.

Parameters and data are in the competitor's own arrays already, and the result may stay in them, ready for the next
step of an optimizer; ``flat`` makes it comparable.
"""

__all__: list[str] = []
