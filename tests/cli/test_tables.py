"""``chainrule train``, ``predict`` and ``evaluate``."""

import csv
import json

import pytest

import chainrule as cr
from chainrule.network import TableModel

QUICK = ("--epochs", 2, "--hidden", 4)

FILES = {
    "good.csv": "height,kind\n" + "".join(f"{row / 10},{'ab'[row % 2]}\n" for row in range(20)),
    "price.csv": "size,price\n" + "".join(f"{row},{row * 1.5}\n" for row in range(30)),
    "new.csv": "height\n1.0\n2.0\n",
    "empty.csv": "",
    "header.csv": "height,kind\n",
    "text.csv": "height,kind\n1,a\n2,b\ntall,a\n4,b\n",
    "missing.csv": "height,kind\n1,a\n,b\n3,a\n4,b\n",
    "nan.csv": "height,price\n1,1.5\n2,nan\n3,2.5\n",
    "one.csv": "height,kind\n1,a\n2,a\n3,a\n",
    "unseen.csv": "height,kind\n1,a\n2,c\n",
}


@pytest.fixture(autouse=True)
def files(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")


@pytest.fixture
def model(chainrule):
    assert chainrule("train", "good.csv", "--target", "kind", *QUICK).code == 0
    return "good.chainrule"


# --- train ---


def test_train_says_task_score_and_file(chainrule, tmp_path):
    ended = chainrule("train", "good.csv", "--target", "kind", *QUICK)
    first, second, *_, last = ended.out.splitlines()
    assert (ended.code, ended.err) == (0, "")
    assert first == "good.csv: 20 rows, 1 features, target 'kind': classification, 2 classes"
    assert second.endswith("parameters, 2 epochs")
    assert "held out: " in ended.out
    assert last == "Wrote good.chainrule"
    assert isinstance(cr.load(tmp_path / "good.chainrule"), TableModel)


def test_train_on_a_bundled_table_needs_no_target(chainrule):
    document = json.loads(chainrule("train", "iris", "--json", *QUICK).out)
    assert (document["model"], document["target"], document["task"]) == ("iris.chainrule", "target", "classification")
    assert document["widths"] == [4, 4, 3]
    assert document["held_out"]["n"] == 30
    assert len(document["history"]["loss"]) == 2


def test_train_predicts_quantities(chainrule):
    ended = chainrule("train", "price.csv", "--target", "price", "--out", "m", *QUICK)
    assert "target 'price': regression" in ended.out
    assert "held out: off by" in ended.out


def test_settings_reach_the_model(chainrule, tmp_path):
    options = ("--hidden", "5,3", "--activation", "tanh", "--seed", 7, "--held-out", 0.5, "--epochs", 3)
    optimizer = ("--optimizer", "momentum", "--learning-rate", 0.1, "--batch-size", 4, "--task", "classification")
    assert chainrule("train", "good.csv", "--target", "kind", "--out", "m", *options, *optimizer).code == 0
    model = cr.load(tmp_path / "m")
    assert (model.network.widths, model.network.seed) == ((1, 5, 3, 2), 7)
    assert (model.network.architecture.activation, len(model.history), model.evaluation.n) == ("tanh", 3, 10)


@pytest.mark.parametrize(
    ("data", "target", "message"),
    [
        ("nothing.csv", "kind", "there is no file 'nothing.csv'"),
        (".", "kind", "'.' is a folder"),
        ("empty.csv", "kind", "empty.csv is empty"),
        ("header.csv", "kind", "header.csv has a header but no rows"),
        ("nan.csv", "price", "nan.csv: the target column 'price' has 1 missing value in 3 rows, first on line 3"),
        ("one.csv", "kind", "one.csv: the target column 'kind' has one value, 'a', in all of its 3 rows"),
        ("good.csv", "kinds", "good.csv has no column 'kinds' (did you mean 'kind'?)"),
        ("price.csv", "", "name the column of price.csv that is to be predicted"),
    ],
)
def test_bad_data_is_one_sentence(sentence, data, target, message):
    assert sentence("train", data, "--target", target).startswith(message)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("text.csv", "text.csv: column 'height' holds text where numbers are needed: 'tall' on line 4"),
        ("missing.csv", "missing.csv: column 'height' has 1 missing value in 4 rows, first on line 3"),
    ],
)
def test_bad_features_are_one_sentence(chainrule, data, message):
    ended = chainrule("train", data, "--target", "kind")
    assert ended.code == 2
    assert ended.err.startswith(f"chainrule: {message}")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    "options",
    [
        ("--hidden", "a"),
        ("--hidden", "0"),
        ("--epochs", 0),
        ("--batch-size", 0),
        ("--held-out", 2),
        ("--seed", -1),
        ("--task", "magic"),
        ("--optimizer", "magic"),
        ("--activation", "magic"),
        ("--learning-rate", -1),
    ],
)
def test_bad_settings_are_one_sentence(chainrule, options):
    ended = chainrule("train", "good.csv", "--target", "kind", *options)
    assert (ended.code, ended.err.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("nowhere/model", "nowhere/model cannot be written: there is no folder 'nowhere'"),
        (".", ". is a folder"),
        ("good.csv", "good.csv is what is read"),
    ],
)
def test_an_output_that_cannot_be_written_is_found_before_training(sentence, out, message):
    assert sentence("train", "good.csv", "--target", "kind", "--out", out).startswith(message)


def test_a_divergence_is_a_failed_run(chainrule, tmp_path):
    options = ("--optimizer", "gradient_descent", "--learning-rate", 1e9)
    ended = chainrule("train", "price.csv", "--target", "price", *options)
    assert ended.code == 1
    assert ended.err.startswith("chainrule: the loss became")
    assert not (tmp_path / "price.chainrule").exists()


# --- predict ---


def test_predictions_are_csv(chainrule, model):
    ended = chainrule("predict", model, "new.csv")
    header, *rows = csv.reader(ended.out.splitlines())
    assert (ended.code, ended.err, header) == (0, "", ["kind", "probability"])
    assert [row[0] in "ab" and 0.5 <= float(row[1]) <= 1 for row in rows] == [True, True]


def test_predictions_of_a_quantity_have_one_column(chainrule):
    chainrule("train", "price.csv", "--target", "price", *QUICK)
    header, *rows = chainrule("predict", "price.chainrule", "price.csv").out.splitlines()
    assert (header, len(rows)) == ("price", 30)
    assert all(float(row) == pytest.approx(20, abs=100) for row in rows)


def test_predictions_go_to_a_file(chainrule, model, tmp_path):
    printed = chainrule("predict", model, "new.csv").out
    ended = chainrule("predict", model, "new.csv", "--out", "out.csv")
    assert (ended.out, ended.err) == ("", "Wrote 2 predictions to out.csv\n")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == printed


def test_predictions_as_json(chainrule, model):
    document = json.loads(chainrule("predict", model, "new.csv", "--json").out)
    assert (document["target"], len(document["predictions"]), len(document["probability"])) == ("kind", 2, 2)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing.chainrule", "new.csv"], "there is no model file 'nothing.chainrule'"),
        (["good.csv", "new.csv"], "good.csv"),
        (["good.chainrule", "price.csv"], "price.csv lacks 1 of 1 features, 'height'"),
        (["good.chainrule", "new.csv", "--out", "new.csv"], "new.csv is what is read"),
        (["good.chainrule", "new.csv", "--out", "good.chainrule"], "good.chainrule is what is read"),
        (["good.chainrule", "new.csv", "--out", "nowhere/x.csv"], "nowhere/x.csv cannot be written"),
    ],
)
def test_predicting_the_impossible_is_one_sentence(sentence, model, words, message):
    del model
    assert sentence("predict", *words).startswith(message)


def test_a_plain_network_is_no_table_model(sentence, tmp_path):
    cr.Network([1, 2]).save(tmp_path / "net")
    assert sentence("predict", "net", "new.csv") == "net holds 'network' where a 'table model' is wanted"


# --- evaluate ---


def test_evaluate_says_how_good_it_is(chainrule, model):
    ended = chainrule("evaluate", model, "good.csv", "--target", "kind")
    assert (ended.code, ended.err) == (0, "")
    assert "right (" in ended.out.splitlines()[0]


def test_evaluate_warns_of_rows_that_were_trained_on(chainrule, model):
    assert chainrule("evaluate", model, "good.csv").out.splitlines()[-1].startswith("Most of these rows were trained")


def test_evaluation_as_json(chainrule, model):
    document = json.loads(chainrule("evaluate", model, "good.csv", "--json").out)
    assert (document["target"], document["n"], document["classes"]) == ("kind", 20, ["a", "b"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["unseen.csv"],
            "unseen.csv: the target column 'kind' holds 'c' on line 3, which is none of the known classes",
        ),
        (["new.csv"], "new.csv has no column 'kind'"),
        (["good.csv", "--target", "q"], "good.csv has no column 'q'"),
    ],
)
def test_evaluating_the_impossible_is_one_sentence(sentence, model, words, message):
    assert sentence("evaluate", model, *words).startswith(message)
