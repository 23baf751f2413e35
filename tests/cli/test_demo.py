"""``chainrule demo``: in seconds, to 97 percent, with a page that is complete in itself."""

import re
import time
from html.parser import HTMLParser

import pytest

import chainrule as cr

VOID = {"meta", "rect", "line", "br", "path", "circle"}


class Balanced(HTMLParser):
    """Fails on a tag that is closed and was not opened, or the other way round."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The output of the demo, its folder, and how long it took."""
    from contextlib import redirect_stdout
    from io import StringIO

    from chainrule.cli import main

    out = StringIO()
    folder = tmp_path_factory.mktemp("work") / "new" / "demo"
    started = time.perf_counter()
    with redirect_stdout(out):
        assert main(["demo", "--out", str(folder)]) == 0
    return out.getvalue(), folder, time.perf_counter() - started


def test_it_takes_less_than_30_seconds(demo):
    assert demo[2] < 30


def test_it_reads_at_least_97_percent(demo):
    share = re.search(r"held out: ([\d.]+)% right", demo[0])
    assert float(share[1]) >= 97


def test_it_shows_circuit_errors_and_what_to_try(demo):
    text, folder, _ = demo
    assert "(x+y)*z = -12" in text
    assert re.search(r"\d read as \d", text)
    assert "█" in text
    assert str(folder / "report.html") in text
    assert text.count("\n  chainrule ") >= 3
    assert "\x1b" not in text


def test_it_leaves_a_model(demo):
    assert cr.load(demo[1] / "digits.chainrule").evaluation.accuracy >= 0.97


def test_the_page_is_complete_in_itself(demo):
    page = (demo[1] / "report.html").read_text(encoding="utf-8")
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert not re.search(r"<script|<link|<img|@import|url\(|src=", page)
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert "prefers-color-scheme: dark" in page


def test_the_page_shows_everything(demo):
    page = (demo[1] / "report.html").read_text(encoding="utf-8")
    model = cr.load(demo[1] / "digits.chainrule")
    assert page.count("<h2>") == 5
    assert page.count('class="curves"') == 2
    assert page.count('class="product"') == model.network.n_layers
    assert f"{model.evaluation.accuracy:.1%}" in page
    wrong = model.evaluation.n - model.evaluation.n_right
    assert len(re.findall(r"<figcaption>an? \d, read as \d", page)) == min(wrong, 18) + 1


def test_a_file_in_the_way_is_one_sentence(sentence, tmp_path):
    (tmp_path / "file").touch()
    assert sentence("demo", "--out", "file") == "file is a file; name a folder with --out"
