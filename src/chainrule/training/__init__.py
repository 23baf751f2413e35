"""Learning: optimizers, and the history of a run."""

__all__: list[str] = []
