"""The shape of the sources: no import cycle, leaves that stay leaves, files and functions of a size that can be read.

The ladder of imports is a contract in pyproject.toml, which ``make lint`` checks.
"""

import ast
import re
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from sources import FILES, ROOT, module_name

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 50  # without its docstring

LEAVES = {  # package -> all that it may import beside the standard library and itself
    "chainrule.errors": set(),
    "chainrule.functions": {"chainrule.errors", "numpy"},
    "chainrule.trees": set(),
}

Imports = dict[str, set[str]]


@pytest.fixture(scope="module")
def imports() -> Imports:
    """Module -> what it imports, also inside of functions; of other packages only the first part of the name."""
    grimp = pytest.importorskip("grimp", reason="comes with import-linter, in the extra 'dev'")
    graph = grimp.build_graph("chainrule", include_external_packages=True, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_the_ladder_is_drawn_as_it_is_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rungs = [re.sub(r"[()]", "", layer) for layer in layers]
    lines = [re.sub(r"[()]", "", line).strip().partition("  ")[0] for line in page.splitlines()]
    assert [line for line in lines if line in rungs] == rungs


def test_no_import_cycle(imports: Imports) -> None:
    TopologicalSorter(imports).prepare()  # CycleError names the modules


@pytest.mark.parametrize("leaf", LEAVES)
def test_leaf_imports_only_what_it_may(leaf: str, imports: Imports) -> None:
    inside = {module for module in imports if f"{module}.".startswith(f"{leaf}.")}
    imported = set().union(*(imports[module] for module in inside))
    assert imported - inside - sys.stdlib_module_names <= LEAVES[leaf]


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_file_and_its_functions_are_short(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    where = file.relative_to(ROOT)
    lines = len(text.splitlines())
    assert lines <= LINES_OF_A_FILE, f"{where} has {lines} lines, more than {LINES_OF_A_FILE}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = lines_of(node) - (lines_of(node.body[0]) if ast.get_docstring(node) else 0)
            assert lines <= LINES_OF_A_FUNCTION, f"{where}:{node.lineno} {node.name} has {lines} lines"


def lines_of(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
