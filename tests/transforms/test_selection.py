import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from chainrule.graph.keys import ArrayIndex, Slice
from chainrule.transforms.selection import WHOLE, is_canonical, ranges, split, trailing_axes


@given(st.data())
def test_ranges_are_the_entries_that_numpy_selects(data: st.DataObject) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=7))
    key = data.draw(hnp.basic_indices(shape, allow_newaxis=True))
    parts = key if isinstance(key, tuple) else (key,)
    own = tuple(Slice(each.start, each.stop, each.step) if isinstance(each, slice) else each for each in parts)
    chosen = np.zeros(shape, bool)
    chosen[key] = True
    expected = np.ix_(*(np.arange(r.start, r.start + r.step * r.length, r.step) for r in ranges(own, shape)))
    found = np.zeros(shape, bool)
    found[expected] = True
    assert np.array_equal(found, chosen)


def test_a_key_is_split_into_slices_and_arrays() -> None:
    key = (Slice(1, None, 2), None, ArrayIndex(0), ..., -1)
    assert split(key, 5) == (
        (Slice(1, None, 2), None, WHOLE, WHOLE, WHOLE, WHOLE),
        (None, None, ArrayIndex(0), None, None, -1),
    )


def test_where_the_axes_of_arrays_go() -> None:
    a, b = ArrayIndex(0), ArrayIndex(1)
    assert is_canonical((a, WHOLE), 2)
    assert not is_canonical((a,), 2)
    assert not is_canonical((a, Slice(1, None, None)), 2)
    assert trailing_axes((WHOLE, a, b, WHOLE)) == 1  # in their place
    assert trailing_axes((WHOLE, a, WHOLE, b)) == 2  # in front
