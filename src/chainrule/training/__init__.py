"""Learning: what is minimized, by which steps, in which loop; optimizers, and the history of a run."""

__all__: list[str] = []
