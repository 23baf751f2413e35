import numpy as np
import pytest

from chainrule.data import Table, Task
from chainrule.errors import DataError, InputError


def column(cells):
    return Table({"y": cells}, "t").column("y")


@pytest.mark.parametrize(
    ("cells", "task"),
    [
        (["b", "a", "b"], Task("classification", ("a", "b"))),
        ([1.0, -1.0, 1.0], Task("classification", (-1, 1))),
        ([True, False], Task("classification", (0, 1))),
        (list(range(20)), Task("classification", tuple(range(20)))),
        (list(range(21)), Task("regression")),
        ([0.5, 1.0], Task("regression")),
        ([0.0, -0.0, 1.0], Task("classification", (0, 1))),
        (["10", "9", "x"], Task("classification", ("10", "9", "x"))),
    ],
)
def test_text_and_few_whole_numbers_are_classes(cells, task):
    assert Task.find(column(cells)) == task


def test_the_rule_can_be_overruled():
    assert Task.find(column([1, 2, 3]), "regression") == Task("regression")
    assert Task.find(column([0.5, 1.5]), "classification") == Task("classification", (0.5, 1.5))
    with pytest.raises(InputError, match="'ranking'"):
        Task.find(column([1, 2]), "ranking")
    with pytest.raises(DataError, match="text in 1 of 2"):
        Task.find(column(["1", "x"]), "regression")


def test_spoiled_cells_do_not_turn_a_quantity_into_classes():
    cells = [str(3 * number) for number in range(40)]
    cells[5] = "oops"
    with pytest.raises(DataError, match="'oops' on row 6"):
        Task.find(column(cells))
    assert len(Task.find(column(cells), "classification").classes) == 40


def test_encode_and_decode_are_inverse():
    task = Task("classification", ("a", "b"))
    numbers = task.encode(column(["b", "a"]))
    assert numbers.tolist() == [1, 0]
    assert task.decode(numbers) == ["b", "a"]
    quantities = Task("regression").encode(column([0.5, 2.0]))
    quantities[0] = 1.0  # the caller's own copy
    assert Task("regression").decode(np.float32([0.5, 2.0])) == [0.5, 2.0]


def test_text_labels_that_look_like_numbers_are_known_again():
    task = Task.find(column(["1", "2", "other"]))
    assert task.encode(column([2, 1])).tolist() == [1, 0]
    assert Task("classification", (1, 2)).encode(column(["2", "1", "2"])).tolist() == [1, 0, 1]


def test_an_unknown_class_is_named():
    with pytest.raises(
        DataError, match=r"holds 'c' on row 2, which is none of the known classes 'a', 'b' \(1 of 2 rows\)"
    ):
        Task("classification", ("a", "b")).encode(column(["b", "c"]))


@pytest.mark.parametrize("cells", [[1.0, np.nan], [1.0, np.inf]])
@pytest.mark.parametrize("task", [Task("classification", (1, 2)), Task("regression")])
def test_targets_must_be_finite(cells, task):
    with pytest.raises(DataError, match="row 2"):
        task.encode(column(cells))


def test_one_value_is_nothing_to_learn():
    with pytest.raises(DataError, match=r"one value, 2\.5, in all of its 3 rows"):
        Task.find(column([2.5] * 3))
