"""Every example runs: the code blocks of the Markdown pages and the examples of the docstrings, warnings being errors.

The blocks of one page run from top to bottom in one temporary folder and share their Python names. The language of a
block says what happens to it:

    python    runs; as a doctest if it starts with ``>>>``
    console   ``$ chainrule ...`` runs, and what follows is compared with what it prints; the targets of ``$ make ...``
              must exist; other commands are only shown
    text      is only shown

In expected output ``...`` stands for anything, and the amount of white space does not count.
"""

import ast
import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from sources import FILES, ROOT, SOURCES, module_name

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "benchmarks" / "README.md"]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FENCE = re.compile(r"^( *)```(\S*)[^\n]*\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
SCRIPT = "import sys; sys.argv[0] = 'chainrule'; from chainrule.cli import main; sys.exit(main())"
CHAINRULE = [sys.executable, "-W", "error", "-c", SCRIPT]
MAKE = ["make", "--directory", str(ROOT), "--dry-run"]


@dataclass(frozen=True)
class Block:
    """A piece of code with the file and the line that it stands on."""

    language: str
    text: str
    file: Path
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        indent, language, code = match.groups()
        code = "".join(line.removeprefix(indent) for line in code.splitlines(keepends=True))
        yield Block(language, code, page, text.count("\n", 0, match.start()) + 2)


def run_python(block: Block, names: dict[str, Any]) -> None:
    if block.text.startswith(">>>"):
        run_doctest(block, names)
    else:
        padding = "\n" * (block.line - 1)  # so that a traceback shows the line of the page
        exec(compile(padding + block.text, block.file, "exec", dont_inherit=True), names)


def run_doctest(block: Block, names: dict[str, Any]) -> None:
    test = doctest.DocTestParser().get_doctest(block.text, {}, block.file.name, str(block.file), block.line - 1)
    test.globs = names
    report: list[str] = []
    doctest.DocTestRunner(verbose=False, optionflags=FLAGS).run(test, out=report.append, clear_globs=False)
    assert not report, "".join(report)


def run_console(block: Block, names: dict[str, Any]) -> None:
    del names
    for part in block.text.replace("\\\n", " ").split("\n$ "):
        command, _, expected = part.removeprefix("$ ").partition("\n")
        program, *arguments = shlex.split(command, comments=True)
        if program == "chainrule":
            check_output(command, expected, run([*CHAINRULE, *arguments], block))
        elif program == "make":
            run([*MAKE, *arguments], block)


def run(command: list[str], block: Block) -> str:
    environment = {**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONUTF8": "1", "COLUMNS": "100"}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
    assert done.returncode == 0, f"{block.file}:{block.line}: {shlex.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def check_output(command: str, expected: str, output: str) -> None:
    if expected.strip():
        same = doctest.OutputChecker().check_output(expected, output, FLAGS)
        assert same, f"{command}\nshould print\n{expected}\nbut prints\n{output}"


def show_only(block: Block, names: dict[str, Any]) -> None:
    del block, names


RUNNERS = {"python": run_python, "console": run_console, "text": show_only}


def examples() -> Iterator[Block]:
    """The docstrings with examples, read from the sources, since doctest's own finder overlooks decorated functions."""
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                text = ast.get_docstring(node)
                if text and ">>>" in text:
                    yield Block("python", text, file, node.body[0].lineno)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_blocks_of_a_page_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        where = f"{page}:{block.line - 1}"
        assert block.language in RUNNERS, f"{where}: '{block.language}' is none of {', '.join(RUNNERS)}"
        RUNNERS[block.language](block, names)


@pytest.mark.parametrize("block", [*examples()], ids=lambda block: f"{module_name(block.file)}:{block.line}")
def test_examples_of_a_docstring_run(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module(module_name(block.file))
    monkeypatch.chdir(tmp_path)
    run_doctest(block, dict(vars(module)))
