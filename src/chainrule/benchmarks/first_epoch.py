"""A process that trains one epoch, says so, and ends: its start is what is timed.

It is started with the name of the case, of the competitor, the number of threads, and the file of the data.
"""

import sys
from importlib import import_module
from pathlib import Path

from chainrule.benchmarks.cases import find_case
from chainrule.benchmarks.competitors import COMPETITORS
from chainrule.benchmarks.data import read

__all__ = ["main"]


def main(name: str, competitor: str, threads: str, data: str) -> None:
    """Train an epoch."""
    module = import_module(f"chainrule.benchmarks.training.{COMPETITORS[competitor].module}")
    module.trainer(find_case(name).training, read(Path(data)), int(threads)).epochs(1)
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
