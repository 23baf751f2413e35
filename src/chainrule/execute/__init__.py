"""Running a graph: ``interpret.py`` says what every primitive means, in NumPy."""
