import pytest


@pytest.fixture
def app(load, monkeypatch):
    support = load("voting_app_test")
    support.without_waiting(monkeypatch)
    return support.VotingApp(load)


@pytest.fixture
def run(load, run_program, app):
    main = load("cast").main
    return lambda over=None, before=None, **given: run_program(
        lambda check: main(check, app), given=given, over=over, before=before
    )


def test_the_disturbance_begins_in_the_middle_and_all_ballots_are_told(run, app):
    answers = run(votes=200, perSecond=40, readyAfter=66, before={"ballots": [["me", "tea"]]})
    assert answers.findings == [] and answers.is_done
    assert answers.of("ready") == [True]
    assert answers.values["ballots"][0] == ["me", "tea"]
    assert dict(answers.values["ballots"][1:]) == app.rows
    assert len(app.rows) == 200


def test_says_ready_before_it_has_voted_to_its_end(run, app):
    cast, ready = app.vote.cast, []
    answers = None

    def watch(choice):
        ready.append(len(app.rows))
        return cast(choice)

    app.vote.cast = watch
    answers = run(votes=10, perSecond=40)
    kinds = [next(key for key in line if key != "nonce") for line in answers.lines]
    assert kinds == ["announce", "ready", "observed", "value", "done"]


def test_a_refused_vote_is_a_finding(run, app):
    app.refuses = app.answer(502, "Bad Gateway")
    (finding,) = run(votes=60, perSecond=4).findings
    assert finding["actual"] == "60 of 60 votes were not: status 502"


def test_a_vote_that_nobody_answers_is_one_that_was_not_taken(run, app):
    app.refuses = app.answer(None, "no answer within 5 s")
    (finding,) = run(votes=10, perSecond=4).findings
    assert finding["actual"] == "10 of 10 votes were not: no answer within 5 s"
