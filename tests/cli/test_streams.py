"""Color and signs."""

import io

import pytest

from chainrule.cli.streams import has_color, write_anywhere


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("variables", "color"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_color_is_for_terminals_that_want_it(monkeypatch, variables, color):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert has_color(Terminal()) is color
    assert not has_color(io.StringIO())


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("ascii", b"df/dx <= 3 * v1^2 ? 5^-3 alpha"),
        ("latin-1", b"df/dx <= 3 \xd7 v1\xb2 ? 5^-\xb3 alpha"),
        ("utf-8", "∂f/∂x ≤ 3 × v₁² 中 5⁻³ α".encode()),
    ],
)
def test_signs_that_an_encoding_lacks_are_plain(encoding, written):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    write_anywhere(stream, io.StringIO())
    stream.write("∂f/∂x ≤ 3 × v₁² 中 5⁻³ α")
    stream.flush()
    assert raw.getvalue() == written
