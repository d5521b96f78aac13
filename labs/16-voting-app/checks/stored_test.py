import pytest


@pytest.fixture
def app(load, monkeypatch):
    support = load("voting_app_test")
    app = support.VotingApp(load)
    app.clock = support.without_waiting(monkeypatch)
    return app


@pytest.fixture
def run(load, run_program, app):
    facts, main = load("voting_app_test").facts, load("stored").main
    return lambda **given: run_program(lambda check: main(check, app), facts=facts(**given))


def test_passes_when_a_vote_from_the_queue_is_stored_and_takes_it_back(run, app):
    answers = run()
    assert answers.findings == [] and answers.is_done
    assert [what for what, _ in app.told] == ["put", "remove"]
    assert app.rows == {}


def test_waits_for_a_worker_that_still_looks_for_a_name(run, app):
    late, rows = {}, app.database.rows
    app.store = lambda voter, choice: late.update({voter: (choice, app.clock.now + 20)})

    def later():
        app.rows.update({voter: choice for voter, (choice, due) in late.items() if app.clock.now >= due})
        return rows()

    app.database.rows = later
    assert run().findings == []


def test_names_the_host_that_no_service_has(run, app):
    app.store = lambda voter, choice: None
    app.said = "cannot reach the database at database:5432: failed to resolve host"
    (finding,) = run(host="database").findings
    assert finding["reason"] == "database-host-unknown"
    assert finding["object"] == "Deployment/worker"
    assert finding["expected"] == "a vote from the queue in the database within 10 s"
    assert (
        "DATABASE_HOST of Deployment worker is database, and there is no Service database in namespace lab-test; "
        "the database's Service is db. The last line of its log: cannot reach the database at database:5432"
    ) in finding["message"]
    assert [what for what, _ in app.told] == ["put", "remove"]


@pytest.mark.parametrize("host", ["redis", "db.elsewhere.svc", ""])
def test_gives_the_workers_last_word_where_the_name_is_one(run, app, host):
    app.store = lambda voter, choice: None
    (finding,) = run(host=host).findings
    assert finding["reason"] == "worker-does-not-deliver"
    assert finding["message"].endswith("is running, but does not get it there. Its log is empty.")
    assert finding["actual"] == "silence"


def test_is_errored_when_the_queue_refuses_and_leaves_nothing_behind(run, app):
    def refuse(voter, choice):
        raise RuntimeError("OOM command not allowed")

    app.queue.put = refuse
    assert run().of("errored") == ["RuntimeError: OOM command not allowed"]
