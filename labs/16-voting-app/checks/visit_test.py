import itertools

import pytest


@pytest.fixture
def app(load):
    return load("voting_app_test").VotingApp(load)


@pytest.fixture
def run(load, run_program, app, monkeypatch):
    program = load("visit")
    monkeypatch.setattr(load("looking"), "FORGOTTEN_WITHIN", 0.1)
    monkeypatch.setattr(program, "MARGIN", 0.05)
    monkeypatch.setattr(program, "ENOUGH_WITHIN", 1)

    def visit(over=None, before=None, **given):
        given = {"votes": 12, "perSecond": 200, "looks": 40, "looksPerSecond": 400, **given}
        return run_program(lambda check: program.main(check, app), given=given, over=over, before=before)

    return visit


def test_passes_when_every_request_was_answered_and_every_vote_taken(run, app):
    answers = run(over={"complete": True}, before={"ballots": [["me", "tea"]]})
    assert answers.findings == [] and answers.is_done
    assert answers.of("ready") == [True]
    assert answers.values["ballots"][0] == ["me", "tea"]
    assert dict(answers.values["ballots"][1:]) == app.rows
    assert len(app.rows) >= 12
    (observed,) = answers.of("observed")
    assert observed.startswith("0 of ")
    assert observed.endswith(" votes was refused, while vote was updated.")


def test_lost_requests_are_counted_by_what_went_wrong_and_the_rollout_is_asked(run, app):
    turns = itertools.count()
    app.look = lambda: "no answer" if next(turns) % 20 == 19 and len(app.rows) > 2 else None
    answers = run()
    (finding,) = answers.findings
    assert (finding["reason"], finding["object"]) == ("requests-lost", "Service/vote")
    assert finding["message"] == f"While vote was updated, {finding['actual']}."
    assert "requests failed (" in finding["actual"] and " × no answer)" in finding["actual"]
    assert finding["cause"] == {"rollout": "vote"}
    assert answers.of("errored") == []


def test_refused_votes_are_told_beside_lost_requests(run, app):
    app.refuses = app.answer(502, "Bad Gateway")
    app.look = lambda: "status 502"
    answers = run()
    assert [finding["reason"] for finding in answers.findings] == ["requests-lost", "votes-refused"]


def test_too_few_requests_prove_nothing(run):
    answers = run(looks=100_000)
    assert answers.findings == []
    (errored,) = answers.of("errored")
    assert "of 100000 requests could be sent, so nothing is proven" in errored


def test_too_few_requests_are_no_matter_where_a_rollout_got_stuck(run):
    answers = run(looks=100_000, over={"complete": False})
    assert answers.findings == [] and answers.of("errored") == []


def test_is_errored_when_nobody_can_vote_at_all(run, app):
    def outage(choice):
        raise ConnectionError("the ingress controller does not answer")

    app.vote.cast = outage
    answers = run()
    assert answers.of("errored") == ["ConnectionError: the ingress controller does not answer"]
