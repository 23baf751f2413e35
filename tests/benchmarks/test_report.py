"""Tables, pictures and pages, from figures that are given."""

import json
from xml.etree import ElementTree

import pytest

from chainrule.benchmarks.agreement import disagreements
from chainrule.benchmarks.competitors import of_group
from chainrule.benchmarks.machine import this_machine
from chainrule.benchmarks.measure import Entry, Row
from chainrule.benchmarks.plot import plot
from chainrule.benchmarks.report import BEGIN, END, Report, filled
from chainrule.benchmarks.table import as_markdown, as_text, grid, rate_of_products
from chainrule.errors import InputError

MISSING = Entry(note="not installed: pip install jax")


def losses(first, last):
    return {"loss after 5 steps": first, "loss after an epoch": last}


@pytest.fixture
def training():
    """chainrule and NumPy; all others are missing."""
    entries = dict.fromkeys(of_group("training"), MISSING)
    entries |= {"chainrule": Entry(0.001, 2, losses(2.0, 0.8)), "numpy": Entry(0.0054321, 1, losses(2.0001, 0.9))}
    return Row("training/digits", entries)


@pytest.fixture
def product():
    return Row("machine/product", {"numpy": Entry(0.1, 2)})


def test_a_case_is_a_row_and_a_competitor_a_column(training):
    heads, cells = grid("training", [training])
    assert heads[:4] == ["case, ms", "chainrule", "NumPy by hand", "JAX"]
    assert cells[:4] == ["digits", "1.00 (2t)", "5.43 (5.4x, 1t)", "-"]


def test_the_share_of_the_peak_is_that_of_the_products(training, product):
    peak = rate_of_products([product, training])
    assert peak == pytest.approx(2 * 2048**3 / 0.1)
    operations = (3 * (64 * 128 + 128 * 64 + 64 * 10) - 64 * 128) * 2 * 1797
    heads, cells = grid("training", [training], peak)
    assert (heads[-1], cells[-1]) == ("share of peak", f"{operations / 0.001 / peak:.0%}")


def test_text_is_aligned_and_markdown_has_as_many_bars(training):
    table = grid("training", [training])
    first, second = as_text(table).splitlines()
    assert first.index("chainrule") + len("chainrule") == second.index("(2t)") + len("(2t)")
    assert {line.count("|") for line in as_markdown(table).splitlines()} == {len(table[0]) + 1}


def test_a_report_names_who_is_missing_once_for_each(training):
    report = Report(this_machine(), (training,))
    assert str(report).count("JAX: not installed: pip install jax") == 1
    assert "All competitors computed the same" in str(report)
    assert "digits" in str(report)


def test_another_loss_is_said(training):
    assert disagreements(training) == []
    training.entries["chainrule"].results["loss after 5 steps"] = 2.5
    sentences = disagreements(training)
    assert any(sentence.startswith("training/digits: chainrule: loss after 5 steps is 2.5") for sentence in sentences)
    assert sentences[0] in Report(this_machine(), (training,)).remarks


@pytest.mark.parametrize("number", [float("nan"), 1.0])
def test_an_error_that_is_large_or_not_a_number_is_said(number):
    row = Row("gradients/rosenbrock", {"chainrule": Entry(1.0, 1, {"error": number})})
    assert len(disagreements(row)) == 1


def test_json_has_the_figures(training):
    document = json.loads(json.dumps(Report(this_machine(), (training,)).to_dict()))
    assert document["cases"]["training/digits"]["competitors"]["numpy"]["seconds"] == 0.0054321
    assert document["machine"]["versions"]["Python"]


def test_a_picture_has_a_mark_for_each_ratio_at_its_place(training):
    svg = ElementTree.fromstring(plot("training", [training]))
    marks = [path for path in svg.iter("{http://www.w3.org/2000/svg}path") if path.get("class") == "numpy"]
    assert len(marks) == 2  # one in the legend
    assert [title.text for title in marks[1]] == ["NumPy by hand 5.43"]
    x = float(marks[1].get("transform").removeprefix("translate(").split()[0])
    lines = [line for line in svg.iter("{http://www.w3.org/2000/svg}line") if line.get("class") == "one"]
    assert float(lines[0].get("x1")) < x


def test_a_picture_without_any_time_is_still_one():
    row = Row("training/digits", dict.fromkeys(of_group("training"), MISSING))
    assert ElementTree.fromstring(plot("training", [row])).tag.endswith("svg")


def test_the_tables_stand_between_the_markers_whatever_stood_there(training, product):
    report = Report(this_machine(), (product, training))
    once = filled(f"# Page\n\n{BEGIN}\nold\n{END}\n\nend\n", report.to_markdown())
    assert once.startswith("# Page\n")
    assert once.endswith("\n\nend\n")
    assert "old" not in once
    assert "| digits | 1.00 (2t) |" in once
    assert filled(once, report.to_markdown()) == once
    assert list(report.pictures()) == ["training.svg"]
    assert "(training.svg)" in once


@pytest.mark.parametrize("page", ["", BEGIN, END])
def test_a_page_without_markers_is_an_error(page):
    with pytest.raises(InputError, match="no place for the tables"):
        filled(page, "tables")
