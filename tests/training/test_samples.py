"""X and y as users give them: what is taken, what is refused, and what the messages say."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
import scipy.sparse

from chainrule.errors import InputError, ShapeError
from chainrule.layers.dense import Architecture
from chainrule.training.objective import objective_for
from chainrule.training.samples import Samples, as_inputs, as_targets, kept_aside

F32 = np.dtype(np.float32)
X = np.random.default_rng(0).normal(size=(6, 3))
LABELS = np.array([0, 1, 2, 2, 1, 0])


def inputs(values: Any, width: int = 3, dtype: Any = F32) -> Any:
    return as_inputs(values, Architecture((width, 2), "relu", "identity"), dtype)


def targets(y: Any, output: str = "identity", width: int = 3, loss: Any = None, n: int = 6, dtype: Any = F32) -> Any:
    architecture = Architecture((3, width), "relu", output)
    return as_targets(y, n, architecture, objective_for(architecture, loss), dtype)


# --- X ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.int8, np.uint64, np.bool_])
def test_all_real_numbers_become_the_dtype_of_the_network(dtype: Any) -> None:
    given = np.abs(X).astype(dtype)
    found = inputs(given)
    assert found.dtype == F32
    np.testing.assert_array_equal(found, given.astype(np.float32))


@pytest.mark.parametrize(
    "given",
    [
        X.tolist(),
        tuple(map(tuple, X)),
        np.asfortranarray(X),
        np.repeat(X, 2, axis=0)[::2],
        X[::-1][::-1],
        X.astype(object),
        X.astype(">f8"),
        np.asmatrix(X),
    ],
    ids=["list", "tuple", "Fortran", "strided", "backwards", "objects", "big-endian", "matrix"],
)
@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_any_layout_gives_the_same_array(given: Any) -> None:
    found = inputs(given)
    assert type(found) is np.ndarray
    assert found.flags.c_contiguous
    assert found.tobytes() == X.astype(np.float32).tobytes()


def test_an_array_that_fits_is_not_copied_and_never_written() -> None:
    given = X.astype(np.float32)
    given.flags.writeable = False
    assert inputs(given) is given
    assert inputs(given[2]).base is given


def test_looking_for_nan_takes_no_memory() -> None:
    given = np.zeros((100_000, 3), F32)
    tracemalloc.start()
    assert inputs(given) is given
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000


@pytest.mark.parametrize(
    ("given", "width", "said"),
    [
        (X, 4, r"X is \[6, 3\] and a sample of this network has 4 numbers; give samples as rows, \[N, 4\], or one"),
        (X[0], 4, r"X is \[3\] and a sample of this network has 4 numbers"),
        (X[:, 0], 1, r"X is \[6\] and a sample of this network has 1 number; .* write X.reshape\(-1, 1\) for one num"),
        ([], 3, r"X is \[0\]"),
        (5.0, 3, r"X is \[\] and"),
        (X[None], 3, r"X is \[1, 6, 3\]"),
    ],
)
def test_shapes_that_do_not_fit(given: Any, width: int, said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        inputs(given, width)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([["a", "b", "c"]], "X holds text, such as 'a', where real numbers are needed; encode texts and categories"),
        (np.array([[1, "b", 2]], object), "X holds text, such as 'b', where"),
        ([[b"a", b"b", b"c"]], "X holds bytes, such as b'a', where real"),
        (X + 1j, r"X holds complex numbers, such as \(.*j\), where real numbers are needed$"),
        (np.array(["2024-01-01"], "M8[D]"), "X holds dates"),
        (None, "X holds objects, such as None, where real numbers are needed; encode"),
        ([[1.0, None, 2.0]], "X holds objects, such as None"),
        ({"a": 1}, "X holds objects"),
        ([[1, 2], [3]], "X is not an array of numbers: .*inhomogeneous"),
        (scipy.sparse.csr_array(X), r"X is a sparse csr_array; write X.toarray\(\)"),
    ],
)
def test_what_is_no_array_of_real_numbers(given: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        inputs(given)


@pytest.mark.parametrize(("value", "shown"), [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf")])
def test_nan_and_infinity_are_counted_and_placed(value: float, shown: str) -> None:
    given = X.copy()
    given[2, 1] = value
    with pytest.raises(InputError) as caught:
        inputs(given)
    assert str(caught.value) == f"X is NaN or infinite in 1 place, the first, {shown}, at [2, 1]; remove or fill them"
    given[4:] = value
    with pytest.raises(InputError, match=rf"in 7 places, the first, {shown}, at \[2, 1\]"):
        inputs(given)


def test_numbers_beyond_float32() -> None:
    given = X.copy()
    given[3, 0], given[5, 2] = 1e39, -1e300
    with pytest.raises(InputError, match=r"X holds 2 numbers beyond float32, the first, 1e\+39, at \[3, 0\];"):
        inputs(given)
    assert inputs(given, dtype=np.dtype(np.float64)) is given


def test_subnormal_numbers_and_negative_zeros_stay() -> None:
    given = np.array([[1e-45, -0.0, 5e-324]])
    found = inputs(given)
    assert found[0, 0] > 0
    assert np.signbit(found[0, 1])


# --- y ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", [LABELS, LABELS.tolist(), LABELS.astype(float), LABELS[:, None], LABELS.astype(np.uint8)]
)
@pytest.mark.parametrize("loss", [None, lambda z, y: z[:, 0]])
def test_class_numbers(given: Any, loss: Any) -> None:
    found = targets(given, "softmax", loss=loss)
    assert found.dtype == np.int64
    assert np.array_equal(found, LABELS)


def test_classes_may_be_truth_values_and_need_not_all_occur() -> None:
    assert targets(LABELS > 0, "softmax", width=2).tolist() == [0, 1, 1, 1, 1, 0]
    assert targets(np.zeros(6), "softmax").tolist() == [0] * 6


@pytest.mark.parametrize("given", [np.eye(3)[LABELS], np.full((6, 3), 1 / 3, np.float16), np.eye(3)[LABELS] > 0])
def test_probabilities_of_classes(given: Any) -> None:
    found = targets(given, "softmax")
    assert found.dtype == F32
    np.testing.assert_array_equal(found, given.astype(np.float32))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (LABELS + 1, r"tells 3 classes apart, 0 to 2, and y goes from 1 to 3; np.unique.*, or give .* 4 units"),
        (LABELS - 1, r"y goes from -1 to 1; np.unique\(y, return_inverse=True\)\[1\] numbers classes .* from 0$"),
        (LABELS + 0.5, "classes are numbered 0, 1, 2 ..., and y holds 0.5; for a quantity write output='identity'"),
        (LABELS * 1e18, "y goes from 0 to 2e"),
        (np.where(LABELS, LABELS, np.nan), r"y is NaN or infinite in 2 places, the first, nan, at \[0\]"),
        (["cat"] * 6, r"y holds text, such as 'cat', .*; np.unique\(y, return_inverse=True\)"),
        ([None] * 6, "y holds objects, such as None"),
        (2 * np.eye(3)[LABELS], "targets of output='softmax' are probabilities, 0 to 1, and y goes from 0 to 2"),
        (1 - np.eye(3)[LABELS], r"classes sum to 1, and those of y\[0\] sum to 2; .*output='sigmoid'"),
    ],
)
def test_targets_of_softmax_that_are_none(given: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        targets(given, "softmax")


@pytest.mark.parametrize("given", [LABELS > 1, (LABELS > 1)[:, None], (LABELS > 1).astype(float).tolist()])
def test_one_yes_or_no_question(given: Any) -> None:
    found = targets(given, "sigmoid", width=1)
    assert found.shape == (6, 1)
    assert found.dtype == F32


def test_yes_or_no_is_0_or_1_for_the_usual_loss_and_anything_for_others() -> None:
    sides = np.where(LABELS > 1, 1, -1)
    with pytest.raises(InputError, match="targets of output='sigmoid' are probabilities, 0 to 1, and y goes from -1"):
        targets(sides, "sigmoid", width=1)
    hinge = targets(sides, "sigmoid", width=1, loss=lambda z, y: np.maximum(0, 1 - y * z)[:, 0])
    assert np.array_equal(hinge[:, 0], sides)


@pytest.mark.parametrize(
    ("given", "output", "width", "said"),
    [
        (LABELS[:5], "softmax", 3, r"X holds 6 samples and y is \[5\]; give each one a target"),
        (LABELS[:5], "identity", 1, r"X holds 6 samples and y is \[5\]"),
        (1.0, "identity", 1, r"y is \[\]; give each one"),
        (X, "identity", 2, r"y is \[6, 3\] and the last layer has 2 units; give a target to each, \[6, 2\]$"),
        (X, "identity", 1, r"y is \[6, 3\] and the last layer has 1 unit; give a target to each, \[6, 1\]$"),
        (LABELS, "identity", 3, r"y is \[6\] and the last layer has 3 units; give a target to each, \[6, 3\]$"),
        (LABELS, "sigmoid", 3, r"give a target to each, \[6, 3\]; for class numbers write np.eye\(3\)\[y\]"),
        (X[:, :, None], "softmax", 3, r"y is \[6, 3, 1\] and"),
        (np.zeros((6, 0)), "identity", 3, r"y is \[6, 0\] and"),
    ],
)
def test_targets_of_another_shape(given: Any, output: str, width: int, said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        targets(given, output, width)


def test_squared_error_of_a_softmax_takes_one_number_for_each_unit() -> None:
    with pytest.raises(ShapeError, match=r"for class numbers write np.eye\(3\)\[y\]"):
        targets(LABELS, "softmax", loss="squared_error")
    assert targets(5 * X, "softmax", loss="squared_error").shape == (6, 3)


def test_targets_beyond_float32() -> None:
    with pytest.raises(InputError, match=r"y holds 1 number beyond float32, the first, 1e\+300, at \[2, 0\]"):
        targets([0, 0, 1e300, 0, 0, 0], width=1)


# --- a share kept aside -----------------------------------------------------------------------------------


def test_the_share_is_drawn_by_chance_and_by_the_seed() -> None:
    samples = Samples(np.arange(40.0)[:, None], np.arange(40))
    rest, aside = kept_aside(samples, 0.25, seed=3)
    assert (len(rest), len(aside)) == (30, 10)
    assert sorted([*rest.y, *aside.y]) == list(range(40))
    assert np.array_equal(rest.X[:, 0], rest.y)
    assert np.array_equal(aside.X[:, 0], aside.y)
    assert np.array_equal(kept_aside(samples, 0.25, seed=3)[1].y, aside.y)
    assert not np.array_equal(kept_aside(samples, 0.25, seed=4)[1].y, aside.y)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.5, np.nan, 0.01, 0.99])
def test_shares_that_leave_nothing(share: float) -> None:
    samples = Samples(np.zeros((10, 1)), np.zeros(10))
    with pytest.raises(InputError, match=f"validation={share:g} of 10 samples leaves nothing on one side"):
        kept_aside(samples, share, seed=0)
