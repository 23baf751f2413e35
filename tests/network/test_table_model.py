"""Table models: trained on the bundled tables and on small ones, used on other tables, saved and loaded."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.data import Standardizer, Table, held_out_split, read_table
from chainrule.errors import DataError, DivergenceError, InputError
from chainrule.network.table_model import TableModel

QUIET = {"progress": False, "epochs": 2, "hidden": (4,)}


def table(**columns):
    return Table(columns, "a table")


def two_classes(n_rows=20, **changes):
    """Two clouds of points."""
    rng = np.random.default_rng(0)
    side = np.arange(n_rows) % 2
    columns = {
        "x1": side + rng.normal(0, 0.1, n_rows),
        "x2": rng.normal(size=n_rows),
        "y": np.array(["no", "yes"])[side],
    }
    return table(**{**columns, **changes})


@pytest.fixture(scope="module")
def digits():
    return read_table("digits")


@pytest.fixture(scope="module")
def iris_model():
    return TableModel.train(read_table("iris"), progress=False)


# --- how good it is ---


def test_digits_reach_97_percent_on_rows_that_were_held_out(digits):
    model = TableModel.train(digits, progress=False)
    assert model.evaluation.accuracy >= 0.97
    assert model.evaluation.n == 359
    assert model.history["validation_accuracy"][-1] == pytest.approx(model.evaluation.accuracy)


FRESH_SEEDS = range(100, 104)  # splits that had no part in choosing the defaults


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer"])
def test_small_tables_are_learned_about_as_well_as_by_logistic_regression(name):
    from sklearn.linear_model import LogisticRegression

    bundled = read_table(name)
    samples = bundled.split_target()
    ours, peers = [], []
    for seed in FRESH_SEEDS:
        ours.append(TableModel.train(bundled, seed=seed, progress=False).evaluation.accuracy)
        learn, aside = held_out_split(len(samples.y), seed=seed, stratify=samples.y)
        X = Standardizer.fit(samples.X[learn]).transform(samples.X)
        peers.append(LogisticRegression().fit(X[learn], samples.y[learn]).score(X[aside], samples.y[aside]))
    assert np.mean(ours) > np.mean(peers) - 0.02


def test_diabetes_is_predicted_about_as_well_as_by_ridge_regression():
    from sklearn.linear_model import RidgeCV

    diabetes = read_table("diabetes")
    samples = diabetes.split_target()
    ours, ridges = [], []
    for seed in FRESH_SEEDS:
        ours.append(TableModel.train(diabetes, seed=seed, progress=False).evaluation.rmse)
        learn, aside = held_out_split(len(samples.y), seed=seed)
        X = Standardizer.fit(samples.X[learn]).transform(samples.X)
        ridge = RidgeCV().fit(X[learn], samples.y[learn])
        ridges.append(np.sqrt(np.mean((ridge.predict(X[aside]) - samples.y[aside]) ** 2)))
    assert np.mean(ours) < 1.05 * np.mean(ridges)


# --- what it gives ---


def test_predictions_are_labels_and_probabilities_belong_to_them(iris_model):
    iris = read_table("iris")
    labels, probabilities = iris_model.predict(iris), iris_model.probabilities(iris)
    assert set(labels) == {"setosa", "versicolor", "virginica"}
    assert probabilities.shape == (150, 3)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(150))
    assert labels == [iris_model.task.classes[k] for k in probabilities.argmax(axis=1)]


def test_the_evaluation_is_that_of_the_rows_that_were_held_out(iris_model):
    iris = read_table("iris")
    y = iris.split_target().y
    _, aside = held_out_split(150, stratify=y)
    part = Table({name: column[aside] for name, column in iris.columns.items()}, "held out")
    assert iris_model.evaluate(part, "target") == iris_model.evaluation


def test_the_order_of_columns_and_other_columns_do_not_matter(iris_model):
    iris = read_table("iris")
    turned = Table({**dict(reversed(iris.columns.items())), "name": ["x"] * 150}, "turned")
    assert iris_model.predict(turned) == iris_model.predict(iris)


def test_quantities_come_in_their_own_units():
    x = np.linspace(-1, 1, 200)
    model = TableModel.train(table(x=x, y=1e6 + 1e3 * x), "y", progress=False)
    assert np.array(model.predict(table(x=[-0.5, 0.5]))) == pytest.approx([1e6 - 500, 1e6 + 500], abs=60)
    assert model.evaluation.r2 > 0.99


def test_a_quantity_has_no_probabilities():
    model = TableModel.train(table(x=np.arange(30.0), y=np.arange(30.0) / 7), "y", **QUIET)
    with pytest.raises(InputError, match="'y' is a quantity"):
        model.probabilities(table(x=[1.0]))


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    one, same, other = (TableModel.train(two_classes(), "y", seed=seed, **QUIET) for seed in (1, 1, 2))
    assert all(np.array_equal(one.network.params[name], same.network.params[name]) for name in one.network.params)
    assert not np.array_equal(one.network.W[1], other.network.W[1])


def test_another_table_can_be_held_out():
    model = TableModel.train(two_classes(20), "y", held_out=two_classes(6), **QUIET)
    assert model.evaluation.n == 6
    assert model.features.mean == pytest.approx(Standardizer.fit(two_classes(20).features(["x1", "x2"])).mean)


def test_settings_reach_the_network():
    model = TableModel.train(two_classes(), "y", hidden=(5, 3), activation="tanh", epochs=4, progress=False)
    assert model.network.widths == (2, 5, 3, 2)
    assert model.network.architecture.activation == "tanh"
    assert len(model.history) == 4


def test_a_callback_can_stop_training():
    model = TableModel.train(two_classes(), "y", callbacks=[lambda history: len(history) == 3], progress=False)
    assert len(model.history) == 3


def test_the_kind_can_be_decided():
    model = TableModel.train(table(x=np.arange(20.0), y=np.arange(20) % 5), "y", kind="regression", **QUIET)
    assert model.evaluation.kind == "regression"


def test_it_says_what_it_is(iris_model):
    first, second, *_ = str(iris_model).splitlines()
    assert first == "predicts 'target', one of 3 classes, from 4 features (iris)"
    assert "held out" in second


# --- what cannot be learned ---


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (two_classes(y=["yes"] * 20), "one value, 'yes'"),
        (two_classes(y=np.full(20, 0.25)), "one value, 0.25"),
        (two_classes(y=[str(row) for row in range(20)]), "no class has 2 rows; give more"),
        (two_classes(x1=["1"] * 19 + ["many"]), "holds text where numbers are needed: 'many'"),
        (two_classes(x1=[np.nan] * 20), "20 missing values"),
        (table(y=["a", "b"]), "only the target column"),
    ],
)
def test_bad_tables_are_one_clear_error(bad, message):
    with pytest.raises(DataError, match=message):
        TableModel.train(bad, "y", kind="classification", **QUIET)


def test_the_target_must_be_there():
    with pytest.raises(DataError, match="no column 'z'"):
        TableModel.train(two_classes(), "z", **QUIET)
    with pytest.raises(DataError, match=r"name the column"):
        TableModel.train(two_classes(), **QUIET)


@pytest.mark.parametrize(
    "setting",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"hidden": (0,)},
        {"held_out": 1.5},
        {"activation": "magic"},
        {"seed": -1},
        {"optimizer": "magic"},
        {"learning_rate": -1.0},
        {"kind": "magic"},
    ],
)
def test_bad_settings_are_input_errors(setting):
    with pytest.raises(InputError):
        TableModel.train(two_classes(), "y", **{**QUIET, **setting})


def test_a_learning_rate_that_is_far_too_high_is_a_divergence():
    rows = table(x=np.arange(50.0), y=np.arange(50.0) / 7)
    with pytest.raises(DivergenceError, match="lower learning rate"):
        TableModel.train(rows, "y", optimizer="gradient_descent", learning_rate=1e9, epochs=20, progress=False)


def test_two_rows_of_each_class_are_enough():
    model = TableModel.train(table(x=[0.0, 1.0, 0.1, 1.1], y=["a", "b", "a", "b"]), "y", **QUIET)
    assert model.evaluation.n == 2


# --- what cannot be predicted ---


def test_a_missing_feature_is_named(iris_model):
    with pytest.raises(DataError, match="lacks 4 of 4 features"):
        iris_model.predict(two_classes())


def test_a_class_that_was_not_in_training_is_named():
    model = TableModel.train(two_classes(), "y", **QUIET)
    with pytest.raises(DataError, match=r"'maybe'.*none of the known classes 'no', 'yes'"):
        model.evaluate(two_classes(2, y=["no", "maybe"]))


@pytest.mark.parametrize("far", [1e39, 1e200, -1e308])
def test_rows_too_far_out_are_named(far):
    model = TableModel.train(two_classes(), "y", **QUIET)
    with pytest.raises(DataError, match=r"1 of 2 rows lie so far .* at row 2"):
        model.predict(table(x1=[0.0, far], x2=[0.0, 0.0]))


# --- files ---


def test_a_model_survives_its_file(tmp_path, iris_model):
    iris_model.save(tmp_path / "iris.chainrule")
    loaded = cr.load(tmp_path / "iris.chainrule")
    iris = read_table("iris")
    assert isinstance(loaded, TableModel)
    assert np.array_equal(loaded.probabilities(iris), iris_model.probabilities(iris))
    assert (loaded.evaluation, loaded.history) == (iris_model.evaluation, iris_model.history)
    assert str(loaded) == str(iris_model)


def test_a_model_of_quantities_survives_its_file(tmp_path):
    rows = table(x=np.arange(30.0), y=np.arange(30.0) / 7)
    model = TableModel.train(rows, "y", **QUIET)
    model.save(tmp_path / "model")
    assert cr.load(tmp_path / "model").predict(rows) == model.predict(rows)
    assert TableModel.load(tmp_path / "model").evaluation == model.evaluation


def test_what_comes_before_training_is_told_only_when_all_is_right():
    told = []
    with pytest.raises(InputError, match="epochs=0"):
        TableModel.train(two_classes(), "y", epochs=0, on_start=told.append)
    assert told == []
    trained = TableModel.train(two_classes(), "y", epochs=1, on_start=told.append, progress=False)
    assert [(model.target, model.evaluation) for model in told] == [("y", None)]
    assert trained.network is told[0].network
