"""Training, one file per competitor: ``trainer(case, arrays, threads)`` gives what trains one epoch after another."""

__all__: list[str] = []
