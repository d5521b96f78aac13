"""A voting app in memory for the tests beside this one, and tests of what reads its pages."""

import itertools
from types import SimpleNamespace

import pytest


class Page:
    """What the app's pages are to a browser; a test turns the part that does not do right."""

    def __init__(self, host, app):
        self.host = host
        self.app = app

    def get(self, path="/"):
        return self.app.answer(200 if self.app.open else 503, "Coffee or tea?")

    def cast(self, choice, voter=None):
        if self.app.refuses is not None:
            return self.app.refuses
        new = f"{next(self.app.names):032x}"
        self.app.store(voter or new, choice)
        return self.app.answer(303, "", None if self.app.blind else voter or new)

    def tally(self):
        return self.app.shows()


class VotingApp:
    """Does right: a row a voter, and a page that shows what the rows say."""

    namespace = "lab-test"

    def __init__(self, load):
        self.answer = load("app").Answer
        self.rows, self.names, self.said = {}, itertools.count(), ""
        self.open, self.blind, self.refuses = True, False, None
        self.vote, self.result = Page("vote.localhost", self), Page("result.localhost", self)
        self.database = SimpleNamespace(
            pod="db-0", rows=lambda: list(self.rows.items()), forget=lambda voter: self.rows.pop(voter, None)
        )
        self.queue = SimpleNamespace(put=self.put, remove=lambda entry: self.told.append(("remove", entry)))
        self.told = []
        self.look = lambda: None
        self.front = SimpleNamespace(service="vote", look=lambda: self.look())

    def store(self, voter, choice):
        self.rows[voter] = choice

    def shows(self):
        return self.tally()

    def tally(self):
        choices = list(self.rows.values())
        return {choice: choices.count(choice) for choice in ("coffee", "tea")}

    def put(self, voter, choice):
        self.told.append(("put", choice))
        self.store(voter, choice)
        return "1-0"

    def worker_log(self):
        return self.said


class Clock:
    """Time that passes when somebody waits for it."""

    def __init__(self):
        self.now = 1000.0

    def sleep(self, seconds):
        self.now += max(seconds, 0.001)

    def monotonic(self):
        return self.now


def without_waiting(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("time.sleep", clock.sleep)
    monkeypatch.setattr("time.monotonic", clock.monotonic)
    return clock


def facts(host="db", services=("db", "redis"), volume=None):
    """What labctl tells of the cluster around the app."""
    container = {"name": "worker", "env": [{"name": "DATABASE_HOST", "value": host}]}
    mount = {"name": "data", "mountPath": "/var/lib/postgresql/data"}
    database = {
        "metadata": {"name": "db-0"},
        "spec": {
            "containers": [{"name": "postgres", "volumeMounts": [mount] if volume else []}],
            "volumes": [{"name": "data", **volume}] if volume else [],
        },
    }
    return {
        "worker": {"spec": {"template": {"spec": {"containers": [container]}}}},
        "services": [{"metadata": {"name": name}} for name in services],
        "database": [{"name": "db-0", "address": "10.0.0.1"}],
        "pods": [database],
    }


def test_a_look_says_what_went_wrong(load):
    app = load("app")
    door = app.Door({"name": "vote", "address": "127.0.0.1", "port": 1})
    assert door.look() == "no answer"


@pytest.mark.parametrize("workers", [[], ["worker-1", "worker-2"]])
def test_the_tally_before_and_who_works(load, run_program, monkeypatch, workers):
    without_waiting(monkeypatch)
    app = VotingApp(load)
    app.rows["a"] = "tea"
    main = load("before").main
    answers = run_program(
        lambda check: main(check, app), facts={"workers": [{"name": name} for name in workers]}
    )
    assert answers.values == {"tally": {"coffee": 0, "tea": 1}, "workers": workers}


@pytest.mark.parametrize(
    ("cookies", "voter"),
    [
        (["choice=tea; Path=/", f"voter={'a' * 32}; Path=/; HttpOnly"], "a" * 32),
        ([f"other-voter={'a' * 32}"], None),
        (["voter=me; Path=/"], None),
        ([], None),
    ],
)
def test_a_voter_is_who_the_cookie_says(load, cookies, voter):
    assert load("app").voter_of(cookies) == voter


def test_a_tally_is_a_number_for_each_choice(load):
    app = load("app")
    counts = '{"coffee": 2, "tea": 0, "total": 2}'
    assert app.tally_of(app.Answer(200, counts)) == {"coffee": 2, "tea": 0}
    for status, text in (
        (503, counts),
        (None, "no answer"),
        (200, "[]"),
        (200, "<html>"),
        (200, '{"coffee": 1}'),
    ):
        assert app.tally_of(app.Answer(status, text)) is None
    assert app.tally_of(app.Answer(200, '{"coffee": "1", "tea": true}')) is None
    assert app.tally_of(app.Answer(200, "[" * 100_000)) is None
