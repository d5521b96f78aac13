import json
import os
import pickle
from datetime import datetime, timezone

import pytest

START = "2026-01-01T00:00:00Z"
STARTED = datetime(2026, 1, 1, tzinfo=timezone.utc).timestamp()

#: In place of joblib, which the image brings.
JOBLIB = "import pickle\ndef load(path):\n    with open(path, 'rb') as file: return pickle.load(file)\n"

#: Knows the kinds by the length of the petals, as a trained model would.
RIGHT = """
class Model:
    def predict(self, rows):
        return ["setosa" if row[2] < 2.8 else "versicolor" if row[2] + row[3] < 6.4 else "virginica" for row in rows]
"""


@pytest.fixture
def trained(load, run_program, tmp_path, monkeypatch):
    """Calls the program with a volume, where the model is what Python makes of a text."""
    packages, root = tmp_path / "packages", tmp_path / "volume"
    packages.mkdir()
    root.mkdir()
    (packages / "joblib.py").write_text(JOBLIB)
    module = load("trained")
    monkeypatch.setenv("PYTHONPATH", f"{packages}:{os.pathsep.join(os.sys.path)}")
    monkeypatch.setattr(module.volume, "ROOT", root)

    def run(model, *, nonce="0123456789abcdef", written=STARTED + 5, pickled=None):
        if model is not None:
            (packages / "student.py").write_text(model)
            (root / "model.joblib").write_bytes(pickled or b"cstudent\nModel\n)\x81.")
            os.utime(root / "model.joblib", (written, written))
        facts = {"job": {"name": "train", "startedAt": START, "completedAt": START, "pods": []}}
        given = {"file": "model.joblib", "atLeast": 0.9}
        return run_program(module.main, given=given, facts=facts, nonce=nonce)

    run.root = root
    run.module = module
    return run


def test_a_model_that_tells_new_samples_apart(trained):
    answers = trained(RIGHT)
    assert answers.findings == []
    assert answers.of("observed")[0].endswith("% of 400 new samples told apart")
    assert answers.is_done


def test_samples_are_new_each_time_and_two_decimals_long(trained):
    import random

    first, again, other = (trained.module.draw(random.Random(seed), 300) for seed in ("a", "a", "b"))
    assert first == again != other
    assert {kind for _, kind in first} == set(trained.module.FLOWERS)
    assert all(round(value, 2) == value for measures, _ in first for value in measures)


@pytest.mark.parametrize(
    ("model", "reason", "message"),
    [
        (None, "model-missing", "has no model.joblib; beside where it should be: nothing."),
        (
            RIGHT.replace("setosa", "rose"),
            "model-too-weak",
            "new samples apart, and at least 90 % are asked for",
        ),
        ("class Model:\n def predict(self, rows): return []", "model-too-weak", "tells 0 % of 400"),
        ("class Model: pass", "model-unusable", "AttributeError: 'Model' object has no attribute 'predict'"),
        ("class Other: pass", "model-unusable", "cannot be loaded and asked: AttributeError"),
        ("import os\nos._exit(3)", "model-unusable", "it ended with exit code 3"),
        (
            "import os\nprint('done', flush=True)\nos._exit(0)",
            "model-unusable",
            "took the place of its predictions",
        ),
    ],
)
def test_what_does_not_pass(trained, model, reason, message):
    [finding] = trained(model).findings
    assert finding["reason"] == reason
    assert message in finding["message"]
    assert finding["object"] == "PersistentVolumeClaim/models"
    assert finding["next"] == "kubectl -n lab-test logs job/train"


def test_a_folder_that_has_something_else(trained):
    (trained.root / "metrics.json").write_text("{}")
    [finding] = trained(None).findings
    assert "beside where it should be: metrics.json. What a pod writes anywhere else" in finding["message"]


def test_a_model_from_before_is_not_even_loaded(trained):
    [finding] = trained("raise SystemExit", written=STARTED - 60).findings
    assert finding["reason"] == "older-than-job"
    assert "is older than Job train" in finding["message"]


def test_a_model_that_answers_in_the_place_of_the_program_is_not_heard(trained):
    forged = json.dumps({"nonce": "0123456789abcdef", "done": True})
    model = f"import os, sys\nfor stream in range(1, 20):\n try: os.write(stream, {(forged + chr(10)).encode()!r})\n except OSError: pass\nos._exit(0)"
    [finding] = trained(model).findings
    assert finding["reason"] == "model-unusable"


def test_a_pickle_is_run_apart(trained, monkeypatch):
    class Evil:
        def __reduce__(self):
            return (os._exit, (9,))

    [finding] = trained("", pickled=pickle.dumps(Evil())).findings
    assert "it ended with exit code 9" in finding["message"]
