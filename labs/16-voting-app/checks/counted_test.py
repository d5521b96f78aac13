import pytest


@pytest.fixture
def app(load, monkeypatch):
    support = load("voting_app_test")
    support.without_waiting(monkeypatch)
    return support.VotingApp(load)


@pytest.fixture
def run(load, run_program, app):
    facts = load("voting_app_test").facts()
    main = load("counted").main

    def run_counted(nonce="0123456789abcdef"):
        given = {"votes": 30, "perSecond": 20}
        return run_program(lambda check: main(check, app), given=given, facts=facts, nonce=nonce)

    return run_counted


def only(answers):
    (finding,) = answers.findings
    return finding


def test_passes_when_the_tally_moves_by_exactly_the_voters(run, app):
    app.rows["f" * 32] = "tea"
    answers = run()
    assert answers.findings == [] and answers.is_done
    assert len(app.rows) == 31
    counts = app.tally()
    said = f"30 voters, of whom 6 changed their mind: coffee {counts['coffee']}, tea {counts['tea'] - 1}."
    assert answers.of("observed") == [said]
    assert answers.values["tally"] == {"coffee": 0, "tea": 1}
    assert dict(map(tuple, answers.values["ballots"])) == {k: v for k, v in app.rows.items() if k != "f" * 32}


def test_draws_other_numbers_each_time(run):
    assert len({run(nonce).of("observed")[0] for nonce in ("a", "b", "c", "d")}) > 1


def test_lost_votes_are_counted_and_the_worker_is_asked(run, app):
    store = app.store
    app.store = lambda voter, choice: None if voter.endswith("7") else store(voter, choice)
    app.said = "out of ideas"
    finding = only(run())
    assert finding["reason"] == "worker-does-not-deliver"
    assert finding["message"].startswith(
        "2 of 30 votes that vote.localhost has taken are not in the database as they were cast."
    )
    assert "The last line of its log: out of ideas." in finding["message"]


def test_a_change_of_mind_that_does_not_count(run, app):
    app.store = app.rows.setdefault
    assert only(run())["message"].startswith("6 of 30 votes")


def test_a_row_a_vote(run, app):
    rows = []
    app.store = lambda voter, choice: rows.append((voter, choice))
    app.database.rows = lambda: rows
    app.shows = lambda: {choice: [each for _, each in rows].count(choice) for choice in ("coffee", "tea")}
    finding = only(run())
    assert finding["reason"] == "counted-twice"
    assert finding["message"].startswith(
        "The database holds 6 votes more than were cast: somebody was counted twice"
    )


def test_votes_that_were_there_before_are_gone(run, app):
    app.rows.update({f"old-{number}": "tea" for number in range(3)})
    store = app.store

    def forgetful(voter, choice):
        for number in range(3):
            app.rows.pop(f"old-{number}", None)
        store(voter, choice)

    app.store = forgetful
    assert only(run())["message"].startswith("3 votes that the database held before are gone.")


def test_a_page_with_numbers_of_its_own(run, app):
    app.shows = lambda: {"coffee": 1904, "tea": 96}
    finding = only(run())
    counts = app.tally()
    assert finding["reason"] == "page-differs-from-database"
    assert finding["message"].startswith(
        f"result.localhost shows coffee 1904, tea 96, but the database holds coffee {counts['coffee']}, tea {counts['tea']}"
    )


def test_a_page_that_goes_away(run, app):
    app.shows = lambda: app.tally() if not app.rows else None
    assert only(run())["message"].startswith(
        "result.localhost gives no tally any more, while the database holds"
    )


def test_numbers_that_never_rest(run, app):
    seen = iter(range(10_000))
    app.shows = lambda: {"coffee": next(seen), "tea": 0}
    finding = only(run())
    assert finding["reason"] == "tally-never-rests"
    assert app.rows == {}


def test_votes_that_are_refused(run, app):
    app.refuses = app.answer(503, "try again")
    finding = only(run())
    assert finding["reason"] == "votes-refused"
    assert finding["message"].startswith("30 of 30 votes were not taken by vote.localhost (status 503).")
    assert finding["cause"] == {"ingress": "vote.localhost", "path": "/"}


def test_voters_who_are_all_the_same_to_it(run, app):
    app.blind = True
    assert only(run())["reason"] == "voters-not-told-apart"


def test_pages_that_do_not_answer(run, app):
    app.open = False
    finding = only(run())
    assert (finding["reason"], finding["object"]) == ("page-silent", "Host/vote.localhost")
    assert finding["actual"] == "status 503: Coffee or tea?"
    app.open, app.shows = True, lambda: None
    finding = only(run())
    assert finding["object"] == "Host/result.localhost"
    assert finding["cause"] == {"ingress": "result.localhost", "path": "/api/tally"}
    assert finding["message"].startswith("http://result.localhost/api/tally does not answer as it should")


def test_a_database_that_does_not_let_in_whom_the_secret_names(run, load, app):
    def refuse():
        raise load("app").Refused('FATAL:  password authentication failed for user "votes"')

    app.database.rows = refuse
    finding = only(run())
    assert finding["reason"] == "database-refuses"
    assert 'password authentication failed for user "votes"' in finding["message"]


def test_is_errored_when_the_ingress_controller_or_the_database_cannot_be_asked(run, app):
    def outage():
        raise ConnectionError("the database does not answer")

    app.database.rows = outage
    answers = run()
    assert answers.findings == []
    assert answers.of("errored") == ["ConnectionError: the database does not answer"]
    app.vote.cast = lambda choice: outage()
    assert run().of("errored") == ["ConnectionError: the database does not answer"]
