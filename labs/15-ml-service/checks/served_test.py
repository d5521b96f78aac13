import json

import pytest


@pytest.fixture
def lab(load):
    return load("ml_service_test")


@pytest.fixture
def look(lab, load, run_program, monkeypatch):
    """Calls the program with a server; `change` makes of it what it should not be."""
    v1 = lab.model_at(4)
    module = load("served")

    def run(change=lambda server: None, models=None, nonce="0123456789abcdef"):
        lab.store(load, monkeypatch, {"v1": v1} if models is None else models)
        run.server = lab.Server(load, monkeypatch, "v1", v1)
        change(run.server)
        return run_program(
            module.main, given={"versions": ["v1", "v2"]}, facts={"model": lab.MODEL}, nonce=nonce
        )

    return run


def test_a_server_that_says_what_the_stored_model_says(look):
    answers = look()
    assert answers.findings == []
    assert answers.of("observed") == ["40 of 40 predictions are those of the stored v1."]


def test_a_server_that_rounds(look, lab):
    def rounded(row):
        said = lab.model_at(4)(row)
        return {
            **said,
            "probabilities": {kind: round(share, 4) for kind, share in said["probabilities"].items()},
        }

    assert look(lambda server: setattr(server, "model", rounded)).findings == []


def test_new_flowers_each_time(look):
    look()
    first = look.server.bodies
    look(nonce="fedcba9876543210")
    assert len(first) == 40 and first != look.server.bodies
    assert list(first[0]) == ["sepal_length", "sepal_width", "petal_length", "petal_width"]


def test_waits_until_an_old_pod_that_is_still_ending_cannot_be_asked_any_more(look):
    asked = []

    def old_pod(server):
        def instead(path, body):
            asked.append(path)
            return server.reply(200, {"version": "v2"}) if len(asked) in (2, 8) else None

        server.instead = instead

    assert look(old_pod).findings == []
    assert asked[:18] == ["/model"] * 18


def test_versions_that_take_turns_for_ever(look, monkeypatch):
    def turns(server):
        count = iter(range(10**6))
        server.instead = lambda path, body: server.reply(200, {"version": f"v{next(count) % 2 + 1}"})
        clock = iter(range(0, 10**6, 10))
        monkeypatch.setattr(server.module, "monotonic", lambda: next(clock))

    [finding] = look(turns).findings
    assert finding["reason"] == "two-versions"
    assert "names now v1, now v2" in finding["message"]


def model(predict):
    return lambda server: setattr(server, "model", predict)


def replies(status, text, only="/predict"):
    def change(server):
        server.instead = lambda path, body: server.reply(status, text) if path == only else None

    return change


def names_the_other(server):
    server.instead = lambda path, body: (
        server.reply(200, {"version": "v2", **server.model(list(body.values()))}) if body else None
    )


@pytest.mark.parametrize(
    ("change", "reason", "message"),
    [
        (
            model("near"),
            "not-the-stored-model",
            "of 40 predictions are not those of the model v1 on the volume models",
        ),
        (model("far"), "not-the-stored-model", "the stored model high"),
        (model("constant"), "constant-answer", "All answers are one and the same"),
        (names_the_other, "not-the-stored-model", "by v2, the stored model"),
        (replies(200, '{"version": "v9"}', "/model"), "another-version", "names v9; it has to name"),
        (replies(404, "no", "/model"), "version-not-named", "answers with status 404 with no"),
        (replies(200, "v1", "/model"), "version-not-named", "answers with status 200 with v1"),
        (
            replies(None, "ConnectionRefusedError", "/model"),
            "version-not-named",
            "is not answered: ConnectionRefusedError",
        ),
        (
            replies(503, "no", "/ready"),
            "health-not-told",
            "GET /ready of Service model answers status 503 with no",
        ),
        (replies(404, "", "/healthz"), "health-not-told", "status 404 with an empty body"),
        (replies(200, "setosa"), "constant-answer", "status 200 with setosa"),
        (replies(200, ""), "constant-answer", "status 200 with an empty body"),
        (
            replies(200, '{"version": "v1", "prediction": "low", "probabilities": {"low": NaN}}'),
            "constant-answer",
            "status 200 with",
        ),
    ],
)
def test_what_does_not_pass(look, lab, change, reason, message):
    def by_name(server):
        change(server)
        named = {
            "near": lab.model_at(4.1),
            "far": lab.model_at(6),
            "constant": lambda row: lab.model_at(4)([0, 0, 1]),
        }
        if isinstance(server.model, str):
            server.model = named[server.model]

    [finding] = look(by_name).findings
    assert finding["reason"] == reason
    assert message in finding["message"]
    assert finding["object"] == "Service/model"


def test_a_server_that_is_away_asks_for_labctls_own_diagnosis(look):
    [finding] = look(replies(None, "ConnectionRefusedError", "/model")).findings
    assert finding["cause"] == {"service": "model"}


def test_what_is_served_and_not_stored(look):
    [finding] = look(models={"v2": None}).findings
    assert finding["reason"] == "model-missing"
    assert (
        finding["message"] == "The volume models has no v1/model.joblib; beside where it should be: nothing."
    )


def test_asks_with_what_the_model_takes(load, monkeypatch, lab):
    sent = []

    class Connection:
        def __init__(self, *address, timeout):
            sent.append((*address, timeout))

        def request(self, *request):
            sent.append(request)

        def getresponse(self):
            return type("Answer", (), {"status": 200, "read": lambda self, limit: b"{}"})()

        def close(self):
            sent.append("closed")

    server = load("server")
    monkeypatch.setattr(server.http.client, "HTTPConnection", Connection)
    assert server.ask(lab.MODEL, "/predict", {"a": 1}) == (200, "{}")
    assert sent == [
        ("10.96.0.10", 80, 5),
        ("POST", "/predict", json.dumps({"a": 1}), {"content-type": "application/json"}),
        "closed",
    ]


def test_nothing_that_comes_is_a_reply(load, monkeypatch, lab):
    server = load("server")

    def refuse(*_, **__):
        raise ConnectionRefusedError

    monkeypatch.setattr(server.http.client.HTTPConnection, "request", refuse)
    assert server.ask(lab.MODEL, "/model") == (None, "ConnectionRefusedError")
