"""Graph to graph: ``differentiate.py`` with its table ``derivatives.py``, and ``expand.py``."""

__all__: list[str] = []
