"""The page: complete in itself, with the drawing and every step in words."""

import html
import re
from html.parser import HTMLParser

import numpy as np

import chainrule as cr
from chainrule.explanation.notation import typographic
from lecture import product, sigmoid_circuit

EMPTY = {"meta"}  # elements without an end


class Outline(HTMLParser):
    """The elements of a page; every one that begins must end."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self.found.append(tag)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: object) -> None:
        self.found.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed() -> None:
    outline = Outline(sigmoid_circuit().to_html())
    assert outline.open == []
    assert [outline.found.count(tag) for tag in ("html", "main", "h1", "svg", "table")] == [1, 1, 1, 1, 3]


def test_every_step_is_told() -> None:
    explanation = sigmoid_circuit()
    page = explanation.to_html()
    for step in explanation.steps:
        assert html.escape(typographic(step.sentence)) in page


def test_it_needs_no_network_and_no_script() -> None:
    page = product().to_html()
    assert re.findall(r"(?:src|href)=|@import|url\(|<script", page) == []
    assert 'name="viewport"' in page
    assert "prefers-color-scheme: dark" in page


def test_a_notebook_shows_the_same_without_the_frame() -> None:
    fragment = product()._repr_html_()
    assert Outline(fragment).open == []
    assert fragment in product().to_html()
    assert "<html" not in fragment


def test_styles_stay_inside() -> None:
    sheets = re.findall(r"<style>(.*?)</style>", product()._repr_html_(), re.DOTALL)
    rules = [line for sheet in sheets for line in sheet.splitlines() if "{" in line and not line.startswith("@")]
    assert len(rules) > 20
    assert all(line.startswith((".cr ", ".cr-circuit ")) for line in rules)


def test_an_input_without_gradient() -> None:
    page = cr.explain(lambda x, i: x[i] * 2, np.array([1.0, 2.0]), np.int64(0)).to_html()
    assert '<td class="number gradient">·</td>' in page


def test_without_steps_there_are_no_tables() -> None:
    assert "<table" not in cr.explain("1+2").to_html()
