"""``chainrule logic``."""

import json

import pytest


def test_a_function_that_one_neuron_computes(chainrule):
    ended = chainrule("logic", "AND")
    assert (ended.code, ended.err) == (0, "")
    assert "one neuron computes it" in ended.out
    assert "(1, 1) -> 1  z = 0.8" in ended.out


def test_xor_has_a_contradiction_and_two_layers(chainrule):
    lines = chainrule("logic", "XOR").out.splitlines()
    assert "together: w1 + w2 > 1 and w1 + w2 <= 0.5" in lines
    assert lines[-5:] == [
        "x1  x2  h1  h2  y",
        " 0   0   0   0  0",
        " 0   1   1   0  1",
        " 1   0   1   0  1",
        " 1   1   1   1  0",
    ]


def test_outputs_stand_for_the_name(chainrule):
    assert chainrule("logic", "0110").out.splitlines()[1:] == chainrule("logic", "XOR").out.splitlines()[1:]


def test_what_two_layers_compute_is_the_function(chainrule):
    document = json.loads(chainrule("logic", "XOR3", "--json").out)
    assert document["outputs"] == [0, 1, 1, 0, 1, 0, 0, 1]
    assert (document["separable"], document["weights"]) == (False, None)
    assert len(document["two_layers"]["hidden"]) == 3


def test_a_neuron_as_json(chainrule):
    document = json.loads(chainrule("logic", "OR", "--json").out)
    assert (document["weights"], document["bias"], document["threshold"]) == ([1.0, 1.0], 0.0, 0.5)
    assert (document["contradiction"], document["two_layers"]) == (None, None)


def test_the_convention_can_be_chosen(chainrule):
    assert "w1 >= 0.5" in chainrule("logic", "XOR", "--inclusive").out


def test_a_large_table_is_not_printed(chainrule):
    assert len(chainrule("logic", "XOR8").out.splitlines()) < 40


@pytest.mark.parametrize("function", ["MAGIC", "011", "", "2"])
def test_what_is_no_function_is_one_sentence(sentence, function):
    sentence("logic", function)


def test_one_input_is_no_tuple(chainrule):
    assert chainrule("logic", "NOT").out.splitlines()[-2:] == ["(0) -> 1  z = 1", "(1) -> 0  z = 0"]
