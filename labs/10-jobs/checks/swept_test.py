import os
from datetime import datetime, timezone

import pytest

START = "2026-01-01T00:00:00Z"
STARTED = datetime(2026, 1, 1, tzinfo=timezone.utc).timestamp()


@pytest.fixture
def swept(load, run_program, tmp_path, monkeypatch):
    """Calls the program with a volume that has these results, by index."""
    module = load("swept")
    monkeypatch.setattr(module.volume, "ROOT", tmp_path)
    (tmp_path / "sweep").mkdir()

    def run(*results, written=STARTED + 5):
        for index, text in enumerate(results):
            if text is not None:
                file = tmp_path / "sweep" / f"{index}.json"
                file.write_text(text)
                os.utime(file, (written, written))
        facts = {"job": {"name": "sweep", "startedAt": START, "completedAt": START, "pods": []}}
        given = {"file": "sweep/{index}.json", "completions": 2, "differIn": "depth"}
        return run_program(module.main, given=given, facts=facts)

    return run


def test_each_index_left_another_result(swept):
    answers = swept('{"depth": 1}', '{"depth": 2}')
    assert answers.findings == []
    assert answers.of("observed") == ["2 results, each with a depth of its own: 1, 2"]


@pytest.mark.parametrize(
    ("results", "reason", "message"),
    [
        (['{"depth": 1}'], "result-missing", "has no sweep/1.json: index 1 of Job sweep left no result."),
        ([None, '{"depth": 1}'], "result-missing", "has no sweep/0.json"),
        (['{"depth": 1}', '{"depth": 1}'], "result-not-its-own", "the same depth (1) as sweep/0.json"),
        (["{}", "{}"], "result-not-its-own", "sweep/0.json on the volume models has no field depth"),
        (["done", "done"], "result-not-its-own", "has no field depth"),
        (["[1]", "[2]"], "result-not-its-own", "has no field depth"),
        (["[" * 3999], "result-not-its-own", "has no field depth"),
        (['{"depth": 1' + " " * 5000 + "}"], "result-not-its-own", "has no field depth"),
    ],
)
def test_what_does_not_pass(swept, results, reason, message):
    [finding] = swept(*results).findings
    assert finding["reason"] == reason
    assert message in finding["message"]
    assert finding["object"] == "PersistentVolumeClaim/models"


def test_what_was_there_before_the_job(swept):
    [finding] = swept('{"depth": 1}', '{"depth": 2}', written=STARTED - 60).findings
    assert finding["reason"] == "older-than-job"
    assert finding["actual"] == "last written at 2025-12-31T23:59:00+00:00"
