"""Functions of rows as machine code: each row of the results follows from its own row of the samples."""

__all__: list[str] = []
