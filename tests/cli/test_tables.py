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
    "two.csv": "height,kind\n1,a\n2,b\n",
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
    assert first == "good.csv: 20 rows, 1 feature, target 'kind': classification, 2 classes"
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
        (
            "price.csv",
            "",
            "name the column of price.csv that is to be predicted by --target NAME; it has the columns 'size', 'price'",
        ),
        ("new.csv", "", "new.csv has one column, 'height': add a column to predict, and name it by --target NAME"),
        ("new.csv", "height", "new.csv has only the target column 'height': add a column to learn from"),
        (
            "two.csv",
            "kind",
            "2 rows cannot be split into rows to learn from and rows to hold out: no class has 2 rows",
        ),
        ("text.csv", "kind", "text.csv: column 'height' holds text where numbers are needed: 'tall' on line 4"),
        ("missing.csv", "kind", "missing.csv: column 'height' has 1 missing value in 4 rows, first on line 3"),
    ],
)
def test_bad_data_is_one_sentence(sentence, data, target, message):
    assert sentence("train", data, "--target", target).startswith(message)


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
def test_bad_settings_are_one_sentence(sentence, options):
    assert sentence("train", "good.csv", "--target", "kind", *options)


def test_text_cannot_be_a_quantity(sentence):
    said = sentence("train", "good.csv", "--target", "kind", "--task", "regression")
    assert said.endswith("write it as numbers or make the task classification")


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


# --- a network without a table ---


@pytest.fixture
def saved_and(tmp_path):
    """A network of AND that `Network.save` wrote, and its truth table."""
    net = cr.Network([2, 1], output="sigmoid")
    net.W[1][:], net.b[1][:] = 20, -30
    net.save(tmp_path / "and.net")
    (tmp_path / "and.csv").write_text("a,b,y\n0,0,0\n0,1,0\n1,0,0\n1,1,1\n")
    (tmp_path / "inputs.csv").write_text("a,b\n0,0\n1,1\n")


@pytest.mark.usefixtures("saved_and")
def test_a_network_without_a_table_takes_the_columns_as_they_stand(chainrule):
    ended = chainrule("predict", "and.net", "inputs.csv")
    assert (ended.code, ended.out) == (0, "prediction,probability\n0,1\n1,0.999955\n")
    assert ended.err == "and.net is a network without a table: its inputs are 'a', 'b', as they stand, unscaled\n"
    assert chainrule("evaluate", "and.net", "and.csv", "--target", "y").out.startswith("100.0% right (4 of 4)")


def test_a_network_without_a_table_takes_the_target_of_a_bundled_one(chainrule, tmp_path):
    cr.Network([64, 10], output="softmax").save(tmp_path / "digits.net")
    cr.Network([10, 1]).save(tmp_path / "diabetes.net")
    assert chainrule("evaluate", "digits.net", "digits").out.partition(" of ")[2].startswith("1,797)")
    assert chainrule("evaluate", "diabetes.net", "diabetes").out.startswith("off by ")
    assert chainrule("predict", "diabetes.net", "diabetes").out.startswith("target\n")


@pytest.mark.usefixtures("saved_and")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("predict", "and.net", "and.csv"), "and.net is a network with 2 inputs, and and.csv has 3 columns: give a"),
        (("evaluate", "and.net", "and.csv"), "name the column of and.csv that is to be predicted by --target NAME"),
        (
            ("evaluate", "and.net", "iris"),
            "and.net is a network with 2 inputs, and iris has 4 columns besides 'target'",
        ),
        (
            ("evaluate", "and.net", "unseen.csv", "--target", "kind"),
            "and.net is a network with 2 inputs, and unseen.csv",
        ),
        (("evaluate", "and.net", "and.csv", "--target", "q"), "and.csv has no column 'q'"),
    ],
)
def test_a_network_that_does_not_fit_the_table_is_one_sentence(sentence, words, message):
    assert sentence(*words).startswith(message)


def test_a_network_of_several_quantities_is_for_python(sentence, tmp_path):
    cr.Network([1, 2]).save(tmp_path / "net")
    assert sentence("predict", "net", "new.csv") == (
        "net is a network with 2 outputs (identity), and a table has one target: use it in Python, "
        "chainrule.load('net').predict(X)"
    )


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
        (["price.csv"], "price.csv lacks 1 of 1 features, 'height'"),
        (["good.csv", "--target", "q"], "good.csv has no column 'q'"),
    ],
)
def test_evaluating_the_impossible_is_one_sentence(sentence, model, words, message):
    assert sentence("evaluate", model, *words).startswith(message)
