"""The command line in this process: what it prints and how it ends."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from chainrule.cli import main


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def chainrule(capsys, tmp_path, monkeypatch) -> Callable[..., Ended]:
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Ended:
        code = main([str(word) for word in words])
        return Ended(code, *capsys.readouterr())

    return run


@pytest.fixture
def sentence(chainrule) -> Callable[..., str]:
    """Run a command that must end with exit code 2, and one sentence and nothing else; return the sentence."""

    def run(*words: object) -> str:
        ended = chainrule(*words)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("chainrule: ")
        assert ended.err.count("\n") == 1
        assert "Traceback" not in ended.err
        return ended.err.removeprefix("chainrule: ").rstrip("\n")

    return run
