"""The command line: one file per command, each of which calls one library function.

``app.py`` lists the commands, ``streams.py`` and ``output.py`` write what they say, ``report/`` draws the page of the
demo. Here is what holds for all of them: how a command ends.
"""

import sys
from collections.abc import Sequence
from typing import Any

from chainrule.errors import ChainruleError, DivergenceError

__all__ = ["main"]

_FAILED, _BAD_INPUT, _INTERRUPTED = 1, 2, 130
_DEBUG = "--debug"  # may stand anywhere on the line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    0: done. 1: the run failed, such as a training that diverged. 2: bad input. 130: interrupted. What went wrong is one
    sentence on the standard error, and a traceback only with ``--debug``.

    Args:
        arguments: what stands behind ``chainrule``; None: what the shell gave.
    """
    from chainrule.cli.app import app
    from chainrule.cli.streams import write_anywhere

    given = list(sys.argv[1:] if arguments is None else arguments)
    write_anywhere(sys.stdout, sys.stderr)
    try:
        return app([word for word in given if word != _DEBUG] or ["--help"], "chainrule", standalone_mode=False) or 0
    except SystemExit:  # nobody reads the output any more
        return _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:
        if _DEBUG in given:
            raise
        print(f"chainrule: {_sentence(error)}", file=sys.stderr)
        return _BAD_INPUT if _is_bad_input(error) else _FAILED


def _is_bad_input(error: Exception) -> bool:
    return _is_usage(error) or (isinstance(error, ChainruleError) and not isinstance(error, DivergenceError))


def _is_usage(error: Exception) -> bool:
    """Whether Typer could not make sense of the line; its exceptions have no public name."""
    return hasattr(error, "format_message")


def _sentence(error: Any) -> str:
    if isinstance(error, ChainruleError):
        return str(error)
    if _is_usage(error):
        message = error.format_message().rstrip(".")
        return f"{message[:1].lower()}{message[1:]}; see {error.ctx.command_path} --help"
    if isinstance(error, MemoryError):
        return f"the memory is not enough: {error}"
    return f"{type(error).__name__}: {error} (this is a mistake in chainrule; {_DEBUG} shows where)"
