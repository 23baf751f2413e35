"""``chainrule explain``."""

import json

import pytest

CIRCUIT = ("explain", "(x+y)*z", "x=-2", "y=5", "z=-4")


def test_the_first_circuit_of_the_lecture_as_json(chainrule):
    ended = chainrule(*CIRCUIT, "--json")
    document = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert document["value"] == -12
    assert document["gradients"] == {"x": -4, "y": -4, "z": 3}


def test_the_text_shows_value_and_gradients_without_color_when_piped(chainrule):
    ended = chainrule(*CIRCUIT)
    assert ended.out.startswith("(x+y)*z = -12\n")
    assert ended.out.split()[-2:] == ["∂f/∂z", "3"]
    assert "\x1b" not in ended.out


def test_a_formula_may_begin_with_a_minus(chainrule):
    assert json.loads(chainrule("explain", "-x**2", "x=3", "--json").out)["gradients"] == {"x": -6}
    assert json.loads(chainrule("explain", "--json", "-x+y", "x=-3", "y=-1").out)["value"] == 2


def test_lists_are_arrays(chainrule):
    document = json.loads(chainrule("explain", "sum(w*x)", "w=[1,2]", "x=[3, 4]", "--json").out)
    assert (document["value"], document["gradients"]) == (11, {"w": [3, 4], "x": [1, 2]})


def test_expand_shows_the_gates_inside(chainrule):
    one, gates = (chainrule("explain", "sigmoid(x)", "x=1", *more).out for more in ((), ("--expand",)))
    assert len(gates.splitlines()) > len(one.splitlines())


def test_a_variable_may_be_called_as_an_option_of_ours(chainrule):
    words = ("explain", "expand*sigmoid(html)/f_or_formula", "html=0", "expand=3", "f_or_formula=2")
    for option in ((), ("--expand",)):
        document = json.loads(chainrule(*words, "--json", *option).out)
        assert document["gradients"] == {"expand": 0.25, "html": 0.375, "f_or_formula": -0.375}


def test_values_that_are_not_finite_are_shown(chainrule):
    assert json.loads(chainrule("explain", "1/x", "x=0", "--json").out)["value"] == "inf"


def test_page_and_drawing_are_written(chainrule, tmp_path):
    ended = chainrule(*CIRCUIT, "--html", "page.html", "--svg", tmp_path / "circuit.svg")
    assert ended.err == f"Wrote page.html\nWrote {tmp_path / 'circuit.svg'}\n"
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "circuit.svg").read_text(encoding="utf-8").startswith("<svg ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["(x+y)*z", "x=-2", "y=5"], "z in the formula has no value; add z=1"),
        (["x", "x=1", "w=2"], "the formula has no variable w"),
        (["x", "x=one"], "'x=one' gives no number"),
        (
            ["x*2", "x=[1,2]"],
            "only one number has a gradient, and x*2 is an array of shape [2]; write sum(x*2) or mean(x*2)",
        ),
        (["x>2", "x=1"], "x>2 is true or false and has no gradient; for a number write where(x>2, 1, 0)"),
        (
            ["sum(x)", "x=[[1],[2,3]]"],
            "a variable of a formula is a number or an array, but the lists in [[1], [2, 3]] have different lengths; "
            "write rows of equal length, such as [[1, 2], [3, 4]]",
        ),
        (["x", "x=1", "--svg", "a", "--html", "./a"], "--html and --svg are the same file, a; give each its own name"),
        (["x", "x=1", "--svg", "nowhere/x.svg"], "nowhere/x.svg cannot be written: there is no folder 'nowhere'"),
        (["x", "x=1", "--html", "."], ". is a folder"),
    ],
)
def test_bad_input_is_one_sentence(sentence, words, message):
    assert sentence("explain", *words).startswith(message)


def test_advice_for_formulas_can_be_followed(chainrule):
    assert json.loads(chainrule("explain", "mean(x*2)", "x=[1,3]", "--json").out)["value"] == 4
    assert json.loads(chainrule("explain", "where(x>2, 1, 0)", "x=3", "--json").out)["value"] == 1


@pytest.mark.parametrize("formula", ["x + * y", "__import__('os')", "", "2x", "(" * 1000])
def test_a_broken_formula_is_marked(chainrule, formula):
    ended = chainrule("explain", formula, "x=1", "y=2")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("chainrule: ")
    assert ended.err.rstrip().endswith("^")
