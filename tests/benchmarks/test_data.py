"""The data: the same for all, and something to learn in them."""

import subprocess
import sys

import numpy as np
import pytest

from chainrule.benchmarks.cases import GROUPS, find_case
from chainrule.benchmarks.data import parameters, prepared, read, write

SMALL = ["training/xor", "training/digits", "training/tabular", "inference/mnist-like-32", "gradients/two-layer"]
DIGEST = """
import hashlib, sys
from chainrule.benchmarks.cases import find_case
from chainrule.benchmarks.data import prepared
arrays = prepared(find_case(sys.argv[1]))
print(hashlib.sha256(b"".join(name.encode() + array.tobytes() for name, array in arrays.items())).hexdigest())
"""


@pytest.mark.parametrize("name", SMALL)
def test_data_are_read_as_they_were_made(name, tmp_path):
    write(find_case(name), tmp_path / "data.npz")
    first, again = read(tmp_path / "data.npz"), prepared(find_case(name))
    assert list(first) == list(again)
    for key, array in first.items():
        assert array.dtype == again[key].dtype
        np.testing.assert_array_equal(array, again[key])


def test_two_processes_make_the_same_data():
    command = [sys.executable, "-c", DIGEST, "training/tabular"]
    digests = [subprocess.run(command, capture_output=True, check=True).stdout for _ in range(2)]
    assert digests[0] == digests[1]


@pytest.mark.parametrize("name", GROUPS["training"].cases)
def test_samples_and_parameters_fit_the_network(name):
    case = GROUPS["training"].cases[name]
    arrays = prepared(case)
    assert arrays["X"].shape == (case.rows, case.net.widths[0])
    assert len(arrays["y"]) == case.rows
    for layer in range(1, case.net.n_layers + 1):
        assert arrays[f"W{layer}"].shape == case.net.widths[layer - 1 : layer + 1][::-1]
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert {array.dtype.name for array in arrays.values()} <= {"float32", "int64"}


def test_a_linear_model_learns_the_random_targets():
    from sklearn.linear_model import LinearRegression

    arrays = prepared(find_case("training/tabular"))
    assert LinearRegression().fit(arrays["X"], arrays["y"]).score(arrays["X"], arrays["y"]) > 0.999


def test_cold_and_warm_start_train_the_digits_of_the_training_case():
    start, training = prepared(find_case("start/digits-empty")), prepared(find_case("training/digits"))
    assert all(np.array_equal(start[name], training[name]) for name in training)


def test_weights_keep_the_size_of_activations():
    net = find_case("training/wide").net
    assert np.std(parameters(net)["W2"]) == pytest.approx(np.sqrt(2 / 2048), rel=0.01)
