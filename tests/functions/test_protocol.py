import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.lib.mixins import NDArrayOperatorsMixin

from chainrule import functions
from chainrule.errors import InputError, InputTypeError, ShapeError, TraceError
from chainrule.functions.protocol import as_array

PRIMITIVES = ["erf", "erfc", "log1mexp", "log_softmax", "logsumexp", "sigmoid", "softmax", "softplus"]
COMPOSITIONS = [
    "elu", "gelu", "hard_sigmoid", "identity", "leaky_relu", "log1pexp", "log_sigmoid", "mish", "relu", "selu", "silu",
    "step", "tanh",
]  # fmt: skip
OF_TWO = ["logaddexp", "xlogy"]
ALL_OF_ONE = [*PRIMITIVES, *COMPOSITIONS]
ELEMENTWISE = sorted({*ALL_OF_ONE} - {"logsumexp", "softmax", "log_softmax"})
EXTREMES = [-np.inf, -1.7e308, -800.0, -1.0, -5e-324, -0.0, 0.0, 5e-324, 1.0, 800.0, 1.7e308, np.inf, np.nan]


class Stranger:
    """Takes part in the protocol and answers with what it was asked."""

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return function, types, args, kwargs


class Ignorant(Stranger):
    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return NotImplemented


class Passenger(NDArrayOperatorsMixin):
    """Stands for an array as a traced array does, remembers the functions that it met, and cannot be converted."""

    def __init__(self, value: Any, seen: set[str] | None = None) -> None:
        self.value, self.seen = value, set() if seen is None else seen
        self.dtype, self.shape, self.ndim = value.dtype, value.shape, value.ndim

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        raise AssertionError("a traced array must not be converted")

    def __bool__(self) -> bool:
        raise AssertionError("no decision by value")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        assert (method, kwargs) == ("__call__", {})
        return self._call(ufunc, inputs, {})

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return self._call(function, args, kwargs)

    def __getitem__(self, key: Any) -> Any:
        return Passenger(self.value[key], self.seen)

    def astype(self, dtype: Any) -> Any:
        return Passenger(self.value.astype(dtype), self.seen)

    def _call(self, function: Any, args: Any, kwargs: Any) -> Any:
        self.seen.add(function.__name__)
        real = [arg.value if isinstance(arg, Passenger) else arg for arg in args]
        return Passenger(function(*real, **kwargs), self.seen)


@pytest.mark.parametrize("name", PRIMITIVES)
def test_primitive_asks_its_argument_once_as_a_whole(name: str) -> None:
    function, stranger = getattr(functions, name), Stranger()
    assert function(stranger) == (function, (Stranger,), (stranger,), {})


def test_options_reach_the_argument_as_they_were_given() -> None:
    stranger = Stranger()
    asked = functions.logsumexp(stranger, 1, keepdims=True)
    assert asked == (functions.logsumexp, (Stranger,), (stranger, 1), {"keepdims": True})


def test_any_array_argument_can_take_over() -> None:
    assert functions.xlogy(2.0, Stranger())[0] is functions.xlogy
    assert functions.xlogy(Ignorant(), Stranger())[1] == (Ignorant, Stranger)


def test_argument_that_does_not_know_the_function_is_an_error() -> None:
    with pytest.raises(TraceError, match=r"sigmoid got an argument of type Ignorant.*sigmoid\(np\.asarray\(x\)\)"):
        functions.sigmoid(Ignorant())


def test_subclass_of_ndarray_with_numpys_protocol_is_an_array() -> None:
    class Kept(np.ndarray):
        pass

    assert functions.sigmoid(np.zeros(2).view(Kept)).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_composition_lets_a_traced_array_through_its_parts(name: str) -> None:
    function, values = getattr(functions, name), np.array([-3.0, -0.5, 0.0, 0.7, 2.0])
    passenger = Passenger(values)
    result = function(passenger)
    assert isinstance(result, Passenger)
    np.testing.assert_array_equal(result.value, function(values))
    assert name == "identity" or (passenger.seen and name not in passenger.seen - {"tanh"})


@pytest.mark.parametrize("name", COMPOSITIONS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_composition_does_not_widen_a_traced_array(name: str, dtype: Any) -> None:
    result = getattr(functions, name)(Passenger(np.array([-1.0, 0.3, 2.0], dtype)))
    assert result.dtype == dtype


@pytest.mark.parametrize("name", ELEMENTWISE)
@given(
    z=hnp.arrays(
        st.sampled_from([np.float16, np.float32, np.float64]),
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
        elements=st.floats(-8, 8, width=16),
    )
)
def test_dtype_and_shape_are_kept_entry_by_entry(name: str, z: np.ndarray) -> None:
    function = getattr(functions, name)
    result = function(z)
    assert (result.dtype, result.shape) == (z.dtype, z.shape)
    assert isinstance(result, np.ndarray if z.ndim else np.floating)
    assert np.ravel(result).tolist() == pytest.approx(
        [function(each) for each in np.ravel(z)], nan_ok=True, rel=0, abs=0
    )


@pytest.mark.parametrize("name", ALL_OF_ONE)
def test_numbers_lists_and_integers_become_float64(name: str) -> None:
    function = getattr(functions, name)
    assert type(function(-1.5)) is type(function(-2)) is np.float64
    assert function([-1, -2]).dtype == function(np.array([-1, -2])).dtype == np.float64
    np.testing.assert_array_equal(function([[-1, -2]]), function(np.array([[-1.0, -2.0]])))


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("dtype", [np.bool_, np.int8, np.uint8, np.int16, np.int32])
def test_short_integers_become_the_float_that_numpy_takes(name: str, dtype: Any) -> None:
    z = np.ones(2, dtype)
    assert getattr(functions, name)(z).dtype == np.exp(z).dtype


@pytest.mark.parametrize("name", OF_TWO)
def test_dtypes_and_shapes_of_two_arguments_meet_as_in_numpy(name: str) -> None:
    function, column, row = getattr(functions, name), np.ones((3, 1), np.float32), np.ones(2, np.float32)
    assert (function(column, row).dtype, function(column, row).shape) == (np.float32, (3, 2))
    assert function(column, 2.0).dtype == function(2, column).dtype == np.float32
    assert function(column, np.float64(2)).dtype == np.float64


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_byte_order_and_strides_do_not_matter(name: str) -> None:
    function, z = getattr(functions, name), np.linspace(-2, -1, 8)
    np.testing.assert_array_equal(function(z.astype(">f8")[::-2]), function(z[::-2].copy()))


@pytest.mark.parametrize("name", sorted({*ALL_OF_ONE} - {"step"}))
@pytest.mark.parametrize("z", [1j, np.ones(2, complex), np.ones(2, np.longdouble)])
def test_other_dtypes_are_an_error(name: str, z: Any) -> None:
    with pytest.raises(ShapeError, match=f"{name} takes real numbers"):
        getattr(functions, name)(z)


@pytest.mark.parametrize("name", ALL_OF_ONE)
@pytest.mark.parametrize(
    ("z", "shown"),
    [
        ("a", "'a', which NumPy holds as <U1"),
        (b"a", "b'a', which NumPy holds as"),
        (None, "None, which NumPy holds as object"),
        (["a"], r"\['a'\], which"),
        ([None], r"\[None\], which"),
        (10**400, "1000000.*, which NumPy holds as object"),
        (np.datetime64("2020-01-01"), "np.datetime64.*, which"),
    ],
)
def test_what_is_no_number_is_a_type_error(name: str, z: Any, shown: str) -> None:
    with pytest.raises(InputTypeError, match=f"{name} takes real numbers: .*, not {shown}") as caught:
        getattr(functions, name)(z)
    assert isinstance(caught.value, TypeError)


def test_lists_that_differ_are_an_error() -> None:
    with pytest.raises(InputError, match="sigmoid takes a number or an array of numbers, but its lists differ"):
        functions.sigmoid([[1.0, 2.0], [3.0]])


def test_missing_and_surplus_arguments_are_pythons_own_errors() -> None:
    with pytest.raises(TypeError):
        functions.sigmoid()
    with pytest.raises(TypeError):
        functions.xlogy(1.0)
    with pytest.raises(TypeError):
        functions.relu(1.0, 2.0)


@pytest.mark.parametrize("name", ALL_OF_ONE)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_no_warning_and_no_floating_point_error_at_extremes(name: str, dtype: Any) -> None:
    with np.errstate(over="ignore"):
        z = np.array(EXTREMES, dtype)
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        getattr(functions, name)(z)


def test_argument_is_not_changed() -> None:
    z = np.linspace(-2.0, -1.0, 6).reshape(2, 3)
    before = z.copy()
    for name in ALL_OF_ONE:
        getattr(functions, name)(z)
    np.testing.assert_array_equal(z, before)


def test_as_array_converts_only_what_is_no_array() -> None:
    stranger, array = Stranger(), np.zeros(2)
    assert as_array(stranger) is stranger
    assert as_array(array) is array
    assert as_array([1, 2]).tolist() == [1, 2]


def test_function_keeps_its_name_and_documentation() -> None:
    assert functions.sigmoid.__name__ == "sigmoid"
    assert "Logistic function" in (functions.sigmoid.__doc__ or "")
