"""Running a graph: ``interpret.py`` says what every primitive means, in NumPy; ``llvm`` makes machine code."""

__all__: list[str] = []
