"""The tables of cases and competitors."""

from importlib import import_module
from importlib.util import find_spec

import pytest

from chainrule.benchmarks.cases import GROUPS, Net, find_case, selected
from chainrule.benchmarks.competitors import COMPETITORS, Competitor, of_group
from chainrule.benchmarks.gradients.formulas import FORMULAS


@pytest.mark.parametrize("group", ["training", "inference", "gradients"])
def test_every_competitor_of_a_group_has_its_file(group):
    for name in of_group(group):
        assert find_spec(f"chainrule.benchmarks.{group}.{COMPETITORS[name].module}")


def test_every_file_of_a_group_makes_what_its_group_says():
    made = {"training": "trainer", "inference": "predictor", "gradients": "call"}
    for group, function in made.items():
        for name in of_group(group):
            module = import_module(f"chainrule.benchmarks.{group}.{COMPETITORS[name].module}")
            assert callable(getattr(module, function))


def test_every_gradient_case_has_a_formula():
    assert {case.formula for case in GROUPS["gradients"].cases.values()} == set(FORMULAS)


def test_selected_are_all_or_those_named_in_the_order_of_the_tables():
    everything = selected()
    assert len(everything) == sum(len(group.cases) for group in GROUPS.values())
    assert selected(("inference/digits-1", "training/xor")) == ["training/xor", "inference/digits-1"]
    assert selected(("nonsense",)) == []


def test_operations_of_a_step_are_those_of_its_products():
    net = Net((5, 7, 3))
    forward = 2 * (5 * 7 + 7 * 3)
    backward = 2 * (7 * 3 + 7 * 3) + 2 * 5 * 7  # weights and inputs of layer 2, weights of layer 1
    assert (net.products, net.training_products) == (forward, forward + backward)


def test_a_case_says_what_it_is():
    assert str(find_case("training/digits")) == "64-128-64-10 relu, batch 32, adam, 1,797 rows"
    assert str(find_case("training/deep")) == "64-32x64-10 tanh, batch 64, sgd, 1,797 rows"
    assert str(find_case("inference/digits-1")) == "64-128-64-10 relu, 1 row"


def test_a_missing_package_is_a_line_with_the_command_that_installs_it():
    absent = Competitor("Absent", "absent", (), ("no_such_package",), "pip install absent")
    assert absent.missing == "not installed: pip install absent"


def test_a_missing_program_is_a_line():
    absent = Competitor("Absent", "absent", (), programs=("no-such-compiler",))
    assert absent.missing == "no compiler: one of no-such-compiler must be on the path"


def test_what_chainrule_depends_on_is_never_missing():
    assert not any(COMPETITORS[name].missing for name in ("chainrule", "numpy", "scikit-learn"))
