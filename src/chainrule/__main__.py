"""``python -m chainrule``: the command line."""

import sys

from chainrule.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
