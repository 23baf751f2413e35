"""The source files, for the tests that look at all of them."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src"
FILES = sorted(SOURCES.rglob("*.py"))


def module_name(file: Path) -> str:
    """``src/chainrule/graph/ops.py`` -> ``chainrule.graph.ops``."""
    return ".".join(file.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__")
