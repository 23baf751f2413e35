"""Options as they stand on the line and in the help."""

from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from chainrule.cli.options import option

app = typer.Typer()


@app.command()
def show(
    count: Annotated[int | None, option("N", "A count.", "many")] = None,
    share: Annotated[float, option("NUMBER", "A share.")] = 0.5,
    name: Annotated[str, option("NAME", "A name.")] = "x",
) -> None:
    print(repr((count, share, name)))


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ([], (None, 0.5, "x")),
        (["--count", "-3", "--share", "1e-2", "--name", "7"], (-3, 0.01, "7")),
    ],
)
def test_values(words, values):
    assert CliRunner().invoke(app, words).stdout == f"{values!r}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--count", "x"], "Invalid value for '--count': 'x' is not a whole number, such as 20"),
        (["--count", "1.5"], "Invalid value for '--count': '1.5' is not a whole number, such as 20"),
        (["--share", "half"], "Invalid value for '--share': 'half' is not a number, such as 0.1"),
    ],
)
def test_what_is_no_number_is_said(words, message):
    with pytest.raises(typer.BadParameter) as raised:
        app(words, standalone_mode=False)
    assert raised.value.format_message() == message


def test_the_help_shows_what_an_option_takes():
    text = CliRunner().invoke(app, ["--help"]).stdout
    assert all(part in text for part in ("N", "NUMBER", "NAME", "many", "0.5"))
