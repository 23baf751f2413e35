"""``chainrule check``."""

import json

import pytest

SOFTPLUS = ("check", "log(1+exp(x))", "x=-1000:1000")


def test_the_text_shows_plots_and_findings_without_color_when_piped(chainrule):
    ended = chainrule(*SOFTPLUS)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("log(1+exp(x)), x from -1000 to 1000\n")
    assert ended.out.count("overflow in exp(x)") == 2
    assert ended.out.count("bits └") == 2
    assert "\x1b" not in ended.out


def test_json_is_one_document(chainrule):
    document = json.loads(chainrule(*SOFTPLUS, "--json", "--dtype", "float64").out)
    assert document["title"] == "log(1+exp(x))"
    assert {finding["dtype"] for finding in document["findings"]} == {"float64"}
    assert document["variable"] == "x"
    assert len(document["curves"][0]["x"]) == document["inputs"]


def test_options(chainrule, tmp_path):
    ended = chainrule("check", "1/(x-y)", "x=0:1", "y=0.5", "--dtype", "float16", "--bits", "3", "--html", "page.html")
    assert (ended.code, ended.err) == (0, "Wrote page.html\n")
    assert "float16: breaks" in ended.out
    assert "division by zero" in (tmp_path / "page.html").read_text(encoding="utf-8")
    both = chainrule("check", "-x", "x=1", "--dtype", "float16", "--dtype", "float64").out
    assert "float16: nothing found" in both
    assert "float64: nothing found" in both


def test_arrays_and_variables_of_any_name(chainrule):
    found = json.loads(chainrule("check", "sum(bits)/dtypes", "bits=[0,0]:[1,2]", "dtypes=1:2", "--json").out)
    assert found["ok"] is True
    assert found["ranges"] == {"bits": [[0, 0], [1, 2]], "dtypes": [1, 2]}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x+y", "x=0:1"], "y in the formula has no value; add y=-1:1"),
        (["x", "x=a:b"], "'x=a:b' gives no range; write x=-1:1, or x=2 to fix it"),
        (["x", "x=1:0"], "the range of x is empty"),
        (["x", "x=0:1", "--dtype", "int8"], "check knows float16, float32 and float64, not 'int8'"),
        (["x", "x=0:1", "--bits", "few"], "invalid value for '--bits': 'few' is not a number, such as 0.1"),
        (["x", "x=0:1", "--html", "nowhere/x.html"], "nowhere/x.html cannot be written: there is no folder 'nowhere'"),
        (["x>1", "x=0:1"], "check looks at real numbers, and the function returned bool"),
    ],
)
def test_bad_input_is_one_sentence(sentence, words, message):
    assert sentence("check", *words).startswith(message)
