"""Training steps as machine code: phases, the loop over batches, what Python sees of it."""

__all__: list[str] = []
