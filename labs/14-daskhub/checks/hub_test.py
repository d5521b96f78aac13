import pytest


@pytest.mark.parametrize(
    "users, reason, message",
    [
        ({"ada": "engine"}, "too-few-users", "Secret hub-users names only ada: two users"),
        ({}, "too-few-users", "Secret hub-users names nobody: two users"),
        (
            {"ada": " ", "grace": "matic"},
            "empty-password",
            "The password of ada in Secret hub-users is empty",
        ),
        ({"ada": "same", "grace": "same"}, "same-password", "ada and grace have the same password"),
    ],
)
def test_a_secret_without_two_users(look, users, reason, message):
    (finding,) = look("login", users=users).findings
    assert finding["reason"] == reason
    assert finding["object"] == "Secret/hub-users"
    assert message in finding["message"]


def test_a_hub_that_does_not_answer_asks_for_the_cause(look, fake):
    fake.is_up = False
    (finding,) = look("login").findings
    assert finding["reason"] == "hub-silent"
    assert finding["cause"] == {"ingress": "hub.localhost", "path": "/hub/api/"}
    assert (
        finding["message"]
        == "http://hub.localhost/hub/api/ is not answered by a JupyterHub: status 404 (404 page not found)."
    )


def test_a_deployment_that_is_not_ready_is_the_cause(look, fake):
    fake.is_up = False
    ready = {"metadata": {"name": "proxy"}, "spec": {"replicas": 1}, "status": {"readyReplicas": 1}}
    unready = {"metadata": {"name": "hub"}, "spec": {"replicas": 1}, "status": {}}
    fake.server.lists["deployments"] = [ready, unready]
    (finding,) = look("login").findings
    assert finding["object"] == "Deployment/hub"
    assert finding["cause"] == {"deployment": "hub"}


def test_the_last_word_of_a_hub(load):
    last_message = load("hub").last_message
    events = 'data: {"progress": 0, "message": "Server requested"}\n\ndata: {"progress": 50, "message": "Pulling."}\n\n'
    assert last_message(f'{events}data: {{"progress": 100, "failed": true}}\n\n') == "Pulling"
    assert last_message("") is None


def test_an_answer_in_one_line(load):
    answer = load("web").Answer
    assert answer(0).why == "no answer in time"
    assert answer(403, '{"status": 403, "message": "Forbidden"}').why == "status 403 (Forbidden)"
    assert answer(401, '{"error": "Unauthorized"}').why == "status 401 (Unauthorized)"
    assert answer(503, "no available server\n").why == "status 503 (no available server)"
    assert answer(200, f"<html>{'x' * 100}").why == "status 200"
