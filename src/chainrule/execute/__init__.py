"""Running a graph: ``interpret.py`` says what every primitive means, in NumPy."""

__all__: list[str] = []
