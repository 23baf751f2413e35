"""``chainrule bench``: files, and sentences for what cannot be measured or written."""

import json

import pytest

from chainrule.benchmarks.report import BEGIN, END


def test_a_case_is_measured_and_written(chainrule, tmp_path):
    (tmp_path / "page.md").write_text(f"{BEGIN}\n{END}\n")
    ended = chainrule("bench", "--quick", "--only", "gradients/rosenbrock", "--json", "a.json", "--page", "page.md")
    assert ended.code == 0
    assert "rosenbrock" in ended.out
    assert ended.err == "gradients/rosenbrock ...\n"
    assert list(json.loads((tmp_path / "a.json").read_text())["cases"]) == ["gradients/rosenbrock"]
    assert "| rosenbrock |" in (tmp_path / "page.md").read_text()
    assert (tmp_path / "gradients.svg").read_text().startswith("<svg")


def test_an_unknown_name_is_one_sentence(sentence):
    assert sentence("bench", "--only", "speed").startswith("there is no benchmark 'speed'")


@pytest.mark.parametrize("option", ["--json", "--page"])
def test_what_cannot_be_written_is_said_before_the_work(sentence, option):
    assert "there is no folder" in sentence("bench", "--quick", option, "nowhere/file")


def test_a_page_that_is_missing_or_has_no_markers_is_said_before_the_work(sentence, tmp_path):
    assert "page.md" in sentence("bench", "--quick", "--page", "page.md")
    (tmp_path / "page.md").write_text("# Benchmarks\n")
    assert "no place for the tables" in sentence("bench", "--quick", "--page", "page.md")
