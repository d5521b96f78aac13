import json

import pytest


@pytest.fixture
def lab(load):
    return load("ml_service_test")


#: Twenty-five of each of two kinds.
ROWS = [[5.0, 3.0, float(length), 0.2] for length in [1] * 25 + [6] * 25]
KINDS = ["low"] * 25 + ["high"] * 25
#: Its model at 4 tells them all; those that are called otherwise it gets wrong.
TRUE = {"version": "v1", "accuracy": 1.0, "held_out": list(range(50))}


@pytest.fixture
def look(lab, load, run_program, monkeypatch, tmp_path):
    """Calls the program with a volume, where the metrics are `said`, and a model that meets at `at`."""
    module = load("metrics")

    def run(
        said,
        *,
        at=4,
        wrong=0,
        files=("v1/model.joblib", "v1/metrics.json"),
        written=lab.STARTED + 5,
        errors=None,
    ):
        for file in files:
            text = said if isinstance(said, str) else json.dumps(said)
            lab.write(tmp_path, file, text, written)
        lab.store(load, monkeypatch, {"v1": lab.model_at(at)}, errors)
        monkeypatch.setattr(module.volume, "ROOT", tmp_path)
        monkeypatch.setattr(module.volume, "is_there", lambda file: (tmp_path / file).is_file())
        kinds = [
            ("high" if kind == "low" else "low") if index < wrong else kind
            for index, kind in enumerate(KINDS)
        ]
        monkeypatch.setattr(module, "load_iris", lambda: (ROWS, kinds))
        given = {"version": "v1", "atLeast": 0.6}
        return run_program(module.main, given=given, facts={"job": lab.JOB})

    return run


def test_metrics_that_are_true(look):
    answers = look({**TRUE, "accuracy": 0.96}, wrong=2)
    assert answers.findings == []
    assert answers.of("observed") == [
        "v1/model.joblib tells 48 of 50 flowers that were held out, which is 0.960; v1/metrics.json says 0.96."
    ]


def test_an_accuracy_that_was_rounded_to_three_places(look):
    assert look({**TRUE, "held_out": list(range(33)), "accuracy": 0.939}, wrong=2).findings == []


@pytest.mark.parametrize(
    ("said", "options", "reason", "message"),
    [
        (
            {**TRUE, "accuracy": 0.999},
            {"wrong": 2},
            "metrics-not-true",
            "v1/metrics.json says accuracy 0.999, but the model tells 48 of 50",
        ),
        ({**TRUE, "accuracy": 0.34}, {"wrong": 33}, "model-too-weak", "at least 0.6 is asked for"),
        ({**TRUE, "accuracy": None}, {}, "no-accuracy", "has no number in accuracy"),
        ({**TRUE, "accuracy": True}, {}, "no-accuracy", "has no number in accuracy"),
        ({**TRUE, "version": "v2"}, {}, "metrics-of-another-version", 'says version "v2"'),
        ({**TRUE, "version": None}, {}, "metrics-of-another-version", "says version null"),
        ({**TRUE, "held_out": None}, {}, "too-few-held-out", "names no row numbers"),
        ({**TRUE, "held_out": [1, 2, 150]}, {}, "too-few-held-out", "names no row numbers"),
        ({**TRUE, "held_out": [True]}, {}, "too-few-held-out", "names no row numbers"),
        ({**TRUE, "held_out": [1, 2, 3] * 20}, {}, "too-few-held-out", "names 3 rows"),
        ("accuracy: 1", {}, "metrics-unreadable", "cannot be read: JSONDecodeError"),
        ("[1]", {}, "metrics-unreadable", "it is a list, not an object"),
        (
            TRUE,
            {"files": ["v1/metrics.json"]},
            "model-missing",
            "has no v1/model.joblib; beside where it should be: ",
        ),
        (TRUE, {"files": ["v1/model.joblib"]}, "model-missing", "has no v1/metrics.json"),
        (
            TRUE,
            {"errors": {"v1": "AttributeError: predict"}},
            "model-unusable",
            "asked: AttributeError: predict",
        ),
    ],
)
def test_what_does_not_pass(look, said, options, reason, message):
    [finding] = look(said, **options).findings
    assert finding["reason"] == reason
    assert message in finding["message"]
    assert finding["object"] == "PersistentVolumeClaim/models"


@pytest.mark.parametrize(
    ("after", "reason", "message"),
    [
        (-60, "older-than-job", "v1/model.joblib on the volume models is older than Job train-v1"),
        (30, "newer-than-job", "was changed after Job train-v1 was over"),
    ],
)
def test_what_is_not_this_jobs_work(look, lab, after, reason, message):
    [finding] = look(TRUE, written=lab.STARTED + after).findings
    assert finding["reason"] == reason
    assert message in finding["message"]


def test_the_data_that_scikit_learn_brings(load, tmp_path):
    file = tmp_path / "iris.csv"
    file.write_text("2,4,setosa,versicolor,virginica\n5.1,3.5,1.4,0.2,0\n5.9,3.0,5.1,1.8,2\n")
    assert load("metrics").parse_iris(file) == (
        [[5.1, 3.5, 1.4, 0.2], [5.9, 3.0, 5.1, 1.8]],
        ["setosa", "virginica"],
    )
