"""Learning: optimizers, and the history of a run."""
