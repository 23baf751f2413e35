import re
from html.parser import HTMLParser

import pytest

import chainrule as cr
from chainrule.checking.findings import Curve
from chainrule.checking.plot import columns, plot


@pytest.fixture(scope="module")
def checks():
    return [
        cr.check("log(1 + exp(x))", x=(-1000, 1000)),
        cr.check("x/(x - y)", x=(0.1, 1), y=(0.1, 1)),
        cr.check("sin(x)/x", x=(1e-10, 1e10)),
    ]


def test_no_line_is_longer_than_a_terminal(checks):
    for check in checks:
        assert max(len(line) for line in str(check).splitlines()) <= 80
        assert not any(line.endswith(" ") for line in str(check).splitlines())


def test_color_only_repeats_what_the_words_say(checks):
    for check in checks:
        assert re.sub(r"\x1b\[\d+m", "", check.to_text(color=True)) == str(check)


def test_the_text_names_formula_place_and_numbers(checks):
    softplus, quotient, good = map(str, checks)
    assert "overflow in exp(x)" in softplus
    assert "first at x = 709.782712893384" in softplus
    assert "division by zero in x/(x - y)" in quotient
    assert "nothing found" in good
    assert "overflow, division by zero" in good


def test_a_column_shows_the_greatest_error_in_its_part():
    x = tuple(i / 100 for i in range(101))
    curve = Curve("float64", x, tuple(64.0 if 0.5 <= each < 0.51 else 16.0 * (each < 0.25) for each in x))
    found = columns(curve, 4)
    assert found == [16.0, 0.0, 64.0, 0.0]
    lines = plot(curve)
    assert {len(line) for line in lines if "─" in line} == {70}
    assert lines[0].count("█") == 1
    assert lines[3].count("█") == 17  # 16 of 64 bits are one row of four


def test_a_wide_range_has_a_logarithmic_axis():
    curve = Curve("float32", tuple(10.0**k for k in range(-10, 11)), (0.0,) * 10 + (32.0,) + (0.0,) * 10)
    assert columns(curve, 21)[10] == 32.0
    assert plot(curve)[-1].split() == ["1e-10", "1", "1e+10"]


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_needs_nothing_else(checks):
    for check in checks:
        tags = Tags(check.to_html())
        assert not tags.open
        assert not any(name in ("src", "href") for _, attrs in tags.seen for name in attrs)
        assert check._repr_html_() in check.to_html()
    assert sum(tag == "svg" for tag, _ in Tags(checks[0].to_html()).seen) == 2


def test_markup_in_names_is_escaped():
    page = cr.check("where(x < 1, x, 2)", x=(0, 2)).to_html()
    assert "where(x &lt; 1, x, 2)" in page
