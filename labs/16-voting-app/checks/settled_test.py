"""What the programs that look after a disturbance say: settled, delivered, kept."""

import pytest


@pytest.fixture
def app(load, monkeypatch):
    support = load("voting_app_test")
    support.without_waiting(monkeypatch)
    app = support.VotingApp(load)
    app.rows.update({f"voter-{number}": "tea" if number % 3 else "coffee" for number in range(40)})
    return app


@pytest.fixture
def run(load, run_program, app):
    facts = load("voting_app_test").facts
    ballots = [list(row) for row in app.rows.items()]

    def run_after(name, volume=None, **given):
        main = load(name).main
        before = {"tally": {"coffee": 0, "tea": 0}, "ballots": ballots}
        return run_program(
            lambda check: main(check, app), given=given, facts=facts(volume=volume), before=before
        )

    return run_after


def lose(app, count):
    for voter in list(app.rows)[:count]:
        del app.rows[voter]


@pytest.mark.parametrize("name", ["settled", "delivered", "kept"])
def test_pass_when_each_ballot_counts_once(run, name):
    assert run(name, during="vote was updated").findings == []


def test_settled_says_what_was_done_and_asks_the_worker(run, app):
    lose(app, 1)
    app.said = "busy"
    (finding,) = run("settled", during="vote was updated").findings
    assert finding["message"].startswith(
        "While vote was updated: 1 of 40 votes that vote.localhost has taken"
    )
    assert finding["message"].endswith("The last line of its log: busy.")


def test_delivered_asks_when_the_worker_acknowledges(run, app):
    lose(app, 7)
    (finding,) = run("delivered").findings
    assert finding["reason"] == "votes-lost-with-worker"
    assert finding["message"].startswith("While the worker's pod was deleted: 7 of 40 votes")
    assert finding["message"].endswith("When does worker acknowledge a vote?")
    assert finding["next"] == "kubectl -n lab-test logs deployment/worker"


@pytest.mark.parametrize(
    ("volume", "reason", "words"),
    [
        (
            {"emptyDir": {}},
            "data-on-empty-dir",
            "Volume data of pod db-0 is an emptyDir, which goes with the pod.",
        ),
        ({"hostPath": {"path": "/tmp"}}, "data-in-container", "keeps its data in the container itself"),
        (None, "data-in-container", "keeps its data in the container itself"),
        (
            {"persistentVolumeClaim": {"claimName": "a"}},
            "data-beside-claim",
            "does PGDATA name a folder on it?",
        ),
    ],
)
def test_kept_names_the_volume_that_goes_with_the_pod(run, app, volume, reason, words):
    lose(app, 20)
    (finding,) = run("kept", volume=volume).findings
    assert finding["reason"] == reason
    assert finding["message"].startswith("While the database's pod was deleted: 20 of 40 votes")
    assert words in finding["message"]
