import os
import sys

import pytest

#: In place of joblib, which the image brings.
JOBLIB = "import pickle\ndef load(path):\n    with open(path, 'rb') as file: return pickle.load(file)\n"

RIGHT = """
class Model:
    classes_ = ["low", "high"]
    def predict(self, rows): return ["low" if row[2] < 4 else "high" for row in rows]
    def predict_proba(self, rows): return [[1, 0] if row[2] < 4 else [0.25, 0.75] for row in rows]
"""
ROWS = [[5.0, 3.0, 1.0, 0.2], [5.0, 3.0, 6.0, 0.2]]


@pytest.fixture
def ask(load, run_program, tmp_path, monkeypatch):
    """Asks models, each of which is what Python makes of a text, in a process apart; returns answers and findings."""
    packages, root = tmp_path / "packages", tmp_path / "volume"
    packages.mkdir()
    root.mkdir()
    (packages / "joblib.py").write_text(JOBLIB)
    stored = load("stored")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(packages), *sys.path]))
    monkeypatch.setattr(load("volume"), "ROOT", root)

    def run(**models):
        for version, model in models.items():
            (packages / f"student_{version}.py").write_text(model)
            (root / version).mkdir()
            (root / version / "model.joblib").write_bytes(f"cstudent_{version}\nModel\n)".encode() + b"\x81.")
        told = {}
        answers = run_program(lambda check: told.update(stored.predictions(check, ["v1", "v2"], ROWS)))
        return told, answers.findings

    run.root = root
    return run


def test_what_each_version_says(ask):
    told, findings = ask(v1=RIGHT, v2=RIGHT.replace("0.25, 0.75", "0.5, 0.5"))
    assert findings == []
    assert told["v1"][1] == {"prediction": "high", "probabilities": {"low": 0.25, "high": 0.75}}
    assert told["v2"][1]["probabilities"] == {"low": 0.5, "high": 0.5}


def test_a_model_that_prints_is_a_model(ask):
    told, findings = ask(v1=f"print('loaded')\n{RIGHT}", v2=RIGHT)
    assert findings == [] and set(told) == {"v1", "v2"}


def test_each_that_is_missing_is_told(ask):
    (ask.root / "v9").mkdir()
    told, findings = ask(v1=RIGHT)
    assert told == {}
    assert [finding["message"] for finding in findings] == [
        "The volume models has no v2/model.joblib; beside where it should be: nothing."
    ]
    assert len(ask()[1]) == 1


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("class Model: pass", "AttributeError: "),
        (
            "raise ValueError('no')",
            "v1/model.joblib on the volume models cannot be loaded and asked: ValueError: no",
        ),
        (RIGHT.replace("1, 0", "float('nan'), 0"), "does not say of each of 2 flowers"),
        (
            RIGHT.replace("[[1, 0]", "[[1, 0]][:0] + [[1, 0]").replace(
                "for row in rows]", "for row in rows[:1]]"
            ),
            "does not say",
        ),
        ("import os\nos._exit(3)", "it ended with exit code 3"),
        ("import os\nprint('{}', flush=True)\nos._exit(0)", "took the place of its predictions"),
        ("import os\nprint('[' * 100000, flush=True)\nos._exit(0)", "took the place of its predictions"),
    ],
)
def test_what_is_no_model(ask, model, message):
    told, findings = ask(v1=model, v2=RIGHT)
    assert told == {}
    assert findings[0]["reason"] == "model-unusable"
    assert message in findings[0]["message"]
