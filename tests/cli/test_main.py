"""How commands end, whatever the command."""

import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

import chainrule as cr
from chainrule.cli import app, main

LOADED = """
import sys
from chainrule.cli import main
main(["--help"])
print(*(name for name in ("numpy", "scipy", "sklearn", "click", "safetensors") if name in sys.modules), file=sys.stderr)
"""


def run(*words, **environment):
    """Run ``python -m chainrule`` in a process of its own."""
    command = [sys.executable, "-W", "error", "-m", "chainrule", *words]
    return subprocess.run(command, capture_output=True, env={**os.environ, **environment}, check=False, timeout=60)


def test_version(chainrule):
    assert chainrule("--version") == (0, f"chainrule {cr.__version__}\n", "")


@pytest.mark.parametrize("words", [(), ("--help",)])
def test_help_lists_the_commands(chainrule, words):
    ended = chainrule(*words)
    assert (ended.code, ended.err) == (0, "")
    assert all(name in ended.out for name in ("demo", "explain", "train", "predict", "evaluate", "logic", "bench"))


@pytest.mark.parametrize("command", ["demo", "explain", "check", "train", "predict", "evaluate", "logic", "bench"])
def test_each_command_has_help(chainrule, command):
    ended = chainrule(command, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert f"Usage: chainrule {command}" in ended.out


def test_help_loads_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stderr == "\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing"], "no such command 'nothing'; see chainrule --help"),
        (["train"], "missing argument 'DATA'; see chainrule train --help"),
        (["train", "iris", "--magic"], "no such option: --magic; see chainrule train --help"),
        (
            ["train", "iris", "--epochs", "x"],
            "invalid value for '--epochs': 'x' is not a whole number, such as 20; see chainrule train --help",
        ),
        (["train", "iris", "--seed", "1.5"], "invalid value for '--seed': '1.5' is not a whole number"),
        (["train", "iris", "--held-out", "a"], "invalid value for '--held-out': 'a' is not a number, such as 0.1"),
        (["--magic"], "no such option: --magic; see chainrule --help"),
    ],
)
def test_a_line_that_makes_no_sense_is_one_sentence(sentence, words, message):
    assert sentence(*words).startswith(message)


def fail(monkeypatch, error):
    def explain(*args, **kwargs):
        raise error

    monkeypatch.setattr(cr, "explain", explain)


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (cr.errors.InputError("this is bad"), 2, "this is bad"),
        (cr.errors.DivergenceError("it diverged"), 1, "it diverged"),
        (MemoryError("9 GiB"), 1, "the memory is not enough: 9 GiB"),
        (ZeroDivisionError("oh"), 1, "ZeroDivisionError: oh (this is a mistake in chainrule; --debug shows where)"),
    ],
)
def test_errors_are_a_sentence_and_an_exit_code(chainrule, monkeypatch, error, code, message):
    fail(monkeypatch, error)
    assert chainrule("explain", "x", "x=1") == (code, "", f"chainrule: {message}\n")


@pytest.mark.parametrize("words", [["--debug", "explain", "x", "x=1"], ["explain", "x", "x=1", "--debug"]])
def test_debug_shows_the_traceback(chainrule, monkeypatch, words):
    fail(monkeypatch, cr.errors.InputError("this is bad"))
    with pytest.raises(cr.errors.InputError):
        chainrule(*words)


def test_an_interrupt_is_quiet(chainrule, monkeypatch):
    fail(monkeypatch, KeyboardInterrupt())
    assert chainrule("explain", "x", "x=1") == (130, "", "")


def test_an_interrupt_by_signal_is_quiet(tmp_path):
    command = [sys.executable, "-m", "chainrule", "train", "iris", "--epochs", "1000000", "--out", tmp_path / "model"]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a job in the background is born deaf to it
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=heard)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"iris: 150 rows")
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    try:
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, err) == (130, b"")
    assert not (tmp_path / "model").exists()


def test_python_m_chainrule_runs_the_same():
    done = run("explain", "x*y", "x=2", "y=3")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith("x*y = 6")


def test_without_utf_8_signs_are_plain():
    done = run("explain", "x*y", "x=2", "y=3", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"f = x * y" in done.stdout
    assert b"df/dy" in done.stdout


def test_a_pipe_that_is_closed_is_quiet():
    script = f"{sys.executable} -m chainrule explain 'x*y' x=2 y=3 | true"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
    assert done.stderr == b""


def test_main_reads_the_arguments_of_the_process(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["chainrule", "--version"])
    assert main() == 0
    assert capsys.readouterr().out == f"chainrule {cr.__version__}\n"


def test_every_command_is_listed_in_the_app():
    names = [command.callback.__name__ for command in app.app.registered_commands]
    assert names == ["demo", "explain", "check", "train", "predict", "evaluate", "logic", "bench"]
