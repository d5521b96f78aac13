import json

import pytest


@pytest.fixture
def lab(load):
    return load("ml_service_test")


GIVEN = {
    "from": "v1",
    "to": "v2",
    "env": "MODEL_VERSION",
    "deployment": "model",
    "perSecond": 60,
    "atLeast": 1000,
}


@pytest.fixture
def played(lab, load, run_program):
    """Judges 1,500 requests of which the middle was asked while versions took turns: v2, v1 for a while, v2."""
    asking, server = load("asking"), load("server")
    models = {"v1": lab.model_at(3), "v2": lab.model_at(4)}
    rows = [[5.0, 3.0, 3.0 + step / 10, 0.2] for step in range(10)]
    pairs = [{"row": row, "from": models["v1"](row), "to": models["v2"](row)} for row in rows]

    def run(instead=lambda at, version, row: None, *, complete=True, perSecond=60):
        asked = []
        for turn in range(25 * perSecond):
            at, pair = turn / perSecond, turn % len(pairs)
            version = "v1" if 5 <= at < 15 else "v2"
            said = {"version": version, **models[version](pairs[pair]["row"])}
            reply = instead(turn, version, pairs[pair]["row"]) or server.Reply(200, json.dumps(said))
            asked.append(asking.Asked(at, pair, reply))
        turns = asking.Turns(asked, 2, 22, complete)
        return run_program(
            lambda check: asking.judge(check, pairs, turns), given=GIVEN, facts={"model": lab.MODEL}
        )

    run.Reply, run.models = server.Reply, models
    return run


def test_every_answer_is_a_versions_own(played):
    answers = played()
    assert answers.findings == [] and answers.of("errored") == []
    assert answers.of("observed") == [
        "0 of 1500 predictions failed while v1 and v2 took turns; 600 were v1's own, 900 were v2's own, 0 were neither's."
    ]


def test_a_single_one_that_was_lost(played):
    lost = played.Reply(None, "ConnectionRefusedError")
    [finding] = played(lambda turn, *_: lost if turn == 700 else None).findings
    assert finding["reason"] == "predictions-lost"
    assert finding["actual"] == "1 of 1500 predictions failed (1 × no answer (ConnectionRefusedError))"
    assert finding["message"] == f"While v1 and v2 took turns, {finding['actual']}."
    assert finding["cause"] == {"rollout": "model"}


def test_a_server_that_is_unavailable_now_and_then(played):
    busy = played.Reply(503, "no")
    [finding] = played(lambda turn, *_: None if turn % 100 else busy).findings
    assert "(15 × status 503)" in finding["actual"]


def test_a_version_that_answers_for_the_other(played):
    def mixed(turn, version, row):
        return played.Reply(200, json.dumps({"version": version, **played.models["v1"](row)}))

    reasons = {finding["reason"]: finding for finding in played(mixed).findings}
    assert (
        "neither's own: version and prediction do not belong together"
        in reasons["predictions-mixed"]["message"]
    )


@pytest.mark.parametrize(
    ("text", "said"), [("ok", "no prediction but ok"), ("", "no prediction but an empty body")]
)
def test_what_is_no_prediction(played, text, said):
    [finding] = played(lambda turn, *_: played.Reply(200, text) if turn == 9 else None).findings
    assert finding["reason"] == "predictions-mixed"
    assert said in finding["message"]


def test_a_server_that_does_not_follow_its_variable(played):
    def always_v2(turn, version, row):
        return played.Reply(200, json.dumps({"version": "v2", **played.models["v2"](row)}))

    [finding] = played(always_v2).findings
    assert finding["reason"] == "version-not-followed"
    assert "no answer was v1's own: the server does not follow it" in finding["message"]
    # Where a rollout did not come to its end, labctl says so, and this goes without saying.
    assert played(always_v2, complete=False).findings == []


def test_an_old_version_that_stays(played):
    def stays(turn, version, row):
        old = {"version": "v1", **played.models["v1"](row)}
        return played.Reply(200, json.dumps(old)) if turn > 1400 and turn % 10 == 0 else None

    [finding] = played(stays).findings
    assert finding["reason"] == "old-version-stays"
    assert finding["message"].startswith("After the last rollout was over")


def test_too_few_prove_nothing(played):
    answers = played(perSecond=20)
    assert answers.findings == []
    assert "Only 401 of 1000 predictions" in answers.of("errored")[0]


def test_says_ready_when_it_is_answered_and_judges_when_all_is_over(lab, load, run_program, monkeypatch):
    asking = load("asking")
    model = lab.model_at(4)
    server = lab.Server(load, monkeypatch, "v2", model)
    monkeypatch.setattr(asking, "MARGIN", 0.1)
    server.instead = lambda path, body: None
    row = [5.0, 3.0, 4.0, 0.2]
    pairs = [{"row": row, "from": lab.model_at(3)(row), "to": model(row)}]
    answers = run_program(
        asking.main,
        given={**GIVEN, "perSecond": 200, "atLeast": 1},
        facts={"model": lab.MODEL},
        before={"pairs": pairs},
        over={"rolled": ["model"]},
    )
    kinds = [next(key for key in line if key != "nonce") for line in answers.lines]
    assert kinds[0] == "ready" and answers.is_done
    assert [finding["reason"] for finding in answers.findings] == ["version-not-followed"]
    assert 20 <= len(server.bodies) <= 60
