from typing import Any

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import log_loss, mean_squared_error

from accuracy import largest_error
from chainrule.errors import InputError, InputTypeError, ShapeError
from chainrule.functions import binary_cross_entropy, categorical_cross_entropy, sigmoid, softmax, squared_error

RNG = np.random.default_rng(0)
LOGITS, CLASSES = RNG.normal(size=(20, 4)) * 3, RNG.integers(0, 4, 20)
ONE_HOT = np.eye(4)[CLASSES]
BITS = RNG.integers(0, 2, (20, 4)).astype(float)
LOSSES = [squared_error, binary_cross_entropy, categorical_cross_entropy]


# --- values -------------------------------------------------------------------------------------------------


def test_squared_error_is_the_mean_of_scikit_learn() -> None:
    assert squared_error(LOGITS, BITS).shape == (20,)
    assert squared_error(LOGITS, BITS).mean() == pytest.approx(mean_squared_error(BITS, LOGITS))
    np.testing.assert_array_equal(squared_error(LOGITS[:, 0], BITS[:, 0]), (LOGITS[:, 0] - BITS[:, 0]) ** 2)


def test_binary_cross_entropy_is_the_mean_of_scikit_learn() -> None:
    columns = [log_loss(BITS[:, k], sigmoid(LOGITS[:, k])) for k in range(4)]
    assert binary_cross_entropy(LOGITS, BITS).shape == (20,)
    assert binary_cross_entropy(LOGITS, BITS).mean() == pytest.approx(np.mean(columns))
    assert binary_cross_entropy(LOGITS[:, 1], BITS[:, 1]).mean() == pytest.approx(columns[1])


def test_categorical_cross_entropy_is_the_mean_of_scikit_learn() -> None:
    loss = categorical_cross_entropy(LOGITS, CLASSES)
    assert loss.shape == (20,)
    assert loss.mean() == pytest.approx(log_loss(CLASSES, softmax(LOGITS)))
    np.testing.assert_allclose(categorical_cross_entropy(LOGITS, ONE_HOT), loss, rtol=1e-15)


def test_soft_labels() -> None:
    shares = softmax(RNG.normal(size=(20, 4)))
    expected = -np.sum(shares * np.log(softmax(LOGITS)), axis=1)
    np.testing.assert_allclose(categorical_cross_entropy(LOGITS, shares), expected, rtol=1e-12)


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_binary_cross_entropy_keeps_all_digits_however_well_a_sample_is_learned(target: float) -> None:
    z = np.linspace(-700, 700, 1001)

    def reference(z: Any, y: Any) -> Any:
        signed = -z if y else z
        return max(signed, mp.mpf(0)) + mp.log1p(mp.exp(-abs(signed)))

    assert largest_error(binary_cross_entropy, reference, z, np.full_like(z, target)) <= 2


def test_categorical_cross_entropy_keeps_all_digits_however_well_a_sample_is_learned() -> None:
    z = np.linspace(-700, 700, 1001)

    def loss(z: np.ndarray) -> Any:
        return categorical_cross_entropy(np.stack([z, np.zeros_like(z)], axis=1), np.zeros(z.size, int))

    assert largest_error(loss, lambda z: max(-z, mp.mpf(0)) + mp.log1p(mp.exp(-abs(z))), z) <= 2


def test_the_crude_fix_of_the_lecture_is_not_needed() -> None:
    assert binary_cross_entropy([-50.0], [1.0]) == 50  # log(p + 1e-8) gives 18.42
    assert binary_cross_entropy([37.0], [0.0]) == 37
    assert binary_cross_entropy([-800.0], [1.0]) == 800


def test_learned_samples_have_a_positive_zero() -> None:
    assert not np.signbit(categorical_cross_entropy([[1000.0, 0.0]], [0]))
    assert not np.signbit(binary_cross_entropy([1000.0], [1.0]))


def test_several_axes_of_outputs_give_one_number_per_sample() -> None:
    a, y = RNG.normal(size=(2, 3, 4)), np.ones((2, 3, 4))
    np.testing.assert_allclose(squared_error(a, y), squared_error(a.reshape(2, 12), y.reshape(2, 12)))
    np.testing.assert_allclose(binary_cross_entropy(a, y), binary_cross_entropy(a.reshape(2, 12), y.reshape(2, 12)))


@given(
    z=hnp.arrays(np.float64, st.tuples(st.integers(0, 4), st.integers(1, 4)), elements=st.floats(-1e3, 1e3)),
    data=st.data(),
)
def test_never_negative_and_one_number_per_sample(z: np.ndarray, data: st.DataObject) -> None:
    labels = data.draw(hnp.arrays(np.int64, len(z), elements=st.integers(0, z.shape[1] - 1)))
    y = np.eye(z.shape[1])[labels]
    for loss in (squared_error(z, y), binary_cross_entropy(z, y), categorical_cross_entropy(z, labels)):
        assert loss.shape == (len(z),)
        assert np.all(loss >= 0)


# --- dtypes and containers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_is_kept(dtype: Any) -> None:
    z, y = LOGITS.astype(dtype), BITS.astype(dtype)
    assert squared_error(z, y).dtype == binary_cross_entropy(z, y).dtype == dtype
    assert categorical_cross_entropy(z, CLASSES).dtype == categorical_cross_entropy(z, y).dtype == dtype


def test_lists_and_booleans() -> None:
    assert squared_error([[1, 2]], [[1, 4]]).tolist() == [2]
    assert binary_cross_entropy([[0.0]], [[True]]).tolist() == [np.log(2)]
    assert categorical_cross_entropy([[0, 0]], [1]).tolist() == [np.log(2)]
    np.testing.assert_array_equal(
        categorical_cross_entropy(LOGITS, ONE_HOT.astype(bool)), categorical_cross_entropy(LOGITS, ONE_HOT)
    )


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64])
def test_labels_of_any_integer_dtype(dtype: Any) -> None:
    labels = CLASSES.astype(dtype)
    np.testing.assert_array_equal(categorical_cross_entropy(LOGITS, labels), categorical_cross_entropy(LOGITS, CLASSES))


# --- errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", [squared_error, binary_cross_entropy])
def test_column_against_row_is_not_broadcast(loss: Any) -> None:
    with pytest.raises(
        ShapeError, match=r"shape \(20, 1\).*shape \(20,\).*Write target\.reshape\((prediction|logits)\.shape\)"
    ):
        loss(LOGITS[:, :1], BITS[:, 0])


@pytest.mark.parametrize("loss", LOSSES)
def test_shapes_that_do_not_fit(loss: Any) -> None:
    with pytest.raises(ShapeError, match=r"shape \(20, 4\).*shape \(20, 3\)"):
        loss(LOGITS, BITS[:, :3])


@pytest.mark.parametrize(
    ("logits", "labels"),
    [(LOGITS, CLASSES[:-1]), (LOGITS, CLASSES[:, np.newaxis]), (LOGITS[0], CLASSES), (LOGITS[:, 0], CLASSES), (1.0, 1)],
)
def test_labels_that_do_not_fit(logits: Any, labels: Any) -> None:
    with pytest.raises(ShapeError, match=r"give N integer labels or a probability for each class.*labels\.ravel\(\)"):
        categorical_cross_entropy(logits, labels)


def test_labels_that_are_not_integers() -> None:
    with pytest.raises(ShapeError, match=r"must be integers, not float64\. Write labels\.astype\(int\)"):
        categorical_cross_entropy(LOGITS, CLASSES.astype(float))


@pytest.mark.parametrize("shift", [-1, 1])
def test_labels_outside_of_the_classes(shift: int) -> None:
    with pytest.raises(InputError, match=f"labels go from {shift} to {3 + shift}.*classes 0 to 3"):
        categorical_cross_entropy(LOGITS, CLASSES + shift)


@pytest.mark.parametrize("loss", [squared_error, binary_cross_entropy, categorical_cross_entropy])
def test_a_text_is_no_array_of_numbers(loss: Any) -> None:
    with pytest.raises(InputTypeError, match=f"{loss.__name__} takes real numbers: .*, not 'a', which"):
        loss("a", "a")
